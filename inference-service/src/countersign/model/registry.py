"""The registry: trained models as files, one folder per version, and which version is in use.

``<models_dir>/<task>/<version>/{model.ubj,card.json}`` and ``<models_dir>/<task>/active``. Files,
not pickles: a model file can be wrong, it can never run code.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xgboost

from countersign.model.pictures import task_of
from countersign.model.task import TaskSpec
from countersign.model.trained import Model

ACTIVE = "active"
ACTIVATIONS = "activations"
CARD = "card.json"
BOOSTER = "model.ubj"
STATE = "state.json.gz"
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class ModelRefused(Exception):
    """A model that must not answer: broken, altered, or made for another question."""


def active_version(models_dir: Path, task: str) -> str | None:
    """Return which version of a task's model is in use, ``None`` where there is none."""
    try:
        version = (models_dir / task / ACTIVE).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return version or None


def load_active(models_dir: Path, task: TaskSpec) -> Model | None:
    """Load the model in use, ``None`` where there is none.

    Raises:
        ModelRefused: the files are missing or altered, or the model answers another task.
    """
    version = active_version(models_dir, task.name)
    return None if version is None else load(models_dir, task, version)


def load(models_dir: Path, task: TaskSpec, version: str) -> Model:
    """Load one version of a task's model.

    Raises:
        ModelRefused: the files are missing or altered, or the model answers another task.
    """
    if not _VERSION.fullmatch(version):
        raise ModelRefused(f"{version!r} is no version")
    folder = models_dir / task.name / version
    card = read_card(folder)
    features = card.get("features")
    task = task_of(task, features if isinstance(features, list) else ())
    try:
        content = (folder / BOOSTER).read_bytes()
    except OSError as error:
        raise ModelRefused(f"{folder} cannot be read: {error}") from error
    _check(card, content, task, version)
    booster = xgboost.Booster()
    try:
        booster.load_model(bytearray(content))
    except xgboost.core.XGBoostError as error:
        raise ModelRefused(f"{folder / BOOSTER} is no model: {error}") from error
    try:
        return Model(task, booster, card)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelRefused(f"{folder / CARD} does not say what pictures look like") from error


def read_card(folder: Path) -> dict[str, Any]:
    """Read what a version says of itself.

    Raises:
        ModelRefused: there is no card, or it is none.
    """
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelRefused(f"{folder} cannot be read: {error}") from error
    if not isinstance(card, dict):
        raise ModelRefused(f"{folder / CARD} is no card")
    return card


def read_state(folder: Path, card: Mapping[str, Any]) -> bytes:
    """Read what a model knows besides its trees.

    Raises:
        ModelRefused: the file is missing or was altered.
    """
    try:
        content = (folder / STATE).read_bytes()
    except OSError as error:
        raise ModelRefused(f"{folder} cannot be read: {error}") from error
    if hashlib.sha256(content).hexdigest() != card.get("state_sha256"):
        raise ModelRefused(f"{folder / STATE} was altered: its hash is not the one on the card")
    return content


def save(
    models_dir: Path,
    booster: xgboost.Booster,
    card: Mapping[str, Any],
    state: bytes | None = None,
) -> Path:
    """Write a version and return its folder; a version that exists already is replaced.

    The hashes of the files are added to the card. ``state`` is what a model knows besides its
    trees, such as the history of codes that it ranks.
    """
    folder = models_dir / str(card["task"]) / str(card["version"])
    folder.mkdir(parents=True, exist_ok=True)
    content = bytes(booster.save_raw("ubj"))
    _write(folder / BOOSTER, content)
    complete = {**card, "model_sha256": hashlib.sha256(content).hexdigest()}
    if state is not None:
        _write(folder / STATE, state)
        complete["state_sha256"] = hashlib.sha256(state).hexdigest()
    _write(folder / CARD, json.dumps(complete, indent=2, sort_keys=True).encode() + b"\n")
    return folder


def activate(models_dir: Path, task: str, version: str) -> None:
    """Put a version in use; running services notice within seconds."""
    if not (models_dir / task / version / CARD).exists():
        raise ModelRefused(f"there is no version {version} of {task} in {models_dir}")
    before = activations(models_dir, task)
    if before[-1:] != [version]:
        _write_lines(models_dir / task / ACTIVATIONS, [*before, version])
    _write(models_dir / task / ACTIVE, version.encode() + b"\n")


def version_before(models_dir: Path, task: str) -> str:
    """Return the version that was in use before the one in use now; raises ``ModelRefused``."""
    return _activations_before(models_dir, task)[-1]


def rollback(models_dir: Path, task: str) -> str:
    """Put the version in use again that was in use before, and return it."""
    before = _activations_before(models_dir, task)
    _write_lines(models_dir / task / ACTIVATIONS, before)
    _write(models_dir / task / ACTIVE, before[-1].encode() + b"\n")
    return before[-1]


def _activations_before(models_dir: Path, task: str) -> list[str]:
    before = activations(models_dir, task)[:-1]
    while before and not (models_dir / task / before[-1] / CARD).exists():
        before.pop()
    if not before:
        raise ModelRefused(f"no version of {task} was in use before the one that is in use now")
    return before


def activations(models_dir: Path, task: str) -> list[str]:
    """Return the versions that were in use, in order; the last one is in use now."""
    try:
        told = (models_dir / task / ACTIVATIONS).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        told = []
    active = active_version(models_dir, task)
    return [*told, active] if active and told[-1:] != [active] else told


def versions(models_dir: Path) -> dict[str, list[str]]:
    """Return the versions of every task, oldest file first."""
    found: dict[str, list[str]] = {}
    cards = sorted(models_dir.glob(f"*/*/{CARD}"), key=lambda card: card.stat().st_mtime_ns)
    for card in cards:
        found.setdefault(card.parent.parent.name, []).append(card.parent.name)
    return dict(sorted(found.items()))


def _check(card: Mapping[str, Any], content: bytes, task: TaskSpec, version: str) -> None:
    """Refuse a model that was altered or that would read other columns than it is given."""
    where = f"model {task.name} {version}"
    if hashlib.sha256(content).hexdigest() != card.get("model_sha256"):
        raise ModelRefused(f"{where} was altered: its hash is not the one on its card")
    for name, wanted in (
        ("task", task.name),
        ("version", version),
        ("features", list(task.features)),
        ("labels", list(task.labels)),
    ):
        if card.get(name) != wanted:
            raise ModelRefused(
                f"{where} was trained for other {name} ({card.get(name)}) than the service "
                f"has ({wanted}); train again"
            )
    calibration = card.get("calibration")
    temperature = calibration.get("temperature") if isinstance(calibration, dict) else None
    has_interval = isinstance(calibration, dict) and bool(calibration.get("interval"))
    is_warm = isinstance(temperature, (int, float)) and temperature > 0
    if not (is_warm if task.labels else has_interval):
        raise ModelRefused(f"{where} is not calibrated")


def _write_lines(path: Path, lines: list[str]) -> None:
    _write(path, "".join(f"{line}\n" for line in lines).encode())


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step: a reader sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
