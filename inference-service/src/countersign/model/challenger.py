"""The challenger: a version that is asked in shadow until it has proved itself, or failed."""

from __future__ import annotations

from pathlib import Path

from countersign.model.registry import CARD, ModelRefused, load
from countersign.model.task import TaskSpec
from countersign.model.trained import Model

CHALLENGER = "challenger"


def challenger_version(models_dir: Path, task: str) -> str | None:
    """Return which version challenges the one in use, ``None`` where none does."""
    try:
        text = (models_dir / task / CHALLENGER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return text or None


def load_challenger(models_dir: Path, task: TaskSpec) -> Model | None:
    """Load the challenger; raises ``ModelRefused`` when its files are broken."""
    version = challenger_version(models_dir, task.name)
    return None if version is None else load(models_dir, task, version)


def challenge(models_dir: Path, task: str, version: str) -> None:
    """Let a version challenge the one in use; raises ``ModelRefused`` when there is none such."""
    if not (models_dir / task / version / CARD).exists():
        raise ModelRefused(f"there is no version {version} of {task} in {models_dir}")
    (models_dir / task / CHALLENGER).write_text(version + "\n", encoding="utf-8")


def withdraw(models_dir: Path, task: str) -> None:
    """End the challenge; the version stays in the registry."""
    (models_dir / task / CHALLENGER).unlink(missing_ok=True)
