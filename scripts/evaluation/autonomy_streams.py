"""Autonomy over simulated streams: does earned trust keep its promise while the world drifts?

A stream is a class of decisions with a confidence that is wrong in its own way, and outcomes that
are confirmed some decisions later. A promise is broken when the errors of what went by itself
are more than chance makes of an accuracy as promised (one-sided, 5 %).
"""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from countersign.decide.autonomy import earn
from countersign.learn.evaluate import Check

STREAMS = 200
DECISIONS = 3000
PROMISE = 0.99
WINDOW = 3000
CONFIRMED_AFTER = 50
RECOMPUTED_EVERY = 25
CHANCE = 0.05
RAMP = 800
SEASON = 700


def check_autonomy() -> dict[str, Check]:
    """Run the streams; beside stands what trusting the raw confidence would have broken."""
    earned = [_run(seed, earns=True) for seed in range(STREAMS)]
    believed = [_run(seed, earns=False) for seed in range(STREAMS)]
    broken, naive = _broken(earned), _broken(believed)
    coverage = float(np.mean([count for count, _ in earned])) / DECISIONS
    return {
        "autonomy.broken_promises": Check(
            round(broken, 4), "<= 0.05", broken <= 0.05, round(naive, 4)
        ),
        "autonomy.coverage": Check(round(coverage, 4), "> 0", coverage > 0.0),
    }


def _broken(runs: list[tuple[int, int]]) -> float:
    return float(
        np.mean(
            [
                wrong > 0 and binom.sf(wrong - 1, count, 1 - PROMISE) < CHANCE
                for count, wrong in runs
            ]
        )
    )


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
            start = max(0, seen + 1 - WINDOW)
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
