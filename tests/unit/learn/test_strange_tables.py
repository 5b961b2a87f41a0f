"""Tables as ERPs and spreadsheets write them: read for what they mean, or refused in words."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from unit.learn.tables import energy_spec, energy_table, scrap_spec, scrap_table

from countersign.learn import TrainingRefused, fit, read_frame, read_spec
from countersign.learn.holdout import evaluate_table
from countersign.learn.quality import pass_gate
from countersign.learn.table import read_table

Write = Callable[[pd.DataFrame], bytes]
Change = Callable[[pd.DataFrame], pd.DataFrame]
PLAIN = pd.DataFrame(
    {
        "at": pd.to_datetime(["2025-12-31 06:00", "2026-01-02 14:30", "2026-01-13 22:15"]),
        "material": ["000100200", "ÖL-7", "A/3"],
        "quantity": [1234.5, -7.25, 0.125],
        "minutes": [12.0, 1000000.0, 3.5],
    }
)
SPEC = read_spec(
    {
        "name": "plain",
        "kind": "regress",
        "target": "minutes",
        "time_column": "at",
        "features": {"material": "code", "quantity": "number"},
    }
)


def german(value: float, minus_behind: bool = False) -> str:
    text = f"{abs(value):,.3f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    if value >= 0:
        return text
    return f"{text}-" if minus_behind else f"-{text}"


def written(table: pd.DataFrame, number: Callable[[float], str], times: str) -> pd.DataFrame:
    return table.assign(
        at=table["at"].dt.strftime(times),
        quantity=table["quantity"].map(number),
        minutes=table["minutes"].map(number),
    )


def csv(table: pd.DataFrame, separator: str = ";", encoding: str = "utf-8") -> bytes:
    return table.to_csv(sep=separator, index=False).encode(encoding)


def german_csv(table: pd.DataFrame, **how: Any) -> bytes:
    return csv(written(table, german, "%d.%m.%Y %H:%M"), **how)


def as_report(table: pd.DataFrame) -> bytes:
    """Write a list as SAP prints it: bars on both sides, cells filled up with blanks."""
    told = written(table, lambda value: german(value, minus_behind=True), "%d.%m.%Y %H:%M:%S")
    rows = [list(told.columns), *told.to_numpy().tolist()]
    return "\n".join("|" + "|".join(f" {cell:>14} " for cell in row) + "|" for row in rows).encode()


def zipped(content: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("table.csv", content)
    return packed.getvalue()


FILES: list[tuple[str, str, Write]] = [
    ("plain", "t.csv", lambda t: csv(t, ",")),
    ("German, Windows-1252", "t.csv", lambda t: german_csv(t, encoding="cp1252")),
    ("German, UTF-8 with a mark", "t.csv", lambda t: german_csv(t, encoding="utf-8-sig")),
    ("German, UTF-16", "t.csv", lambda t: german_csv(t, encoding="utf-16")),
    ("German, tabs", "t.txt", lambda t: german_csv(t, separator="\t")),
    ("a list of SAP", "t.txt", as_report),
    (
        "English, 12 hours",
        "t.csv",
        lambda t: csv(written(t, "{:,.3f}".format, "%m/%d/%Y %I:%M %p"), ","),
    ),
    (
        "Swiss thousands",
        "t.csv",
        lambda t: csv(written(t, lambda v: f"{v:,.3f}".replace(",", "'"), "%Y-%m-%dT%H:%M:%S")),
    ),
    (
        "brackets for a minus",
        "t.csv",
        lambda t: csv(written(t, lambda v: f"{v}" if v >= 0 else f"({-v})", "%Y%m%d%H%M%S")),
    ),
    (
        "milliseconds since 1970",
        "t.csv",
        lambda t: csv(t.assign(at=(t["at"] - pd.Timestamp(0)) // pd.Timedelta("1ms"))),
    ),
    ("packed", "t.csv.gz", lambda t: gzip.compress(csv(t, ","))),
    ("in an archive", "t.zip", lambda t: zipped(german_csv(t))),
    ("blanks around names", "t.csv", lambda t: csv(t.rename(columns=lambda name: f" {name} "))),
    ("an empty column without a name", "t.csv", lambda t: csv(t.assign(**{"": None}))),
]


@pytest.mark.parametrize(
    ("name", "write"), [row[1:] for row in FILES], ids=[row[0] for row in FILES]
)
def test_a_file_means_the_same_however_it_is_written(
    tmp_path: Path, name: str, write: Write
) -> None:
    (tmp_path / name).write_bytes(write(PLAIN))
    read = read_table(SPEC, read_frame(tmp_path / name), with_target=True)
    plain = read_table(SPEC, PLAIN, with_target=True)
    assert read.time is not None
    np.testing.assert_array_equal(read.time, plain.time)
    np.testing.assert_allclose(read.numbers["quantity"], PLAIN["quantity"])
    np.testing.assert_allclose(np.asarray(read.target, dtype=float), PLAIN["minutes"])
    assert list(read.codes["material"]) == ["100200", "ÖL-7", "A/3"]


BROKEN_FILES: list[tuple[str, bytes, str]] = [
    ("empty", b"", "is empty; the first line has to name the columns"),
    ("a workbook", b"PK\x03\x04" + bytes(200), "is a workbook .*; save the table as CSV"),
    ("no text", b"a,b\n1,\x002\n", "line 2 holds a NUL character; export"),
    ("a title above", b"Report 17\n\na;b;c\n1;2;3\n4;5;6\n", "remove the lines above the names"),
    ("ragged", b"a,b\n1,2\n3,4,5,6\n", "line 3.*put cells that hold the separator into quotes"),
]


@pytest.mark.parametrize(
    ("content", "says"), [row[1:] for row in BROKEN_FILES], ids=[row[0] for row in BROKEN_FILES]
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(TrainingRefused, match=says):
        read_frame(tmp_path / "t.csv")


def test_a_file_that_is_not_packed_as_its_name_says_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(b"a,b\n1,2\n")
    with pytest.raises(TrainingRefused, match="cannot be read"):
        read_frame(tmp_path / "t.csv.gz")


def numbers(cells: list[str], other: list[str] | None = None, **spec: Any) -> list[float]:
    """Read a column of text as numbers, beside another one."""
    frame = pd.DataFrame({"x": cells, "other": other or ["1"] * len(cells)})
    told = {"name": "n", "kind": "classify", "target": "y", **spec}
    task = read_spec({**told, "features": {"x": "number", "other": "number"}})
    return list(read_table(task, frame, with_target=False).numbers["x"])


NUMBERS: list[tuple[list[str], list[float]]] = [
    (["1.234,5", "7", "1.000"], [1234.5, 7.0, 1000.0]),
    (["1,234.5", "7", "1,000"], [1234.5, 7.0, 1000.0]),
    (["1.234.567", "1.000"], [1234567.0, 1000.0]),
    (["0.500", "1.000"], [0.5, 1.0]),
    (["1.000", "2.500"], [1.0, 2.5]),
    (["12,5-", "3"], [-12.5, 3.0]),
    (["\u221212.5", "+3"], [-12.5, 3.0]),
    (["1\u00a0234,5", "1 000,0"], [1234.5, 1000.0]),
    (["1,5E+03", "2,0"], [1500.0, 2.0]),
    (["1e3", ".5"], [1000.0, 0.5]),
    (["#N/A", "-", "n/a", "NULL", "#NV", "#DIV/0!", "", "3"], [np.nan] * 7 + [3.0]),
]


@pytest.mark.parametrize(("cells", "expected"), NUMBERS, ids=[row[0][0] for row in NUMBERS])
def test_numbers_are_read_by_what_the_whole_column_shows(
    cells: list[str], expected: list[float]
) -> None:
    np.testing.assert_allclose(numbers(cells), expected)


def test_another_column_or_the_spec_tells_what_a_column_alone_does_not() -> None:
    assert numbers(["1.234", "2.000"], ["0,5", "1,5"]) == [1234.0, 2000.0]
    assert numbers(["1,234", "2,000"], decimal=",") == [1.234, 2.0]
    assert numbers(["1,234", "2,000"], decimal=".") == [1234.0, 2000.0]


UNCLEAR: list[tuple[list[str], str]] = [
    (["1,234", "2,000"], "x holds '1,234', which can be read in two ways; .* decimal = "),
    (["1.5", "2,5"], "x writes some decimals with a point .'1.5'. and some with a comma .'2,5'."),
    (["12 kg", "3 kg"], "write the unit into the name of the column"),
    (["many", "3"], "x is a number in the spec, but holds 'many' .1 rows of x, first in row 0."),
]


@pytest.mark.parametrize(("cells", "says"), UNCLEAR, ids=[row[0][0] for row in UNCLEAR])
def test_numbers_that_could_be_misread_are_refused(cells: list[str], says: str) -> None:
    with pytest.raises(TrainingRefused, match=says):
        numbers(cells)


def test_a_file_with_semicolons_does_not_take_the_point_for_granted(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(b"x;y\n1.234;a\n5.000;b\n")
    spec = {"name": "n", "kind": "classify", "target": "y", "features": {"x": "number"}}
    with pytest.raises(TrainingRefused, match="can be read in two ways"):
        read_table(read_spec(spec), read_frame(tmp_path / "t.csv"), with_target=True)


def test_a_row_is_read_as_the_table_that_was_learned_from() -> None:
    table = energy_table(120)
    table["orders"] = [f"{1000 + number * 250:,}".replace(",", ".") for number in table["orders"]]
    table["kwh"] = [f"{value:.2f}".replace(".", ",") for value in table["kwh"]]
    model = fit(energy_spec(features={"orders": "number"}), table)
    assert dict(model.task.written) == {"kwh": ",", "orders": ","}
    one = model.predict(pd.DataFrame({"at": ["2026-01-09T06:00:00Z"], "orders": ["1.750"]}))
    same = model.predict(pd.DataFrame({"at": ["2026-01-09T06:00:00Z"], "orders": [1750]}))
    assert one["value"].equals(same["value"])


FLAGS = [
    (["J", "N", ""], [1.0, 0.0, np.nan]),
    (["Ja", "Nein", "ja"], [1.0, 0.0, 1.0]),
    (["WAHR", "FALSCH", "1"], [1.0, 0.0, 1.0]),
    (["X", "", "x"], [1.0, 0.0, 1.0]),
    (["yes", "no", "-"], [1.0, 0.0, np.nan]),
]


@pytest.mark.parametrize(("cells", "expected"), FLAGS, ids=[row[0][0] for row in FLAGS])
def test_flags_are_read_as_people_write_them(cells: list[str], expected: list[float]) -> None:
    spec = {"name": "n", "kind": "classify", "target": "y", "features": {"x": "flag"}}
    read = read_table(read_spec(spec), pd.DataFrame({"x": cells}), with_target=False)
    np.testing.assert_array_equal(read.numbers["x"], expected)


def test_a_flag_marked_with_x_means_no_where_it_is_empty_also_when_all_rows_are() -> None:
    table = scrap_table(200).assign(late=lambda t: np.where(t["speed"] > 0.5, "X", ""))
    features = {"speed": "number", "heat": "number"}
    model = fit(scrap_spec(kind="occurrence", target="late", features=features), table)
    assert model.card["rows"]["training"] == 200
    assert read_table(model.task, table.assign(late=""), with_target=True).target is not None
    known = read_table(model.task, table[:50].assign(late=""), with_target=True).target
    assert known is not None
    assert set(known.tolist()) == {0.0}


def test_words_for_whether_something_happens_are_refused_with_what_to_write() -> None:
    table = scrap_table(60).assign(late=["late", "on time"] * 30)
    with pytest.raises(TrainingRefused, match=r'write yes and no.*kind = "classify"'):
        fit(scrap_spec(kind="occurrence", target="late"), table)


TIMES: list[tuple[list[str], list[str]]] = [
    (["31.12.2025", "01.02.2026"], ["2025-12-31", "2026-02-01"]),
    (["12/31/2025 11:59 PM", "01/02/2026 12:01 AM"], ["2025-12-31 23:59", "2026-01-02 00:01"]),
    (["2025/12/31", "2026/01/02"], ["2025-12-31", "2026-01-02"]),
    (["20251231", "20260102"], ["2025-12-31", "2026-01-02"]),
    (["20251231235900", "20260102000100"], ["2025-12-31 23:59", "2026-01-02 00:01"]),
    (["202512", "202601"], ["2025-12-01", "2026-01-01"]),
    (["12.2025", "01.2026"], ["2025-12-01", "2026-01-01"]),
    (["1767225599000", "1767225600000"], ["2025-12-31 23:59:59", "2026-01-01 00:00:00"]),
]


@pytest.mark.parametrize(("cells", "moments"), TIMES, ids=[row[0][0] for row in TIMES])
def test_times_are_read_as_systems_write_them(cells: list[str], moments: list[str]) -> None:
    spec = scrap_spec(time_column="at", features={"speed": "number"})
    frame = pd.DataFrame({"at": cells, "speed": 1.0, "reason": "A"})
    read = read_table(spec, frame, with_target=True).time
    expected = (pd.to_datetime(pd.Series(moments)) - pd.Timestamp(0)).dt.total_seconds()
    np.testing.assert_allclose(np.asarray(read), expected)


BAD_TIMES: list[tuple[list[str], str]] = [
    (["07.01.25", "30.11.25"], "several ways .*%d-%m-%y or %y-%m-%d.*time_format"),
    (["07.01.2025", "31.02.2025", "05.05.2025"], "holds '31.02.2025' in row 1 .1 such rows."),
    (["2025-01-07", "0000-00-00"], "1 rows have no at .first: row 1.|'0000-00-00' in row 1"),
    (["2025-01-07", "at", "2025-01-09"], "holds 'at' in row 1"),
]


@pytest.mark.parametrize(("cells", "says"), BAD_TIMES, ids=[row[0][0] for row in BAD_TIMES])
def test_times_that_could_be_misread_are_refused_with_the_first_such_row(
    cells: list[str], says: str
) -> None:
    spec = scrap_spec(time_column="at", features={"speed": "number"})
    frame = pd.DataFrame({"at": cells, "speed": 1.0, "reason": "A"})
    with pytest.raises(TrainingRefused, match=says):
        read_table(spec, frame, with_target=True)


def test_plain_numbers_are_no_clock_where_the_spec_speaks_of_hours() -> None:
    table = energy_table(100).assign(at=45992.0 + np.arange(100) / 24.0)
    for changes in ({"horizon": "1h"}, {"calendar": True}):
        spec = energy_spec(**({"calendar": False} | changes))
        with pytest.raises(TrainingRefused, match="at holds plain numbers such as 45992"):
            fit(spec, table)


def test_dates_that_stand_for_none_are_no_dates() -> None:
    table = scrap_table(4).assign(
        serviced=["0000-00-00", "2025-12-01", "9999-12-31", None], at="2026-01-01"
    )
    spec = scrap_spec(time_column="at", features={"serviced": "time"})
    hours = read_table(spec, table, with_target=True).numbers["serviced"]
    np.testing.assert_array_equal(hours, [np.nan, 31 * 24.0, np.nan, np.nan])


def test_an_hour_that_local_time_has_twice_is_no_copy_in_any_unit() -> None:
    local = pd.date_range("2026-10-25T00:00", periods=60, freq="30min")
    back = pd.to_timedelta((np.arange(60) >= 6) * 1, unit="h")
    unit = energy_table(60).assign(at=(local - back).strftime("%Y-%m-%dT%H:%M"))
    both = pd.concat([unit.assign(line="A"), unit.assign(line="B")])
    assert len(read_table(energy_spec(unit_column="line"), both, with_target=True)) == 120
    with pytest.raises(TrainingRefused, match="duplicate keys"):
        read_table(
            energy_spec(unit_column="line"),
            pd.concat([both, unit[:9].assign(line="A")]),
            with_target=True,
        )


def test_remaining_life_counts_rows_where_time_is_a_calendar() -> None:
    spec = read_spec(
        {
            "name": "life",
            "kind": "remaining_life",
            "target": "left",
            "unit_column": "tool",
            "time_column": "day",
            "features": {"wear": "number"},
        }
    )
    days = ["05.01.2026", "13.01.2026", "20.01.2026"]
    table = pd.DataFrame({"tool": ["A"] * 3, "day": days, "wear": [1, 2, 3]})
    assert list(np.asarray(read_table(spec, table, with_target=True).target)) == [2.0, 1.0, 0.0]


ODD_TABLES: list[tuple[str, Change, str]] = [
    (
        "words among the answers",
        lambda t: t.assign(kwh=["see note", *t["kwh"].astype(str)[1:]]),
        "kwh is a number .* holds 'see note' .*correct these cells, or leave them empty",
    ),
    (
        "an answer beyond all measure",
        lambda t: t.assign(kwh=[9e39, *t["kwh"][1:]]),
        "kwh is 9e.39 in row 0, which is too large",
    ),
    (
        "a copy with noise in proportion",
        lambda t: t.assign(
            orders=(t["kwh"].abs() + 1) ** 3
            * np.exp(np.random.default_rng(1).normal(0, 0.02, 200)),
            kwh=lambda rows: (t["kwh"].abs() + 1) ** 3,
        ),
        "orders (alone explains|is a copy)",
    ),
]


@pytest.mark.parametrize(
    ("change", "says"), [row[1:] for row in ODD_TABLES], ids=[row[0] for row in ODD_TABLES]
)
def test_an_odd_table_is_refused_with_what_to_change(change: Change, says: str) -> None:
    spec = energy_spec(features={"orders": "number"}, calendar=False)
    with pytest.raises(TrainingRefused, match=says):
        fit(spec, change(energy_table(200)))


def test_amounts_asked_as_labels_are_refused() -> None:
    with pytest.raises(TrainingRefused, match="different answers in 80 rows; an amount is asked"):
        fit(scrap_spec(target="weight"), scrap_table(80).assign(weight=np.arange(80) * 1.5))


def test_words_that_are_read_as_no_answer_are_named() -> None:
    table = scrap_table(200)
    table["reason"] = table["reason"].replace("LEAK", "None")
    model = fit(scrap_spec(), table)
    assert any("'None' in" in alarm and "write another word" in alarm for alarm in model.alarms)


def test_copies_are_named_where_they_make_figures_too_good() -> None:
    table = scrap_table(120)
    model = fit(scrap_spec(), pd.concat([table, table]))
    assert model.alarms == (
        "120 rows are copies of others; figures look better than they are: remove the copies",
    )


def test_values_beyond_what_trees_reckon_with_are_missing_to_them() -> None:
    table = scrap_table(120)
    table.loc[3, "heat"] = 1e300
    assert fit(scrap_spec(), table).predict(table)["label"].notna().all()


def test_a_table_of_one_moment_is_split_by_chance_and_its_card_says_so() -> None:
    for at in ("2026-05-05", ["2026-05-05"] * 190 + ["2026-05-06"] * 10):
        model = fit(scrap_spec(time_column="at"), scrap_table(200).assign(at=at))
        assert model.card["split"].startswith("by chance")


def test_a_counter_that_grows_does_not_close_the_gate() -> None:
    days = (pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(600) * 12, unit="h")).astype(str)
    table = scrap_table(600).assign(at=days, heat=np.arange(600) * 7 + 4_900_000_000)
    passed = pass_gate(read_table(scrap_spec(time_column="at"), table, with_target=True))
    assert passed.rows.all()
    assert passed.alarms[0].startswith("heat is not the same for long")


def test_document_numbers_do_not_close_the_gate() -> None:
    days = (pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(600) * 12, unit="h")).astype(str)
    table = scrap_table(600).assign(at=days, machine=[f"{4500000000 + n}" for n in range(600)])
    passed = pass_gate(read_table(scrap_spec(time_column="at"), table, with_target=True))
    assert passed.rows.all()


def test_what_is_tested_is_held_against_what_was_learned() -> None:
    days = (pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(600) * 6, unit="h")).astype(str)
    table = scrap_table(600).assign(at=days)
    late = table["at"] >= "2026-05-01"
    table.loc[late, "heat"] *= 1000.0
    table.loc[late, "reason"] = "NEW"
    worth = evaluate_table(scrap_spec(time_column="at"), table)
    assert any("is tested although it is unlike the months before" in a for a in worth.alarms)
    assert any("tested rows have a reason that was never learned" in a for a in worth.alarms)


def test_too_few_rows_are_left_when_some_are_held_out() -> None:
    with pytest.raises(TrainingRefused, match="with 12 of 60 rows held out: 48 rows"):
        evaluate_table(scrap_spec(), scrap_table(60))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"features": ["speed"]}, r"says features = \['speed'\]; write a table"),
        ({"features": {"speed": 3}}, "feature speed says 3; write a type"),
        ({"features": {"speed": {"lags": ["a"]}}}, "says lags = .*whole numbers of rows, 0 or"),
        ({"features": {"speed": {"lags": [-1]}}}, "says lags = .*whole numbers of rows, 0 or"),
        ({"features": {"speed": {"windows": [0]}}}, "says windows = .*1 or more"),
        ({"quantile": "0.9"}, "says quantile = '0.9'; write a share"),
        ({"within": 0}, "says within = 0; write a number of rows"),
        ({"cap": -5}, "says cap = -5; write a number above 0"),
        ({"key_columns": "at"}, "says key_columns = 'at'; write a list"),
        ({"split_by": "week"}, "says split_by = 'week'; write \"time\""),
        ({"decimal": ";"}, "decimal = ';'; write . or ,"),
        ({"horizon": -1}, "says horizon = -1; write a number of rows"),
        ({"written": [["speed", ","]]}, "says written, which no task has"),
    ],
)
def test_a_value_that_a_spec_cannot_hold_is_refused_with_what_to_write(
    changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(TrainingRefused, match=says):
        scrap_spec(**changes)


ASKED: list[tuple[str, Change]] = [
    ("columns in another order", lambda t: t[t.columns[::-1]]),
    ("more columns", lambda t: t.assign(remark="x", **{"": 1})),
    ("without the answer", lambda t: t.drop(columns="reason")),
    ("an index of its own", lambda t: t.set_index(pd.Index([f"r{n}" for n in range(len(t))]))),
    ("text for numbers", lambda t: t.astype(str)),
    ("one row", lambda t: t[:1]),
    ("no row", lambda t: t[:0]),
]


@pytest.mark.parametrize("change", [row[1] for row in ASKED], ids=[row[0] for row in ASKED])
def test_the_same_rows_get_the_same_answers_however_they_come(change: Change) -> None:
    table = scrap_table(80)
    model = _scrap_model()
    asked = change(table)
    told = model.predict(asked)
    assert list(told.index) == list(asked.index)
    expected = model.predict(table)["confidence"][: len(asked)]
    np.testing.assert_allclose(told["confidence"], expected, rtol=1e-5)


def test_a_code_that_training_did_not_see_is_answered_and_a_missing_column_is_named() -> None:
    model = _scrap_model()
    asked = scrap_table(5).assign(machine="0999")
    missing = model.predict(asked.assign(machine=None))
    pd.testing.assert_frame_equal(model.predict(asked), missing)
    with pytest.raises(TrainingRefused, match="names heat, which the table does not have"):
        model.predict(asked.drop(columns="heat"))


def _scrap_model() -> Any:
    if not _MODELS:
        _MODELS.append(fit(scrap_spec(), scrap_table(200)))
    return _MODELS[0]


_MODELS: list[Any] = []
