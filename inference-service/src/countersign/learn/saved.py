"""What a folder of the registry holds: the trees of a library model with the task on their card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from countersign.learn.task_data import task_from_data
from countersign.model import registry
from countersign.model.registry import ModelRefused
from countersign.model.task import TaskSpec
from countersign.model.trained import Model as Scorer


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved model before it is told apart by its kind."""

    folder: Path
    task: TaskSpec
    scorer: Scorer

    @property
    def card(self) -> Mapping[str, Any]:
        """Return what the model says of itself."""
        return self.scorer.card


def read_saved(folder: Path | str) -> Saved:
    """Read a model from its folder, or the one in use from the folder of its task.

    Raises:
        ModelRefused: the files are missing, altered, or no model of this library.
    """
    folder = Path(folder)
    if (folder / registry.ACTIVE).exists():
        folder = folder / str(registry.active_version(folder.parent, folder.name))
    card = registry.read_card(folder)
    try:
        task = task_from_data(card["spec"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelRefused(
            f"{folder} is no model of a table: the spec on its card cannot be read ({error})"
        ) from error
    if task.name != folder.parent.name:
        raise ModelRefused(f"{folder} holds a model of {task.name}, not of {folder.parent.name}")
    return Saved(folder, task, registry.load(folder.parent.parent, task, folder.name))
