"""Putting in use: a person lets a version of any model answer from now on, on record.

Of a use case the confirmed outcomes are weighed again (``retrain.py``); other models decide
nothing, so there is nothing to weigh.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from countersign.assess.use_case import USE_CASES
from countersign.audit.trail import open_trail
from countersign.journey.learning import retrain
from countersign.model import registry
from countersign.store.database import Database


def put_in_use(
    database: Database, models_dir: Path, task: str, version: str, *, actor: str, reason: str
) -> None:
    """Put a version in use; raises ``ModelRefused`` for one that would not load."""
    if task in USE_CASES:
        retrain.promote(database, models_dir, task, version, actor=actor, reason=reason)
        return
    check_loads(models_dir, task, version)
    _switch(
        database,
        (task, version),
        lambda: registry.activate(models_dir, task, version),
        ("model_promoted", actor, reason),
    )


def put_back(database: Database, models_dir: Path, task: str, *, actor: str, reason: str) -> str:
    """Put the version in use again that was before, and return it; raises ``ModelRefused``."""
    if task in USE_CASES:
        return retrain.roll_back(database, models_dir, task, actor=actor, reason=reason)
    version = registry.version_before(models_dir, task)
    check_loads(models_dir, task, version)
    _switch(
        database,
        (task, version),
        lambda: registry.rollback(models_dir, task),
        ("model_rolled_back", actor, reason),
    )
    return version


def check_loads(models_dir: Path, task: str, version: str) -> None:
    """Check that a version can answer its task; raises ``ModelRefused``."""
    if task in USE_CASES:
        registry.load(models_dir, USE_CASES[task].task, version)
        return
    from countersign.learn import load

    load(models_dir / task / version)


def _switch(
    database: Database,
    model: tuple[str, str],
    switch: Callable[[], object],
    record: tuple[str, str, str],
) -> None:
    """Switch within the transaction of the record: there is none without the other."""
    task, version = model
    step, actor, reason = record
    with database.write() as connection, open_trail(connection, datetime.now(UTC)) as trail:
        trail.add(step, actor, {"use_case": task, "version": version, "reason": reason})
        switch()
