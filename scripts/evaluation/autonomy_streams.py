"""Autonomy over simulated streams: does earned trust keep its promise while the world drifts?

A stream is a class of decisions with a confidence that is wrong in its own way, and outcomes that
are confirmed some decisions later. A promise is broken when the errors of what went by itself
are more than chance makes of an accuracy as promised (one-sided, 5 %).

The harsh streams drift further and for good, are short or long, have outcomes that come late and
in any order, and in half of them only spot checks and reversals tell about what went by itself.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from countersign.decide.autonomy import earn, window_of
from countersign.learn.evaluate import Check

STREAMS = 200
DECISIONS = 3000
PROMISE = 0.99
MOST_OUTCOMES = 3000
CONFIRMED_AFTER = 50
RECOMPUTED_EVERY = 25
CHANCE = 0.05
RAMP = 800
SEASON = 700

HARSH_STREAMS = 160
HARSH_PROMISES = (0.95, 0.99)
HARSH_LENGTHS = (1000, 3000)
SPOT_CHECK_SHARE = 0.02
FOUND_SHARE = 0.6
"""Share of wrong bookings that somebody reverses."""


def check_autonomy() -> dict[str, Check]:
    """Run the streams; beside stands what trusting the raw confidence would have broken."""
    earned = [_run(seed, earns=True) for seed in range(STREAMS)]
    believed = [_run(seed, earns=False) for seed in range(STREAMS)]
    broken, naive = _broken(earned), _broken(believed)
    coverage = float(np.mean([count for count, _ in earned])) / DECISIONS
    harsh = [_run_harsh(seed) for seed in range(HARSH_STREAMS)]
    harshly_broken = float(np.mean([_is_broken(*run) for run in harsh]))
    believed_harshly = [_believe_harsh(seed) for seed in range(HARSH_STREAMS)]
    harshly_naive = float(np.mean([_is_broken(*run) for run in believed_harshly]))
    return {
        "autonomy.broken_promises": Check(
            round(broken, 4), "<= 0.05", broken <= 0.05, round(naive, 4)
        ),
        "autonomy.broken_promises_harsh": Check(
            round(harshly_broken, 4),
            "<= half of trusting the raw confidence",
            harshly_broken <= harshly_naive / 2,
            round(harshly_naive, 4),
        ),
        "autonomy.coverage": Check(round(coverage, 4), "> 0", coverage > 0.0),
    }


def _broken(runs: list[tuple[int, int]]) -> float:
    return float(np.mean([_is_broken(count, wrong, PROMISE) for count, wrong in runs]))


def _is_broken(count: int, wrong: int, promise: float) -> bool:
    return wrong > 0 and float(binom.sf(wrong - 1, count, 1 - promise)) < CHANCE


def _run(seed: int, *, earns: bool) -> tuple[int, int]:
    """Return how many decisions went by themselves, and how many of these were wrong."""
    confidence, is_right = _stream(seed)
    if not earns:
        passed = confidence >= PROMISE
        return int(passed.sum()), int((passed & ~is_right).sum())
    threshold: float | None = None
    alone = np.zeros(DECISIONS, dtype=np.bool_)
    for now in range(DECISIONS):
        alone[now] = threshold is not None and confidence[now] >= threshold
        seen = now - CONFIRMED_AFTER
        if seen < 0:
            continue
        if now % RECOMPUTED_EVERY == 0 or (alone[seen] and not is_right[seen]):
            start = max(0, seen + 1 - window_of(PROMISE, MOST_OUTCOMES))
            known = zip(
                confidence[start : seen + 1].tolist(),
                is_right[start : seen + 1].tolist(),
                strict=True,
            )
            threshold = earn(list(known), PROMISE).threshold
    return int(alone.sum()), int((alone & ~is_right).sum())


def _stream(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw a stream: a quarter steady, a quarter each with a step, a ramp, or seasons."""
    random = np.random.default_rng(seed)
    skill = random.normal(random.normal(4.0, 0.8), 2.0, DECISIONS)
    begin, size = random.integers(DECISIONS // 4, DECISIONS), random.uniform(0.3, 2.0)
    time = np.arange(DECISIONS)
    shape = (
        np.zeros(DECISIONS),
        (time >= begin).astype(float),
        np.clip((time - begin) / RAMP, 0.0, 1.0),
        ((time // SEASON) % 2 == 1).astype(float),
    )[seed % 4]
    heat, noise = random.uniform(0.6, 1.6), random.normal(0.0, 0.7, DECISIONS)
    confidence = 1.0 / (1.0 + np.exp(-(skill + noise) * heat))
    is_right = random.random(DECISIONS) < 1.0 / (1.0 + np.exp(-(skill - size * shape)))
    return np.round(confidence, 4), is_right


def _run_harsh(seed: int) -> tuple[int, int, float]:
    """Return how many decisions went by themselves, how many were wrong, and what was promised."""
    random = np.random.default_rng(100_000 + seed)
    promise = HARSH_PROMISES[seed % 2]
    is_selected = seed // 2 % 2 == 1
    confidence, is_right = _harsh_stream(random, seed // 4)
    count = len(confidence)
    decided = np.maximum(1, random.lognormal(np.log(50), 0.8, count)).astype(int)
    reversed_after = np.maximum(1, random.lognormal(np.log(200), 0.8, count)).astype(int)
    is_checked = random.random(count) < SPOT_CHECK_SHARE
    is_found = random.random(count) < FOUND_SHARE
    known: list[tuple[float, bool]] = []
    arriving: dict[int, list[int]] = {}
    threshold: float | None = None
    alone = wrong = 0
    for now in range(count):
        arrived = arriving.pop(now, [])
        known += [(float(confidence[one]), bool(is_right[one])) for one in arrived]
        failed = threshold is not None and any(
            not is_right[one] and confidence[one] >= threshold for one in arrived
        )
        if known and (failed or now % RECOMPUTED_EVERY == 0):
            threshold = earn(known[-window_of(promise, MOST_OUTCOMES) :], promise).threshold
        goes = threshold is not None and confidence[now] >= threshold
        if is_selected and goes and is_checked[now]:
            goes = False
        alone += goes
        wrong += bool(goes and not is_right[now])
        delay = decided[now]
        if is_selected and goes:
            if is_right[now] or not is_found[now]:
                continue
            delay = reversed_after[now]
        arriving.setdefault(now + int(delay), []).append(now)
    return alone, wrong, promise


def _believe_harsh(seed: int) -> tuple[int, int, float]:
    """Return the same for trusting the raw confidence."""
    promise = HARSH_PROMISES[seed % 2]
    confidence, is_right = _harsh_stream(np.random.default_rng(100_000 + seed), seed // 4)
    passed = confidence >= promise
    return int(passed.sum()), int((passed & ~is_right).sum()), promise


def _harsh_stream(random: np.random.Generator, kind: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw a stream: steady, a step, a ramp, seasons, or a bad stretch that ends."""
    count = int(random.choice(HARSH_LENGTHS))
    skill = random.normal(random.normal(4.0, 0.8), 2.0, count)
    begin, size = int(random.integers(count // 4, count)), random.uniform(0.75, 4.5)
    time = np.arange(count)
    shape = (
        np.zeros(count),
        (time >= begin).astype(float),
        np.clip((time - begin) / (count / 4), 0.0, 1.0),
        ((time // (count // 5)) % 2 == 1).astype(float),
        ((time >= begin) & (time < begin + count // 8)).astype(float),
    )[kind % 5]
    heat, noise = random.uniform(0.6, 1.6), random.normal(0.0, 0.7, count)
    confidence = 1.0 / (1.0 + np.exp(-(skill + noise) * heat))
    is_right = random.random(count) < 1.0 / (1.0 + np.exp(-(skill - size * shape)))
    return np.round(confidence, 4), is_right
