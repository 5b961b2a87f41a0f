"""The component types of Perspective that the preview can show."""

from ignition_preview.components import containers, display, embedding, inputs, table

__all__ = ["containers", "display", "embedding", "inputs", "table"]
