"""When to call again: backoff, circuit breaker, rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fake_erp import shaped
from hypothesis import given
from hypothesis import strategies as st

from countersign.post import breaker, gate
from countersign.post.retry import RetryPolicy
from countersign.store.erp_targets import ErpTarget

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
TARGET = ErpTarget(
    erp="demo",
    paused=False,
    paused_reason=None,
    breaker_state="closed",
    breaker_until=None,
    failures=0,
    tokens=0.0,
    refilled_at=NOW,
    only_worker=None,
    only_until=None,
    last_posted_at=None,
    changed_at=NOW,
)


def half() -> float:
    return 0.5


@pytest.mark.parametrize(
    ("failures", "asked_s", "delay_s"),
    [
        (1, None, 0.5),
        (2, None, 1.0),
        (5, None, 8.0),
        (9, None, 128.0),
        (10, None, 150.0),
        (1000, None, 150.0),
        (1, 30.0, 30.5),
        (0, None, 0.5),
    ],
)
def test_the_pause_doubles_up_to_the_cap(
    failures: int, asked_s: float | None, delay_s: float
) -> None:
    assert RetryPolicy().delay_s(failures, half, asked_s) == delay_s


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True), st.floats(0, 1e4))
def test_the_pause_is_never_shorter_than_asked_nor_longer_than_asked_and_cap(
    failures: int, chance: float, asked_s: float
) -> None:
    delay_s = RetryPolicy().delay_s(failures, lambda: chance, asked_s)
    assert asked_s <= delay_s <= asked_s + 300.0


@pytest.mark.parametrize(("hours", "is_over"), [(0, False), (71.9, False), (72, True)])
def test_the_deadline_outlasts_a_weekend(hours: float, is_over: bool) -> None:
    assert RetryPolicy().is_over(NOW, NOW + timedelta(hours=hours)) is is_over


def failed(target: ErpTarget, count: int, now: datetime = NOW) -> ErpTarget:
    for _ in range(count):
        target = breaker.after_failure(target, now, lambda: 1.0)
    return target


def test_the_breaker_opens_after_failures_in_a_row_only() -> None:
    almost = failed(TARGET, breaker.FAILURES_TO_OPEN - 1)
    assert breaker.calls_allowed(almost, NOW) is None
    assert breaker.calls_allowed(failed(almost, 1), NOW) == 0
    assert breaker.calls_allowed(failed(breaker.after_answer(almost), 1), NOW) is None


def test_failures_of_calls_under_way_do_not_prolong_the_pause() -> None:
    opened = failed(TARGET, breaker.FAILURES_TO_OPEN)
    assert failed(opened, 30) == opened


def test_after_the_pause_one_call_probes() -> None:
    opened = failed(TARGET, breaker.FAILURES_TO_OPEN)
    later = NOW + timedelta(seconds=breaker.FIRST_PAUSE_S)
    assert breaker.calls_allowed(opened, later) == 1
    probing = breaker.with_probe(opened, later, 30)
    assert breaker.calls_allowed(probing, later) == 0
    assert breaker.calls_allowed(probing, later + timedelta(seconds=30)) == 1
    assert breaker.calls_allowed(breaker.after_answer(probing), later) is None


def test_each_failed_probe_doubles_the_pause_up_to_the_cap() -> None:
    target, now, pauses = failed(TARGET, breaker.FAILURES_TO_OPEN), NOW, []
    for _ in range(10):
        assert target.breaker_until is not None
        pauses.append((target.breaker_until - now).total_seconds())
        now = target.breaker_until
        target = failed(breaker.with_probe(target, now, 30), 1, now)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30, 30, 30]


def test_a_pause_that_the_erp_asked_for_is_kept() -> None:
    almost = failed(TARGET, breaker.FAILURES_TO_OPEN - 1)
    opened = breaker.after_failure(almost, NOW, half, asked_s=90.0)
    assert opened.breaker_until == NOW + timedelta(seconds=90)


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60), st.floats(0.1, 50))
def test_calls_never_outrun_the_rate(gaps_s: list[float], rate_per_s: float) -> None:
    capabilities = shaped(rate_per_s=rate_per_s, max_in_flight=4)
    target, now, called = TARGET, NOW, 0
    for gap_s in gaps_s:
        now += timedelta(seconds=gap_s)
        count = gate.allowance(target, capabilities, "w1", now)
        target = gate.after_calls(target, capabilities, "w1", count, now, 15.0)
        called += count
    elapsed_s = (now - NOW).total_seconds()
    assert called <= elapsed_s * rate_per_s + 1e-6


def test_a_paused_erp_takes_no_call() -> None:
    target = replace(TARGET, paused=True)
    assert gate.allowance(target, shaped(), "w1", NOW) == 0
    assert gate.is_shut(target, NOW)
