"""Models of forecasts are fitted again: held against what came, in use by a person or by proof."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from integration.service.energy_plant import HOUR
from integration.service.test_looking_ahead import NOW, TASK, Site, models_dir, open_site
from sqlalchemy import select

from countersign.decide.policy import DEFAULT_POLICY
from countersign.journey.learning.forecast_retrain import (
    FEWEST_SETTLED,
    Gate,
    find_waiting,
    grow,
    grow_all,
)
from countersign.model import registry
from countersign.store import policies
from countersign.store.tables import audit_record

__all__ = ["models_dir"]
LATER = NOW + 34 * HOUR


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """A plant whose presses take more energy since the model was trained, asked for two days."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(models_dir / TASK, folder / TASK)
    with open_site(f"sqlite:///{folder}/site.sqlite", folder, changes_at=NOW) as site:
        for hour in range(34):
            site.look(NOW + hour * HOUR)
    return folder


@pytest.fixture
def site(changed: Path, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    shutil.copytree(changed, folder)
    url = f"sqlite:///{folder}/site.sqlite"
    with open_site(url, folder, changes_at=NOW) as opened:
        opened.plant.reach(LATER)
        yield opened


def steps(site: Site) -> list[str]:
    with site.store.read() as connection:
        return list(connection.scalars(select(audit_record.c.step)))


def promote_by_proof(site: Site) -> None:
    with site.store.write() as connection:
        body = {**DEFAULT_POLICY, "promotion": "proof"}
        policies.add(connection, 1, body, "test", "a test", NOW)


def test_what_learned_the_change_passes_and_waits_for_a_person(site: Site) -> None:
    before = registry.active_version(site.models, TASK)
    grown = grow(site.store, site.models, site.question, LATER, actor="test")
    assert grown.version not in (None, before)
    assert not grown.is_in_use
    assert "waits for a person: mean error" in grown.text
    assert registry.active_version(site.models, TASK) == before
    assert find_waiting(site.models, TASK) == grown.version
    assert "model_challenges" in steps(site)
    again = grow(site.store, site.models, site.question, LATER, actor="test")
    assert again.text == f"{grown.version} waits for a person"
    registry.activate(site.models, TASK, str(grown.version))
    assert find_waiting(site.models, TASK) is None


def test_by_proof_it_takes_over_and_is_asked_from_then_on(site: Site) -> None:
    promote_by_proof(site)
    grown = grow(site.store, site.models, site.question, LATER, actor="test")
    assert grown.is_in_use, grown.text
    assert registry.active_version(site.models, TASK) == grown.version
    assert "model_promoted" in steps(site)
    site.look(LATER + timedelta(minutes=1))
    assert {row.model_version for row in site.ahead(LATER)} == {grown.version}


def test_nothing_is_fitted_before_enough_became_clear(tmp_path: Path, models_dir: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(models_dir / TASK, models / TASK)
    with open_site(f"sqlite:///{tmp_path}/site.sqlite", models) as site:
        site.look(NOW)
        site.look(NOW + HOUR)
        grown = grow(site.store, site.models, site.question, NOW + HOUR, actor="test")
    assert grown.text == f"2 of its forecasts became clear; {FEWEST_SETTLED} are needed"
    assert grown.version is None


def test_it_is_done_once_a_night(site: Site) -> None:
    zone = ZoneInfo("UTC")
    night = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    questions = [site.question]
    early = grow_all(site.store, site.models, questions, zone, night - timedelta(hours=1))
    first = grow_all(site.store, site.models, questions, zone, night)
    again = grow_all(site.store, site.models, questions, zone, night + HOUR)
    assert (early, len(first), again) == ([], 1, [])


@pytest.mark.parametrize(
    ("contender", "champion", "standard", "is_passed", "is_proof"),
    [
        (1.0, 1.0, 0.0, True, False),
        (1.1, 1.0, 0.01, False, False),
        (0.9, 1.0, 0.06, True, False),
        (0.9, 1.0, 0.04, True, True),
    ],
)
def test_a_gain_counts_as_proof_only_beyond_chance(
    contender: float, champion: float, standard: float, is_passed: bool, is_proof: bool
) -> None:
    gate = Gate(100, contender, champion, standard)
    assert (gate.is_passed, gate.is_proof) == (is_passed, is_proof)
