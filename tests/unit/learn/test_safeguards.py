"""Safeguards: what is refused, what is left out, and that the reason says what to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from unit.learn.tables import (
    energy_spec,
    energy_table,
    ledger_spec,
    ledger_table,
    scrap_spec,
    scrap_table,
)

from countersign.learn import TrainingRefused, fit, read_spec
from countersign.learn.folds import folds, holdout
from countersign.learn.quality import pass_gate
from countersign.learn.table import read_table

Change = Callable[[pd.DataFrame], pd.DataFrame]


def column(**changes: Any) -> Change:
    return lambda table: table.assign(**changes)


BAD_TABLES: list[tuple[str, Change, str]] = [
    ("missing target", column(reason=None), "reason is empty in every row; fill in"),
    ("no target column", lambda t: t.drop(columns="reason"), "names reason, which the table"),
    ("one class", column(reason="DIM"), "every row has the same reason .DIM.; bring rows"),
    ("ten rows", lambda t: t[:10], "10 rows with an answer are too few; bring at least 50"),
    (
        "constant columns",
        column(speed=1.0, heat=2.0, machine="10"),
        "every feature is constant .*; name columns that differ",
    ),
    (
        "text for a number",
        lambda t: t.assign(speed=["fast", *t["speed"][1:]]),
        "speed is a number in the spec, but holds 'fast' .*row 0.*; write the feature as code",
    ),
    (
        "two decimal signs in one column",
        lambda t: t.assign(speed=["3,14", "3.14"] * 200),
        "speed writes some decimals with a point .'3.14'. and some with a comma .'3,14'.",
    ),
    ("absent column", lambda t: t.drop(columns="heat"), "names heat, which .* does not have"),
    ("an empty table", lambda t: t[:0], "reason is empty in every row"),
    (
        "mixed time zones",
        lambda t: t.assign(at=["2026-01-01T00:00:00+01:00", *t["at"][1:]]),
        "at mixes time zones .*; write every time in one",
    ),
    (
        "some times without a zone",
        lambda t: t.assign(at=["2026-01-01T00:00:00", *t["at"][1:]]),
        "at mixes time zones",
    ),
    ("one number in no row", column(heat=np.inf, speed=np.nan, machine=None), "is constant"),
    ("no times", column(at="yesterday"), "holds 'yesterday', which is no time; write ISO 8601"),
    ("ambiguous times", column(at="03-04-2026"), "several ways .*; say which with time_format"),
    ("missing times", column(at=None), "400 rows have no at"),
    (
        "duplicate keys",
        lambda t: pd.concat([t, t[:3]]),
        "6 rows have duplicate keys .*; remove the copies",
    ),
]


@pytest.mark.parametrize(
    ("change", "says"), [row[1:] for row in BAD_TABLES], ids=[row[0] for row in BAD_TABLES]
)
def test_a_table_that_cannot_be_learned_from_is_refused_with_what_to_change(
    change: Change, says: str
) -> None:
    spec = scrap_spec(time_column="at", key_columns=["at"])
    with pytest.raises(TrainingRefused, match=says):
        fit(spec, change(scrap_table()))


def test_a_ledger_with_one_account_and_a_guess_that_is_never_made_are_refused() -> None:
    with pytest.raises(TrainingRefused, match="every row has the same account"):
        fit(ledger_spec(), ledger_table(300).assign(account="1"))
    with pytest.raises(TrainingRefused, match="plan is empty in every row"):
        fit(energy_spec(offset_column="plan"), energy_table(200).assign(plan=np.nan))


def test_copies_of_a_moment_are_refused_where_the_past_is_read() -> None:
    table = energy_table()
    with pytest.raises(TrainingRefused, match="duplicate keys"):
        fit(energy_spec(), pd.concat([table, table[:5]]))


def test_an_hour_that_local_time_has_twice_is_no_copy() -> None:
    table = energy_table(200)
    local = pd.date_range("2026-10-25T00:00", periods=200, freq="30min")
    back = pd.to_timedelta((np.arange(200) >= 6) * 1, unit="h")
    table["at"] = (local - back).strftime("%Y-%m-%dT%H:%M")
    assert table["at"].duplicated().sum() == 2
    assert fit(energy_spec(), table).card["rows"]["training"] == 200


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "../scrap"}, "is no name of a folder"),
        ({"kind": "guess"}, "has the kind 'guess', not one of"),
        ({"kind": ""}, "lacks kind"),
        ({"features": {}}, "names no features"),
        ({"features": {"speed": "decimal"}}, "has the type 'decimal'; write one of"),
        ({"features": {"speed": {"lag": [1]}}}, "says lag; it may say type, known, lags"),
        ({"features": {"speed": {"known": "later"}}}, "write now or past"),
        ({"colour": "red"}, "says colour, which no task has"),
        ({"quantile": 2.0}, "not one in"),
    ],
)
def test_a_spec_that_makes_no_sense_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(TrainingRefused, match=says):
        scrap_spec(**changes)


def test_a_constant_column_among_others_is_left_out_and_said() -> None:
    model = fit(scrap_spec(), scrap_table().assign(heat=1.0))
    assert "heat" not in model.task.features
    assert model.alarms == ("constant and left out: heat",)


LEAKS: list[tuple[str, Change, str]] = [
    ("copy", lambda t: t.assign(kva=t["kwh"] * 1.02), "kva is a copy of the target"),
    (
        "almost a copy",
        lambda t: t.assign(kva=t["kwh"] + np.random.default_rng(1).normal(0, 1.5, len(t))),
        "kva alone explains 9.* of the target",
    ),
    (
        "bent copy",
        lambda t: t.assign(kva=np.exp(t["kwh"] / 30.0)),
        "kva alone explains",
    ),
]


@pytest.mark.parametrize(
    ("change", "says"), [row[1:] for row in LEAKS], ids=[row[0] for row in LEAKS]
)
def test_a_column_that_knows_the_answer_is_refused_until_a_person_allows_it(
    change: Change, says: str
) -> None:
    spec = energy_spec(features={"orders": "number", "kva": "number"})
    table = change(energy_table())
    with pytest.raises(TrainingRefused, match=rf"{says}.*allow = \[\"kva\"\]"):
        fit(spec, table)
    model = fit(spec, table, allow=["kva"])
    assert any("allowed although kva" in alarm for alarm in model.alarms)


def test_the_same_column_of_the_past_is_no_leak() -> None:
    table = energy_table().assign(kva=lambda rows: rows["kwh"] * 1.02)
    model = fit(energy_spec(features={"kva": {"known": "past"}}), table)
    assert "kva" not in model.task.features
    assert "kva.lag0" in model.task.features


def test_the_target_as_its_own_feature_is_refused() -> None:
    with pytest.raises(TrainingRefused, match="kwh is the target itself"):
        fit(energy_spec(features={"kwh": "number"}), energy_table())


def test_a_column_dated_after_its_row_is_refused() -> None:
    table = scrap_table()
    later = pd.to_datetime(table["at"]) + pd.Timedelta(hours=5)
    table["inspected_at"] = later.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    spec = scrap_spec(time_column="at", features={"speed": "number", "inspected_at": "time"})
    with pytest.raises(TrainingRefused, match="inspected_at is dated after at in 100%"):
        fit(spec, table)


def test_a_code_that_is_a_later_date_is_refused_too() -> None:
    table = scrap_table()
    table["booked_on"] = (pd.to_datetime(table["at"]) + pd.Timedelta(days=3)).dt.strftime(
        "%Y-%m-%d"
    )
    spec = scrap_spec(time_column="at", features={"speed": "number", "booked_on": "code"})
    with pytest.raises(TrainingRefused, match="booked_on is dated after at"):
        fit(spec, table)


def test_a_flag_set_only_where_the_rare_target_happens_is_refused() -> None:
    table = scrap_table(1000)
    table["fails"] = (np.arange(1000) % 10 == 0).astype(int)
    table["failed_of_heat"] = table["fails"] * (np.arange(1000) % 40 == 0)
    spec = scrap_spec(
        kind="occurrence", target="fails", features={"speed": "number", "failed_of_heat": "flag"}
    )
    with pytest.raises(TrainingRefused, match="failed_of_heat is set in 25 rows, and always"):
        fit(spec, table)


def test_the_name_of_the_account_beside_the_account_is_refused() -> None:
    table = ledger_table().assign(account_name=lambda rows: "Account " + rows["account"])
    with pytest.raises(TrainingRefused, match="account_name alone tells the target"):
        fit(ledger_spec(rank_by=[["supplier"], ["account_name"]]), table)


def month(table: pd.DataFrame, name: str) -> pd.Series:
    return table["at"].str.startswith(name)


BAD_MONTHS: list[tuple[str, Change, str]] = [
    (
        "most accounts empty",
        lambda t: t.assign(account=t["account"].where(~month(t, "2026-07") | (t.index % 5 == 0))),
        "account is empty in",
    ),
    (
        "other accounts",
        lambda t: t.assign(
            account=t["account"].where(~month(t, "2026-07"), "9" + t["account"].str[3:] + "55")
        ),
        "account holds codes never seen",
    ),
    (
        "another way of writing",
        lambda t: t.assign(
            supplier=t["supplier"].where(~month(t, "2026-07"), "X-" + t["supplier"] + "/7")
        ),
        "supplier is written differently",
    ),
    (
        "another unit",
        lambda t: t.assign(amount=t["amount"].where(~month(t, "2026-07"), t["amount"] * 1000)),
        "amount is another population",
    ),
]


@pytest.mark.parametrize(
    ("change", "says"), [row[1:] for row in BAD_MONTHS], ids=[row[0] for row in BAD_MONTHS]
)
def test_a_bad_month_is_quarantined_with_an_alarm(change: Change, says: str) -> None:
    table = read_table(ledger_spec(), change(ledger_table()), with_target=True)
    bad = month(table.raw, "2026-07").to_numpy()
    passed = pass_gate(table)
    assert len(passed.alarms) == 1
    assert passed.alarms[0].startswith(f"2026-07 quarantined, {bad.sum()} rows left out")
    assert says in passed.alarms[0]
    np.testing.assert_array_equal(passed.rows, ~bad)
    assert pass_gate(table, accept=["2026-07"]).alarms == []


def test_what_is_quarantined_is_not_learned_from() -> None:
    table = BAD_MONTHS[0][1](ledger_table(1500))
    model = fit(ledger_spec(), table)
    assert "2026-07 quarantined" in model.alarms[0]
    assert model.card["rows"]["training"] == len(table) - int(month(table, "2026-07").sum())


def test_stripped_zeros_are_mended_and_good_months_pass() -> None:
    table = ledger_table(1500)
    stripped = table.assign(
        account=table["account"].where(~month(table, "2026-07"), table["account"].str.lstrip("0"))
    )
    clean, mended = fit(ledger_spec(), table), fit(ledger_spec(), stripped)
    assert clean.alarms == mended.alarms == ()
    assert clean.card["metrics"] == mended.card["metrics"]


def test_a_bad_batch_of_confirmed_rows_changes_nothing() -> None:
    model = fit(ledger_spec(), ledger_table(1500))
    bad = ledger_table(300, seed=4).assign(account=None)
    bad["at"] = "2027-01-10"
    updated = model.update(bad)
    assert updated.version == model.version
    assert updated.alarms[0].startswith("2027-01 quarantined, 300 rows left out")


def test_folds_never_learn_from_what_they_tell_or_from_later() -> None:
    table = read_table(scrap_spec(time_column="at"), scrap_table(), with_target=True)
    assert table.time is not None
    for learned, told in [*folds(table, 4, 1), holdout(table, 0.2, 1)]:
        assert table.time[learned].max() < table.time[told].min()


def test_folds_by_unit_never_tell_a_unit_they_learned() -> None:
    spec = scrap_spec(unit_column="machine", split_by="unit")
    table = read_table(spec, scrap_table(), with_target=True)
    for learned, told in folds(table, 3, 1):
        assert not set(table.unit[learned]) & set(table.unit[told])


def test_rare_classes_are_learned_and_confidence_stays_honest() -> None:
    table = scrap_table(4000)
    rare = table["reason"].eq("DIM") & (table.index % 40 != 0)
    table = table[~rare]
    model = fit(scrap_spec(), table)
    told = model.predict(scrap_table(3000, seed=5)[lambda t: t["reason"] == "DIM"])
    assert (told["label"] == "DIM").mean() > 0.2
    assert model.card["metrics"]["calibration_error"] < 0.05


def test_a_spec_file_that_is_no_toml_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "spec.toml"
    path.write_text("name = ")
    with pytest.raises(TrainingRefused, match="is not TOML"):
        read_spec(path)
    with pytest.raises(TrainingRefused, match="cannot be read"):
        read_spec(tmp_path / "none.toml")
