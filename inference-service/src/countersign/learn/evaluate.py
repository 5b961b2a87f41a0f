"""Evaluation: does the simulator keep its secrets, and is a model worth more than a rule?

Nothing here measures accuracy in a plant. It shows that the simulated one does not leak: ids and
times tell nothing, no single feature gives the cause away, and the model lies where an honest one
must lie, above hand-written thresholds and below those who know the truth.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countersign.learn.dataset import DataSet, collect
from countersign.learn.measures import auc, macro_f1
from countersign.learn.plant_fit import fit, margins, split
from countersign.learn.replay import Examination, Learnable
from countersign.learn.threshold_rules import RULES, believe, look_up
from countersign.learn.train import examine_for

PLANTS = 15
ORDERS = 200
UNSEEN_PLANTS = 3
FOLDS = 5
NIGHT_HOURS = frozenset({22, 23, 0, 1, 2, 3, 4, 5})


@dataclass(frozen=True, slots=True)
class Check:
    """One figure with what it has to be; ``baseline`` is what it is held against, if anything."""

    value: float
    target: str
    met: bool
    baseline: float | None = None

    def to_data(self) -> dict[str, Any]:
        """Write the check as plain JSON values."""
        return asdict(self)


def evaluate(use_cases: Mapping[str, Learnable], seed: int = 7) -> dict[str, Check]:
    """Simulate plants and run every check; takes about half a minute."""
    begun = time.process_time()
    examined = examine_for(use_cases, seed, plants=PLANTS, orders=ORDERS)
    checks = _marginals(examined[min(use_cases)])
    for name, use_case in sorted(use_cases.items()):
        data = collect(use_case.task, examined[name])
        checks[f"{name}.identities_auc"] = check_identities(data, seed)
        checks[f"{name}.best_single_feature_macro_f1"] = check_single_features(data, seed)
        checks.update(_worth(name, data, seed))
    seconds = round(time.process_time() - begun, 1)
    checks["processor_seconds"] = Check(seconds, "<= 120", seconds <= 120.0)
    return checks


def check_identities(data: DataSet, seed: int) -> Check:
    """Ids, row order and time alone must tell nothing, on plants that were not learned.

    Areas are taken within a plant, so that one where more goes wrong does not count as knowledge,
    and weigh by the pairs of right and wrong that they rest on.
    """
    data = data.where(data.stands)
    positive = data.is_sound
    areas: list[float] = []
    pairs: list[int] = []
    for fold in range(FOLDS):
        test = np.flatnonzero(data.plant % FOLDS == fold)
        rest = data.plant % FOLDS != fold
        labels = positive[rest].astype(np.int64)
        booster = fit(data.identities[rest], labels, 2, seed, rounds=25, max_depth=4)
        raw = margins(booster, data.identities[test])
        scores = raw[:, 1] - raw[:, 0]
        for plant in np.unique(data.plant[test]):
            here = data.plant[test] == plant
            right = int(positive[test][here].sum())
            areas.append(auc(scores[here], positive[test][here]))
            pairs.append(right * (int(here.sum()) - right))
    value = round(float(np.average(areas, weights=pairs)), 4)
    return Check(value, "0.47 to 0.53", 0.47 <= value <= 0.53, 0.5)


def check_single_features(data: DataSet, seed: int) -> Check:
    """No feature alone may tell the cause; of a ranking, no feature may find the true reason."""
    parts = split(data, UNSEEN_PLANTS)
    classes = len(data.task.labels)
    judged = "is_booked" if data.task.target == "is_true_reason" else ""
    best = 0.0
    for place, feature in enumerate(data.task.features):
        if feature == judged:
            continue
        column = slice(place, place + 1)
        booster = fit(
            parts.training.rows[:, column],
            parts.training.truth,
            classes,
            seed,
            rounds=1,
            max_depth=4,
            eta=1.0,
            subsample=1.0,
            colsample_bytree=1.0,
            min_child_weight=0.1,
        )
        raw = margins(booster, parts.test.rows[:, column])
        if judged:
            best = max(best, _first_reason_f1(parts.test, raw[:, 1] - raw[:, 0]))
        else:
            best = max(best, macro_f1(parts.test.truth, raw.argmax(axis=1), classes))
    return Check(round(best, 4), "< 0.5", best < 0.5)


def _worth(name: str, data: DataSet, seed: int) -> dict[str, Check]:
    """Fit on some plants, and hold the model on three others against a rule and the truth."""
    parts = split(data, UNSEEN_PLANTS)
    booster = fit(parts.training.rows, parts.training.truth, len(data.task.labels), seed)
    raw = margins(booster, parts.test.rows)
    worth = _worth_of_reasons if data.task.target == "is_true_reason" else _worth_of_causes
    return {f"{name}.{what}": check for what, check in worth(name, parts.test, raw).items()}


def _worth_of_causes(name: str, test: DataSet, raw: NDArray[np.float32]) -> dict[str, Check]:
    """Above hand-written thresholds, below the truth, on booked and on true causes."""
    classes = len(test.task.labels)
    said, ruled = raw.argmax(axis=1), RULES[name](test)
    value = macro_f1(test.booked, said, classes)
    rule = macro_f1(test.booked, ruled, classes)
    bound = macro_f1(test.booked, test.truth, classes)
    true_value = macro_f1(test.truth, said, classes)
    true_rule = macro_f1(test.truth, ruled, classes)
    return {
        "macro_f1_booked_cause": Check(
            round(value, 4),
            f"above the rule, below {bound:.4f} of knowing the true cause",
            rule < value < bound,
            round(rule, 4),
        ),
        "macro_f1_true_cause": Check(
            round(true_value, 4),
            "above the rule, below 0.90",
            true_rule < true_value < 0.90,
            round(true_rule, 4),
        ),
    }


def _worth_of_reasons(name: str, test: DataSet, raw: NDArray[np.float32]) -> dict[str, Check]:
    """Above counting, below the truth, and no worse than believing what was booked."""
    chance = raw[:, 1] - raw[:, 0]
    value, counted = _first_reason_f1(test, chance), _first_reason_f1(test, look_up(test))
    believed = _first_reason_f1(test, believe(test))
    right = test.is_sound[test.stands]
    doubt, counted_doubt = auc(chance[test.stands], right), auc(look_up(test)[test.stands], right)
    return {
        "macro_f1_true_reason": Check(
            round(value, 4),
            "above counting, below 0.97",
            counted < value < 0.97,
            round(counted, 4),
        ),
        "macro_f1_to_booked_reason": Check(
            round(value / believed, 4), ">= 0.98 of believing it", value >= 0.98 * believed, 1.0
        ),
        "booked_reason_auc": Check(
            round(doubt, 4),
            "above counting, below 0.95",
            counted_doubt < doubt < 0.95,
            round(counted_doubt, 4),
        ),
    }


def _first_reason_f1(test: DataSet, score: NDArray[np.float32]) -> float:
    """Return the macro-F1 of the reasons ranked first, averaged over plants."""
    scores = []
    subject = test.identities[:, -1]
    for plant in np.unique(test.plant):
        truth, said = [], []
        for event in np.unique(test.event[test.plant == plant]):
            here = np.flatnonzero(test.event == event)
            right = here[test.is_sound[here]]
            truth.append(float(subject[right[0]]) if len(right) else -1.0)
            said.append(float(subject[here[score[here].argmax()]]))
        _, codes = np.unique(np.asarray(truth + said), return_inverse=True)
        count = len(truth)
        scores.append(macro_f1(codes[:count], codes[count:], int(codes.max()) + 1))
    return float(np.mean(scores))


def _marginals(examined: Sequence[Sequence[Examination]]) -> dict[str, Check]:
    """The simulated plants must look like the real log that they were made after."""
    events = [case.event for plant in examined for case in plant]
    confirmations = [event for event in events if event.use_case == "production_confirmation"]
    zero = [event.data["yield_quantity"]["quantity_string"] == "0" for event in confirmations]
    per_order = Counter((event.site_id, event.order_id) for event in confirmations)
    night = [event.occurred_at.hour in NIGHT_HOURS for event in confirmations]
    minutes = [_minutes(event.data) for event in confirmations]
    figures = {
        "simulator.zero_events": (float(np.mean(zero)), 0.25, 0.45, 0.35),
        "simulator.events_per_order": (float(np.median(list(per_order.values()))), 6, 14, 9),
        "simulator.event_minutes": (float(np.median(minutes)), 70, 150, 103),
        "simulator.night_share": (float(np.mean(night)), 0.18, 0.38, 0.25),
    }
    return {
        name: Check(round(value, 4), f"{low:g} to {high:g}", low <= value <= high, real)
        for name, (value, low, high, real) in figures.items()
    }


def _minutes(data: Mapping[str, Any]) -> float:
    start = datetime.fromisoformat(data["actual_start_time"])
    end = datetime.fromisoformat(data["actual_end_time"])
    return (end - start).total_seconds() / 60.0
