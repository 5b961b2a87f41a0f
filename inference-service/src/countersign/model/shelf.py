"""The shelf: the models in use, loaded once and again when another version is made active."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path

from countersign.model.registry import ModelRefused, active_version, load_active
from countersign.model.task import TaskSpec
from countersign.model.trained import Model

LOOK_EVERY_S = 5.0

logger = logging.getLogger(__name__)


class ModelShelf:
    """The active model of every task; a task without a usable model has none.

    A broken or foreign file is refused and the previous version keeps serving.
    """

    def __init__(self, models_dir: Path, tasks: Mapping[str, TaskSpec]) -> None:
        self._models_dir = models_dir
        self._tasks = tasks
        self._models: dict[str, Model | None] = dict.fromkeys(tasks)
        self._versions: dict[str, str | None] = dict.fromkeys(tasks)
        self._look_again_at = 0.0
        self.refresh()

    def get(self, task: str) -> Model | None:
        """Return the model in use, ``None`` where there is none."""
        return self._models[task]

    def versions(self) -> dict[str, str]:
        """Return the version in use of every task that has a model."""
        return {name: model.version for name, model in self._models.items() if model is not None}

    def refresh(self) -> None:
        """Look for another active version, at most once in some seconds."""
        clock = time.monotonic()
        if clock < self._look_again_at:
            return
        self._look_again_at = clock + LOOK_EVERY_S
        for name, task in self._tasks.items():
            version = active_version(self._models_dir, name)
            if version == self._versions[name]:
                continue
            self._versions[name] = version
            try:
                self._models[name] = load_active(self._models_dir, task)
            except ModelRefused as refusal:
                logger.error("model %s %s refused: %s", name, version, refusal)
