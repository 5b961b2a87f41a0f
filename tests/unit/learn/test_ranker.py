"""Ranking line by line: the same answers as a table gets, without a table."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.learn.tables import ledger_spec, ledger_table

from countersign.learn import ModelRefused, fit
from countersign.learn.code_history import CodeHistory
from countersign.learn.ranker import Ranker, load_ranker
from countersign.learn.ranking_model import RankingModel
from countersign.learn.table import read_table

SUPPLIERS = [f"S{number:04d}" for number in range(44)]
DIVISIONS = [f"D{number}" for number in range(8)]


@pytest.fixture(scope="module")
def model() -> RankingModel:
    fitted = fit(ledger_spec(), ledger_table())
    assert isinstance(fitted, RankingModel)
    return fitted


codes = (
    st.none() | st.sampled_from(["", " ", "nan", "0", "d1", "D1.0", "0007"]) | st.text(max_size=6)
)
lines = st.fixed_dictionaries(
    {
        "supplier": st.sampled_from(SUPPLIERS) | codes,
        "division": st.sampled_from(DIVISIONS) | codes,
        "amount": st.none()
        | st.just("")
        | st.decimals("-1e9", "1e9", places=2).map(lambda amount: f"{amount:f}"),
        "at": st.dates(datetime(2020, 1, 1).date(), datetime(2030, 1, 1).date()).map(str)
        | st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(
            lambda at: at.replace(tzinfo=UTC).isoformat(timespec="milliseconds")
        ),
    }
)


@settings(max_examples=150, deadline=None)
@given(line=lines)
def test_a_line_is_answered_as_a_row_of_a_table(model: RankingModel, line: dict[str, Any]) -> None:
    told = model.predict(pd.DataFrame([line], dtype=object)).iloc[0]
    (ranking,) = model.ranker.rank([line])
    assert [one.code for one in ranking] == told["ranked"]
    assert (ranking[0].code if ranking else None) == told["label"]
    assert (ranking[0].confidence if ranking else 0.0) == told["confidence"]


def test_many_lines_are_answered_as_a_table(model: RankingModel) -> None:
    table = ledger_table(400, seed=5)
    told = model.predict(table)
    rankings = model.ranker.rank(table.to_dict("records"))
    assert [[one.code for one in ranking] for ranking in rankings] == told["ranked"].tolist()
    assert [ranking[0].confidence for ranking in rankings] == told["confidence"].tolist()


def test_a_line_may_leave_out_columns_and_bring_decimals_and_dates(model: RankingModel) -> None:
    line = {"supplier": "S0003", "amount": Decimal("120.50"), "at": datetime(2026, 12, 1).date()}
    written = {"supplier": "S0003", "division": None, "amount": "120.50", "at": "2026-12-01"}
    assert model.ranker.rank([line]) == model.ranker.rank([written])
    assert model.ranker.rank([]) == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"at": None}, "at is missing"),
        ({"at": "yesterday"}, "yesterday"),
        ({"amount": "many"}, "amount is 'many', which is no number"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused(
    model: RankingModel, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        model.ranker.rank([{"supplier": "S0003", "at": "2026-12-01", **changes}])


def test_confidences_fall_and_share_one(model: RankingModel) -> None:
    for ranking in model.ranker.rank(ledger_table(300, seed=7).to_dict("records")):
        told = [one.confidence for one in ranking]
        assert told == sorted(told, reverse=True)
        assert 0.0 < sum(told) <= 1.0 + 1e-9


def test_usage_counts_what_was_booked_under_the_same_keys(model: RankingModel) -> None:
    table = ledger_table()
    here = table[(table.supplier == "S0004") & (table.division == "D2")]
    usual = here.account.mode()[0]
    found = {
        usage.columns: usage
        for usage in model.ranker.usages({"supplier": "s0004", "division": "D2"}, usual)
    }
    narrow = found["supplier", "division"]
    assert (narrow.times, narrow.of) == ((here.account == usual).sum(), len(here))
    assert str(narrow.last_on) == here[here.account == usual]["at"].max()
    assert found[()].of == len(table)
    assert [u.times for u in model.ranker.usages({"supplier": "S0004"}, "never")] == [0, 0]
    assert [u.columns for u in model.ranker.usages({"supplier": "unheard of"}, usual)] == [()]


def test_what_is_forgotten_was_never_booked(model: RankingModel) -> None:
    new = pd.DataFrame(
        [
            {"supplier": "NEW", "division": "D1", "amount": amount, "account": code, "at": day}
            for amount, code, day in (
                ("10.00", "X1", "2027-01-01"),
                ("20.00", "X2", "2027-01-02"),
                ("30.00", "X2", "2027-01-03"),
            )
        ]
    )
    line = {"supplier": "NEW", "division": "D1", "amount": "20", "at": "2027-02-01"}
    history = model.history.copy(model.task)
    before = history.to_bytes()
    booked = read_table(model.task, new, with_target=True)
    history.add(booked)
    ranker = Ranker(model.scorer, history)
    assert ranker.rank([line])[0][0].code == "X2"
    history.forget(booked.where(np.asarray([1, 2])))
    assert [usage.of for usage in ranker.usages(line, "X1")][:2] == [1, 1]
    assert "X2" not in [one.code for one in ranker.rank([line])[0]]
    history.forget(booked.where(np.asarray([0])))
    assert ranker.rank([line]) == model.ranker.rank([line])
    assert history.rows == model.history.rows
    assert model.history.to_bytes() == before


def test_a_history_is_the_same_after_it_was_written_and_read(model: RankingModel) -> None:
    read = CodeHistory.from_bytes(model.task, model.history.to_bytes())
    assert read.to_bytes() == model.history.to_bytes()
    more = read_table(model.task, ledger_table(200, seed=3), with_target=True)
    grown, read_and_grown = model.history.copy(model.task), read.copy(model.task)
    grown.add(more)
    read_and_grown.add(more)
    lines = ledger_table(100, seed=9).to_dict("records")
    expected = Ranker(model.scorer, grown).rank(lines)
    for told, right in zip(Ranker(model.scorer, read_and_grown).rank(lines), expected, strict=True):
        assert [one.code for one in told] == [one.code for one in right]
        assert [one.confidence for one in told] == pytest.approx(
            [one.confidence for one in right], abs=1e-5
        )
    assert read.to_bytes() == model.history.to_bytes()


def test_a_saved_ranker_answers_as_before_and_a_broken_one_is_refused(
    model: RankingModel, tmp_path: Path
) -> None:
    folder = model.save(tmp_path)
    line = {"supplier": "S0003", "division": "D1", "amount": "9", "at": "2026-12-01"}
    assert load_ranker(folder).rank([line]) == model.ranker.rank([line])
    (folder / "state.json.gz").write_bytes(b"broken")
    with pytest.raises(ModelRefused, match="altered"):
        load_ranker(folder)


def test_the_ranker_comes_up_without_pandas(model: RankingModel, tmp_path: Path) -> None:
    folder = model.save(tmp_path)
    asked = (
        "import sys; from countersign.learn.ranker import load_ranker; "
        f"load_ranker({str(folder)!r}).rank([{{'at': '2026-01-01'}}]); "
        "print('pandas' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert answer.stdout == "False\n", answer.stderr
