"""The circuit breaker of an ERP: an outage costs a few calls, not a thousand.

closed ─ failures in a row ─▶ open ─ pause over ─▶ half_open (one call) ─ answered ─▶ closed
                               ▲                        │
                               └──────── failed ────────┘  with twice the pause
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from countersign.store.erp_targets import ErpTarget

FAILURES_TO_OPEN = 5
FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 30.0


def calls_allowed(target: ErpTarget, now: datetime) -> int | None:
    """Return how many calls the breaker lets through now; ``None`` for any number.

    A half-open breaker whose probe never came back (its worker died) lets another one through.
    """
    if target.breaker_state == "closed":
        return None
    is_waiting = target.breaker_until is not None and now < target.breaker_until
    return 0 if is_waiting else 1


def with_probe(target: ErpTarget, now: datetime, timeout_s: float) -> ErpTarget:
    """Return the target with the one call of a half-open breaker on its way."""
    until = now + timedelta(seconds=timeout_s)
    return replace(target, breaker_state="half_open", breaker_until=until)


def after_answer(target: ErpTarget) -> ErpTarget:
    """Return the target after the ERP answered, be it with a refusal."""
    if target.breaker_state == "closed" and not target.failures:
        return target
    return replace(target, breaker_state="closed", breaker_until=None, failures=0)


def after_failure(
    target: ErpTarget, now: datetime, random: Callable[[], float], asked_s: float | None = None
) -> ErpTarget:
    """Return the target after a call that the ERP did not answer or was not able to take.

    Calls that were under way when the breaker opened change nothing.
    """
    if target.breaker_state == "open":
        return target
    failures = target.failures + 1
    if failures < FAILURES_TO_OPEN and target.breaker_state == "closed":
        return replace(target, failures=failures)
    doublings = min(max(failures - FAILURES_TO_OPEN, 0), 16)
    pause_s = min(MAX_PAUSE_S, FIRST_PAUSE_S * 2**doublings) * (0.5 + random() / 2)
    until = now + timedelta(seconds=max(pause_s, asked_s or 0.0))
    return replace(target, breaker_state="open", breaker_until=until, failures=failures)
