"""The shelf: the models in use, loaded once and again when another version is made active."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from countersign.model.registry import ModelRefused, active_version, load_active
from countersign.model.task import TaskSpec
from countersign.model.trained import Model

LOOK_EVERY_S = 5.0

logger = logging.getLogger(__name__)


class Versioned(Protocol):
    """Anything that answers and says which version of it does."""

    version: str


Served = TypeVar("Served", bound=Versioned)


class Shelf(Generic[Served]):
    """What answers every task now; a task without a usable model has none.

    ``loaders`` load the active version of each task. A broken or foreign file is refused and the
    previous version keeps serving.
    """

    def __init__(
        self, models_dir: Path, loaders: Mapping[str, Callable[[], Served | None]]
    ) -> None:
        self._models_dir = models_dir
        self._loaders = loaders
        self._models: dict[str, Served | None] = dict.fromkeys(loaders)
        self._versions: dict[str, str | None] = dict.fromkeys(loaders)
        self._look_again_at = 0.0
        self.refresh()

    def get(self, task: str) -> Served | None:
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
        for name, load in self._loaders.items():
            version = active_version(self._models_dir, name)
            if version == self._versions[name]:
                continue
            self._versions[name] = version
            try:
                self._models[name] = load()
            except ModelRefused as refusal:
                logger.error("model %s %s refused: %s", name, version, refusal)


class ModelShelf(Shelf[Model]):
    """The models of tasks that the service lays out itself."""

    def __init__(self, models_dir: Path, tasks: Mapping[str, TaskSpec]) -> None:
        loaders = {name: partial(load_active, models_dir, task) for name, task in tasks.items()}
        super().__init__(models_dir, loaders)
