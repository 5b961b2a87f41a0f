"""Retraining: models grow on by what people decided, prove themselves in shadow, and take over.

Once a day each model in use is grown on from the labels so far. What passes the gate challenges:
it is asked in shadow about every event that becomes clear from then on. When it is surely better
it takes over, by itself or by a person, as the policy says; when it is surely worse it is
withdrawn. A model that takes over starts with the trust of its own answers: the confirmed
outcomes are weighed again with what it would have said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from countersign.assess.use_case import USE_CASES
from countersign.audit.trail import Trail, open_trail
from countersign.decide.policy import DEFAULT_POLICY, Policy, read_policy
from countersign.journey import trust
from countersign.journey.learning.nightly import take_night
from countersign.learn.duel import Duel, fight
from countersign.learn.refit import TooFewLabels, refit
from countersign.model import challenger, registry
from countersign.model.trained import Model
from countersign.nouns.labelled import LabelledFeatures
from countersign.store import confirmations, feature_rows, policies
from countersign.store.database import Database

MOST_EVENTS = 20_000
FEWEST_SHADOW_EVENTS = 100
BOOKED_FEATURE = "is_booked"
JOB = "retrain"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the models of a use case stand; ``text`` says what was done and why."""

    use_case: str
    champion: str | None
    challenger: str | None
    text: str
    duel: Duel | None = None


def learn_on(
    database: Database, models_dir: Path, time_zone: ZoneInfo, now: datetime | None = None
) -> list[Standing]:
    """Judge the challenges, and once a night retrain; return how the models stand."""
    found = [
        judge_challenge(database, models_dir, name, actor="worker") for name in sorted(USE_CASES)
    ]
    if take_night(database, JOB, time_zone, now or datetime.now(UTC)):
        found += [retrain(database, models_dir, name, actor="worker") for name in sorted(USE_CASES)]
    return [standing for standing in found if standing is not None]


def retrain(
    database: Database, models_dir: Path, use_case: str, *, actor: str, seed: int = 1
) -> Standing:
    """Grow the model in use on from its labels; what passes the gate challenges.

    Nothing is changed while another challenge is undecided.
    """
    task = USE_CASES[use_case].task
    champion = registry.load_active(models_dir, task)
    if champion is None:
        return Standing(use_case, None, None, "no model is in use; train one first")
    rival = challenger.challenger_version(models_dir, use_case)
    if rival is not None:
        return Standing(use_case, champion.version, rival, "a challenge is under way")
    with database.read() as connection:
        events = feature_rows.read_labelled(connection, use_case, limit=MOST_EVENTS)
    try:
        found = refit(champion, events, seed)
    except TooFewLabels as error:
        return Standing(use_case, champion.version, None, str(error))
    if not found.has_passed:
        text = f"the refitted model did not pass the gate: {found.gate.text}"
        return Standing(use_case, champion.version, None, text, found.gate)
    registry.save(models_dir, found.model.booster, found.model.card)
    challenger.challenge(models_dir, use_case, found.model.version)
    text = f"{found.model.version} challenges {champion.version}: {found.gate.text}"
    _record(database, "model_challenges", actor, use_case, text)
    return Standing(use_case, champion.version, found.model.version, text, found.gate)


def judge_challenge(
    database: Database, models_dir: Path, use_case: str, *, actor: str
) -> Standing | None:
    """Hold the challenger against the model in use on what became clear since it was made.

    Returns how it stands, ``None`` without a challenge. A sure result is acted upon: a loser is
    withdrawn, a winner takes over where the policy lets it.
    """
    task = USE_CASES[use_case].task
    champion = registry.load_active(models_dir, task)
    rival = challenger.load_challenger(models_dir, task)
    if champion is None or rival is None:
        return None
    with database.read() as connection:
        events = _since(connection, use_case, rival)
        policy = read_policy(*(policies.read_current(connection) or (0, DEFAULT_POLICY)))
    duel = fight(champion, rival, events)
    text = f"{rival.version} against {champion.version}: {duel.text}"
    if duel.events < FEWEST_SHADOW_EVENTS or not (duel.is_won or duel.is_lost):
        return Standing(use_case, champion.version, rival.version, text, duel)
    if duel.is_lost:
        challenger.withdraw(models_dir, use_case)
        _record(database, "model_withdrawn", actor, use_case, text)
        return Standing(use_case, champion.version, None, f"withdrawn: {text}", duel)
    if policy.promotes_by_itself:
        promote(database, models_dir, use_case, rival.version, actor=actor, reason=text)
        return Standing(use_case, rival.version, None, f"took over: {text}", duel)
    return Standing(
        use_case, champion.version, rival.version, f"a person may promote it: {text}", duel
    )


def promote(
    database: Database,
    models_dir: Path,
    use_case: str,
    version: str,
    *,
    actor: str,
    reason: str,
) -> None:
    """Put a version in use, and weigh the confirmed outcomes again with what it says.

    Outcomes whose rows were not kept say nothing about another model: they no longer count.
    Raises ``ModelRefused``.
    """
    model = registry.load(models_dir, USE_CASES[use_case].task, version)
    with database.write() as connection:
        _take_over(connection, model, "model_promoted", actor, reason)
        registry.activate(models_dir, use_case, version)
    challenger.withdraw(models_dir, use_case)


def roll_back(
    database: Database, models_dir: Path, use_case: str, *, actor: str, reason: str
) -> str:
    """Put the version in use again that was before, and weigh the outcomes with what it says.

    Returns the version. Raises ``ModelRefused``.
    """
    version = registry.version_before(models_dir, use_case)
    model = registry.load(models_dir, USE_CASES[use_case].task, version)
    with database.write() as connection:
        _take_over(connection, model, "model_rolled_back", actor, reason)
        registry.rollback(models_dir, use_case)
    challenger.withdraw(models_dir, use_case)
    return version


def _take_over(connection: Connection, model: Model, step: str, actor: str, reason: str) -> None:
    confidences = _confidences(connection, model.name, model)
    confirmations.rescore(connection, model.name, confidences)
    with open_trail(connection, datetime.now(UTC)) as trail:
        body = {"use_case": model.name, "version": model.version, "reason": reason}
        trail.add(step, actor, body)
        _weigh(connection, trail, model.name, model.version)


def _weigh(connection: Connection, trail: Trail, use_case: str, version: str) -> None:
    policy: Policy = read_policy(*(policies.read_current(connection) or (0, DEFAULT_POLICY)))
    classes = [key for key in confirmations.read_classes(connection) if key[0] == use_case]
    trust.recompute(connection, trail, policy, classes, f"model {version} was put in use")


def _since(connection: Connection, use_case: str, rival: Model) -> list[LabelledFeatures]:
    """Return what became clear after the last label that the challenger has learned from."""
    learned_until = datetime.fromisoformat(rival.card["feedback"]["last_labelled_at"])
    return feature_rows.read_labelled(connection, use_case, after=learned_until, limit=MOST_EVENTS)


def _confidences(connection: Connection, use_case: str, model: Model) -> dict[str, float]:
    """Return how sure a model is that the events whose rows were kept may be booked as they are."""
    events = feature_rows.read_labelled(connection, use_case, limit=MOST_EVENTS)
    return {event.event_id: confidence_of(model, event) for event in events}


def confidence_of(model: Model, event: LabelledFeatures) -> float:
    """Return the confidence in an event: of a ranking the booked answer's, else the least row's."""
    rows = model.complete(event.rows, event.subjects, event.picture)
    shares = model.predict(rows)[:, list(model.task.sound_columns)].sum(axis=1)
    if BOOKED_FEATURE in model.task.features:
        is_booked = event.rows[:, model.task.features.index(BOOKED_FEATURE)] > 0
        return float(shares[is_booked].sum())
    return min(float(shares.min()), 1.0)


def _record(database: Database, step: str, actor: str, use_case: str, text: str) -> None:
    with database.write() as connection, open_trail(connection, datetime.now(UTC)) as trail:
        trail.add(step, actor, {"use_case": use_case, "text": text})
