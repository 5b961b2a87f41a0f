"""Getting better: models from tables, the simulated plant, and their honest evaluation.

The library is what this module names; see the README for a worked example. It is loaded when it is
asked for: a service that only needs one part of this package stays without pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from countersign.learn.csv_file import read_frame
    from countersign.learn.encoders import Encoder, register_encoder
    from countersign.learn.fitting import fit
    from countersign.learn.loading import load
    from countersign.learn.refusal import TrainingRefused
    from countersign.learn.table_model import Model
    from countersign.learn.task_file import read_spec
    from countersign.learn.watching import watch
    from countersign.model.registry import ModelRefused
    from countersign.model.task import TaskSpec

__all__ = [
    "Encoder",
    "Model",
    "ModelRefused",
    "TaskSpec",
    "TrainingRefused",
    "fit",
    "load",
    "read_frame",
    "read_spec",
    "register_encoder",
    "watch",
]

_HOMES = {
    "Encoder": "countersign.learn.encoders",
    "register_encoder": "countersign.learn.encoders",
    "Model": "countersign.learn.table_model",
    "ModelRefused": "countersign.model.registry",
    "TaskSpec": "countersign.model.task",
    "TrainingRefused": "countersign.learn.refusal",
    "fit": "countersign.learn.fitting",
    "load": "countersign.learn.loading",
    "read_frame": "countersign.learn.csv_file",
    "read_spec": "countersign.learn.task_file",
    "watch": "countersign.learn.watching",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
