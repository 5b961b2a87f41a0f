"""Getting better: models from tables, the simulated plant, and their honest evaluation.

The library is what this module names; see the README for a worked example.
"""

from countersign.learn.fit import fit
from countersign.learn.load import load
from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import read_frame
from countersign.learn.table_model import Model
from countersign.learn.task_file import read_spec
from countersign.learn.watch import watch
from countersign.model.registry import ModelRefused
from countersign.model.task import TaskSpec

__all__ = [
    "Model",
    "ModelRefused",
    "TaskSpec",
    "TrainingRefused",
    "fit",
    "load",
    "read_frame",
    "read_spec",
    "watch",
]
