"""The gate of an ERP: how many calls it takes now (pause, breaker, rate, one worker alone)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from countersign.erp.port import Capabilities
from countersign.post import breaker
from countersign.store.erp_targets import ErpTarget

UNLIMITED = 1_000_000


def allowance(target: ErpTarget, capabilities: Capabilities, worker_id: str, now: datetime) -> int:
    """Return how many calls this worker may begin now."""
    if target.paused or _is_served_by_other(target, capabilities, worker_id, now):
        return 0
    allowed = breaker.calls_allowed(target, now)
    by_rate = UNLIMITED
    if capabilities.rate_per_s:
        by_rate = int(_refilled(target, capabilities.rate_per_s, now).tokens)
    return by_rate if allowed is None else min(allowed, by_rate)


def is_shut(target: ErpTarget, now: datetime) -> bool:
    """Tell whether calls that are prepared but not begun should be given back."""
    return target.paused or (
        target.breaker_state == "open" and breaker.calls_allowed(target, now) == 0
    )


def after_calls(
    target: ErpTarget,
    capabilities: Capabilities,
    worker_id: str,
    count: int,
    now: datetime,
    lease_s: float,
) -> ErpTarget:
    """Return the target when this worker begins calls; takes tokens and the probe."""
    if not count:
        return target
    if capabilities.rate_per_s:
        target = _refilled(target, capabilities.rate_per_s, now)
        target = replace(target, tokens=target.tokens - count)
    if target.breaker_state != "closed":
        wait_s = capabilities.call_timeout_s + capabilities.settle_s
        target = breaker.with_probe(target, now, wait_s)
    if capabilities.max_in_flight == 1:
        until = now + timedelta(seconds=lease_s + capabilities.call_timeout_s)
        target = replace(target, only_worker=worker_id, only_until=until)
    return target


def opens_at(target: ErpTarget, capabilities: Capabilities, now: datetime) -> datetime:
    """Return when a stream that found the gate shut should be looked at again."""
    if target.breaker_state != "closed" and target.breaker_until and now < target.breaker_until:
        return target.breaker_until
    if capabilities.rate_per_s:
        return now + timedelta(seconds=1.0 / capabilities.rate_per_s)
    return now


def _is_served_by_other(
    target: ErpTarget, capabilities: Capabilities, worker_id: str, now: datetime
) -> bool:
    """Tell whether another worker delivers to an ERP that takes one call at a time."""
    return (
        capabilities.max_in_flight == 1
        and target.only_worker is not None
        and target.only_worker != worker_id
        and target.only_until is not None
        and now < target.only_until
    )


def _refilled(target: ErpTarget, rate_per_s: float, now: datetime) -> ErpTarget:
    """Add the tokens that have come since; one second's worth may be saved up."""
    elapsed_s = max((now - target.refilled_at).total_seconds(), 0.0)
    tokens = min(max(rate_per_s, 1.0), target.tokens + elapsed_s * rate_per_s)
    return replace(target, tokens=tokens, refilled_at=now)
