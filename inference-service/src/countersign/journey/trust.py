"""Trust: what a class of decisions has earned, computed again when an outcome is confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from countersign.audit.trail import Trail
from countersign.decide.autonomy import earn
from countersign.decide.policy import Policy
from countersign.store import confirmations
from countersign.store.confirmations import Autonomy


def recompute(
    connection: Connection,
    trail: Trail,
    policy: Policy,
    classes: Iterable[tuple[str, str]],
    why: str,
) -> None:
    """Compute again what classes (use case, segment) have earned; a change is recorded.

    ``why`` says what led to it, for the history that people read.
    """
    before = confirmations.read_autonomy(connection)
    for use_case, segment in sorted(set(classes)):
        target = policy.use_cases[use_case].target_accuracy
        outcomes = confirmations.read_last_outcomes(
            connection, use_case, segment, policy.confirmed_window
        )
        trust = earn(outcomes, target)
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
            trail.add(
                "autonomy_withdrawn" if had else "autonomy_given",
                "service",
                {"use_case": use_case, "segment": segment, "reason": trust.reason, "why": why},
            )
