"""Injected faults strike as told, and the same way again with the same seed."""

from __future__ import annotations

from typing import Any

import pytest

from countersign.erp.sandbox.faults import FAULT_NAMES, FaultError, Faults


def faults(*rules: dict[str, Any], seed: int = 0) -> Faults:
    made = Faults()
    made.replace(list(rules), seed)
    return made


def struck(made: Faults, calls: int) -> list[str | None]:
    return [made.strike("post", "1").fault for _ in range(calls)]


@pytest.mark.parametrize("fault", sorted(FAULT_NAMES - {"slow"}))
def test_each_fault_strikes_the_next_calls_and_no_more(fault: str) -> None:
    assert struck(faults({"fault": fault, "next": 2}), 3) == [fault, fault, None]


def test_the_same_seed_gives_the_same_run() -> None:
    rule = {"fault": "lock", "probability": 0.3}
    first, again, other = (struck(faults(rule, seed=seed), 200) for seed in (7, 7, 8))
    assert first == again != other
    assert 30 < first.count("lock") < 90


def test_the_first_rule_that_strikes_decides_and_spares_those_behind_it() -> None:
    made = faults({"fault": "partial", "next": 1}, {"fault": "item_unknown", "next": 1})
    assert struck(made, 3) == ["partial", "item_unknown", None]


def test_slowness_comes_on_top() -> None:
    made = faults({"fault": "slow", "latency_ms": 40}, {"fault": "drop_after"})
    strike = made.strike("post", "1")
    assert (strike.fault, strike.answer_after_s) == ("drop_after", 0.04)


def test_a_rule_can_mean_one_order_and_other_calls() -> None:
    made = faults({"fault": "lock", "order": "1"}, {"fault": "drop_before", "calls": ["find"]})
    assert made.strike("post", "1").fault == "lock"
    assert made.strike("post", "2").fault is None
    assert made.strike("find").fault == "drop_before"


@pytest.mark.parametrize(
    "rule", [{"fault": "fire"}, {}, {"fault": "lock", "calls": ["walk"]}, {"fault": "lock", "p": 1}]
)
def test_a_rule_that_means_nothing_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(FaultError):
        faults(rule)
