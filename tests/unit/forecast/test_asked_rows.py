"""What is asked: history is told from what lies ahead, and nothing that is ahead is learned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from countersign.forecast.asked_rows import actuals, ask, history, is_known, keys
from countersign.learn import TaskSpec, read_spec
from countersign.learn.answers import occurs_within
from countersign.learn.table import read_table

START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + timedelta(hours=100)
HOUR = timedelta(hours=1)


def spec(kind: str = "regress", **changes: Any) -> TaskSpec:
    return read_spec(
        {
            "name": "own",
            "kind": kind,
            "target": "target",
            "unit_column": "unit",
            "time_column": "at",
            "features": {"load": "number"},
            **changes,
        }
    )


LOOKS_BACK = {"load": {"lags": [0, 1]}}


def rows(**columns: list[Any]) -> pd.DataFrame:
    """Return hourly rows of one unit unless columns say otherwise; nothing has an end."""
    count = len(next(iter(columns.values())))
    told = {
        "unit": ["u"] * count,
        "at": [START + n * HOUR for n in range(count)],
        "load": [float(n) for n in range(count)],
        "asks_until": [None] * count,
        **columns,
    }
    told.setdefault("subject", told["unit"])
    return pd.DataFrame(told)


@pytest.mark.parametrize("empty", [None, np.nan, "", "  "])
def test_a_row_without_its_target_is_no_history(empty: Any) -> None:
    frame = rows(target=[1, empty, 0])
    assert is_known(spec(), frame).tolist() == [True, False, True]
    assert list(history(spec(), frame).index) == [0, 2]


def test_without_a_past_everything_open_is_asked() -> None:
    frame = rows(
        target=[1, None, None, None],
        asks_until=[None, NOW + HOUR, NOW - HOUR, None],
    )
    asked = ask(spec(), frame, NOW)
    assert list(asked.index) == [1, 3]
    assert list(asked.rows.index) == [1, 3]


def test_with_a_past_the_next_row_of_each_unit_is_asked_and_looks_back_at_what_is_known() -> None:
    frame = rows(
        unit=["a", "a", "a", "a", "b", "b", "c"],
        at=[START + n * HOUR for n in (0, 1, 2, 3, 0, 1, 0)],
        target=[1, 2, None, None, 5, None, 7],
    )
    asked = ask(spec(features=LOOKS_BACK), frame, NOW)
    assert sorted(asked.index) == [2, 5]
    assert sorted(asked.rows.index) == [0, 1, 2, 4, 5]


def test_a_hole_in_the_past_is_not_asked_and_not_looked_back_at() -> None:
    frame = rows(target=[1, None, 3, None])
    asked = ask(spec(features=LOOKS_BACK), frame, NOW)
    assert list(asked.index) == [3]
    assert sorted(asked.rows.index) == [0, 2, 3]


def test_a_row_whose_time_is_over_gives_way_to_the_next() -> None:
    frame = rows(target=[1, None, None], asks_until=[None, NOW - HOUR, NOW + HOUR])
    assert list(ask(spec(features=LOOKS_BACK), frame, NOW).index) == [2]


def test_remaining_life_is_asked_at_the_newest_row_of_what_still_runs() -> None:
    frame = rows(
        unit=["ended", "ended", "runs", "runs"],
        at=[1, 2, 1, 2],
        target=[1, 0, None, None],
    )
    asked = ask(spec("remaining_life"), frame, NOW)
    assert list(asked.index) == [3]
    assert sorted(asked.rows.index) == [2, 3]


def test_the_order_of_the_rows_changes_nothing() -> None:
    frame = rows(target=[1, 2, None, None])
    mixed = frame.sample(frac=1.0, random_state=3)
    task = spec(features=LOOKS_BACK)
    assert list(ask(task, mixed, NOW).index) == list(ask(task, frame, NOW).index) == [2]


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), min_size=1, max_size=30),
    st.integers(1, 5),
)
def test_what_came_is_what_training_would_learn(told: list[tuple[str, bool]], within: int) -> None:
    """Both read "occurs within" alike, so that a forecast is held against what it was taught."""
    units, happened = zip(*told, strict=True)
    times = [START + n * HOUR for n in range(len(told))]
    frame = rows(unit=list(units), at=times, target=[int(flag) for flag in happened])
    task = spec("occurrence", within=within)
    learned = occurs_within(read_table(task, frame, with_target=True))
    came = actuals(task, frame).to_numpy(dtype=float)
    np.testing.assert_array_equal(came, learned if within > 1 else frame["target"])


def test_an_occurrence_within_rows_is_clear_when_it_came_or_all_rows_are_known() -> None:
    frame = rows(target=[0, 0, 0, 1, 0, None, None])
    task = spec("occurrence", within=3, features=LOOKS_BACK, horizon=1)
    clear = actuals(task, frame)
    assert clear[:4].tolist() == [0, 1, 1, 1]
    assert clear[4:].isna().all()
    assert list(ask(task, frame, NOW).index) == [5]


def test_without_a_row_ahead_the_newest_is_asked_until_it_is_clear() -> None:
    task = spec("occurrence", within=3, features=LOOKS_BACK)
    assert list(ask(task, rows(target=[0, 0, 0, 0]), NOW).index) == [3]
    assert list(ask(task, rows(target=[0, 0, 0, 1]), NOW).index) == []


def test_a_subject_stands_for_one_answer_unless_a_unit_has_many_rows() -> None:
    frame = rows(target=[1, None], subject=["one", "two"])
    assert keys(spec(unit_column=""), frame) == [("one", ""), ("two", "")]
    assert keys(spec(), frame)[1] == ("two", (START + HOUR).isoformat())
    cycles = frame.assign(at=[141.0, 142.0])
    assert keys(spec(), cycles)[1] == ("two", "142")


def test_a_capped_life_is_held_against_its_cap() -> None:
    frame = rows(at=[1, 2, 3], target=[300, 299, None])
    assert actuals(spec("remaining_life", cap=125), frame)[:2].tolist() == [125, 125]


def test_nothing_open_asks_nothing() -> None:
    for task in (spec(), spec(features=LOOKS_BACK), spec("remaining_life")):
        frame = rows(target=[1, 2])
        for table in (frame, frame.iloc[:0]):
            asked = ask(task, table, NOW)
            assert (len(asked.index), len(asked.rows)) == (0, 0)
