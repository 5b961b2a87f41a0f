"""Trust: what a class of decisions has earned, computed again when an outcome is confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.decide.autonomy import Trust, earn, window_of
from countersign.decide.policy import Policy
from countersign.nouns.autonomy import Autonomy
from countersign.store import alarms, autonomy_changes, confirmations
from countersign.store.autonomy_changes import AutonomyChange


def recompute(
    connection: Connection,
    trail: Trail,
    policy: Policy,
    classes: Iterable[tuple[str, str]],
    why: str,
) -> None:
    """Compute again what classes (use case, segment) have earned; a change is recorded.

    While an alarm about a class stands, nothing it has earned counts. ``why`` says what led to
    it, for the history that people read.
    """
    before = confirmations.read_autonomy(connection)
    standing = {(row.use_case, row.segment): row for row in alarms.standing(connection)}
    for use_case, segment in sorted(set(classes)):
        target = policy.use_cases[use_case].target_accuracy
        outcomes = confirmations.read_last_outcomes(
            connection, use_case, segment, window_of(target, policy.confirmed_window)
        )
        trust = earn(outcomes, target)
        alarm = standing.get((use_case, segment))
        if alarm is not None and trust.threshold is not None:
            trust = _withheld(trust, alarm.text)
        old = before.get((use_case, segment))
        confirmations.save_autonomy(
            connection,
            Autonomy(
                use_case=use_case,
                segment=segment,
                threshold=trust.threshold,
                lower_bound=trust.lower_bound,
                target=target,
                confirmed=trust.confirmed,
                wrong=trust.wrong,
                coverage=trust.coverage,
                reason=trust.reason,
                computed_at=trail.now,
            ),
        )
        had = old is not None and old.threshold is not None
        if had != (trust.threshold is not None):
            change = "withdrawn" if had else "given"
            _record(connection, trail, use_case, segment, change, trust.reason, why)


def _withheld(trust: Trust, alarm: str) -> Trust:
    """Return what was earned as taken back for an alarm."""
    return replace(trust, threshold=None, coverage=0.0, reason=f"An alarm stands: {alarm}"[:500])


def _record(
    connection: Connection,
    trail: Trail,
    use_case: str,
    segment: str,
    change: str,
    reason: str,
    why: str,
) -> None:
    seq = trail.add(
        f"autonomy_{change}",
        "service",
        {"use_case": use_case, "segment": segment, "reason": reason, "why": why},
    )
    row = AutonomyChange(seq, use_case, segment, change, reason[:500], why[:300], trail.now)
    autonomy_changes.add(connection, row)
