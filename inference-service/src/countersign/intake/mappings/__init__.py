"""Mappings that are shipped, for ``countersign import-events``."""
