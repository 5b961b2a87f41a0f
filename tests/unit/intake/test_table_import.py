"""A row of a table becomes events, is skipped by a rule, or is refused with line, column, why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.intake.table_texts import (
    HEADER,
    MAPPING,
    line,
    mapping_with,
    read_lines,
    read_one,
)

from countersign.intake.mapping_file import MappingError
from countersign.intake.table_file import Table, TableError, TableFormat
from countersign.intake.table_import import MappedRow, RefusedRow, SkippedRow

CONSUMPTION = """
source = "/imports/scale"

[times]
time_zone = "Europe/Berlin"
format = "%d.%m.%Y %H:%M"

[numbers]
decimal_mark = ","
thousands_mark = "."

[identity]
columns = ["slip"]

[codes.units]
kg = "KGM"
Stk = "C62"

[[event]]
type = "material-consumption"
time = { columns = ["day", "clock"] }

[event.data]
site_id = { constant = "1000" }
order_id = { column = "order" }
operation_id = { constant = "0010" }
posting_date = { column = "day", format = "%d.%m.%Y" }

[[event.data.material_actual]]
material_id = { column = "mat1" }
quantity = { column = "qty1", unit = { column = "unit1", codes = "units" } }

[[event.data.material_actual]]
material_id = { column = "mat2" }
quantity = { column = "qty2", unit = "KGM" }
"""
SCALE_HEADER = "slip,day,clock,order,mat1,qty1,unit1,mat2,qty2"


def data_of(result: object) -> dict[str, Any]:
    assert isinstance(result, MappedRow), result
    return dict(result.events[0].data)


def test_a_row_becomes_the_event_that_the_mapping_describes() -> None:
    result = read_one(line(done="yes", good="12.50", note="second shift"))
    assert isinstance(result, MappedRow)
    (event,) = result.events
    assert event.body["time"] == "2026-03-02T10:00:00+01:00"
    assert event.source == "/imports/paper"
    assert event.type == "countersign.production-confirmation.v1"
    assert event.data == {
        "site_id": "1000",
        "order_id": "100234",
        "operation_id": "0010",
        "confirmation": "final",
        "yield_quantity": {"quantity_string": "12.5", "unit_of_measure": "C62"},
        "note": "second shift",
    }


def test_an_empty_cell_leaves_its_field_out() -> None:
    assert "note" not in data_of(read_one(line(note="")))


def test_a_default_stands_in_for_an_empty_cell() -> None:
    mapping = mapping_with(('"good", unit', '"good", default = "0", unit'))
    assert data_of(read_one(line(good=""), mapping))["yield_quantity"]["quantity_string"] == "0"


REFUSED = [
    ("no number", {"good": "5x"}, "good", "5x", "is no number such as 1234.5"),
    ("a decimal comma", {"good": '"5,5"'}, "good", "5,5", "decimal_mark"),
    ("an exponent", {"good": "1e3"}, "good", "1e3", "is no number"),
    ("not a number", {"good": "NaN"}, "good", "NaN", "is no number"),
    ("below zero", {"good": "-5"}, "good", "-5", "not negative"),
    ("seven decimals", {"good": "0.1234567"}, "good", "0.1234567", "6 after the point"),
    ("an empty quantity", {"good": ""}, "good", "", "requires yield_quantity"),
    ("a day without a clock", {"at": "2026-03-02"}, "at", "2026-03-02", "is no time"),
    (
        "a time the wrong way",
        {"at": "02.03.2026 10:00"},
        "at",
        "02.03.2026 10:00",
        "is no time",
    ),
    (
        "no such day",
        {"at": "2026-02-30T10:00:00"},
        "at",
        "2026-02-30T10:00:00",
        "is no time",
    ),
    ("an empty time", {"at": ""}, "at", "", "requires time"),
    (
        "a skipped hour",
        {"at": "2026-03-29T02:30:00"},
        "at",
        "2026-03-29T02:30:00",
        "forward",
    ),
    (
        "a doubled hour",
        {"at": "2026-10-25T02:30:00"},
        "at",
        "2026-10-25T02:30:00",
        "twice",
    ),
    ("an unknown code", {"done": "maybe"}, "done", "maybe", "[codes.done]"),
    ("a space in an id", {"order": "10 02"}, "order", "10 02", "/data/order_id"),
    ("an empty id", {"order": ""}, "order", "", "requires order_id"),
    ("a control character", {"note": "a\x07b"}, "note", "a\x07b", "/data/note"),
    (
        "a broken byte",
        {"note": "Gr\udcfc\udcdfe"},
        "note",
        "Gr\\udcfc\\udcdfe",
        "not utf-8",
    ),
]


@pytest.mark.parametrize(
    ("changes", "column", "value", "why"),
    [case[1:] for case in REFUSED],
    ids=[case[0] for case in REFUSED],
)
def test_a_bad_cell_is_refused_with_its_place(
    changes: dict[str, str], column: str, value: str, why: str
) -> None:
    result = read_lines([HEADER, line(), line(**changes)])[1]
    assert isinstance(result, RefusedRow)
    assert result.line == 3
    (fault,) = result.faults
    assert (fault.columns, fault.value) == ((column,), value)
    assert why in fault.why


def test_everything_that_is_wrong_with_a_row_is_told_at_once() -> None:
    result = read_one(line(at="never", done="maybe", good="many"))
    assert isinstance(result, RefusedRow)
    assert [fault.columns for fault in result.faults] == [("at",), ("done",), ("good",)]


def test_the_audit_trail_gets_a_sentence_that_can_be_stored() -> None:
    result = read_one(line(note="\udcfc"))
    assert isinstance(result, RefusedRow)
    ((_, text),) = result.refusal.errors
    assert text.startswith("line 2, note: ")
    text.encode("utf-8")


def test_a_row_of_the_wrong_width_is_refused() -> None:
    result = read_one(line() + ",more")
    assert isinstance(result, RefusedRow)
    assert result.faults[0].why == "has 8 cells, the header has 7"


def test_a_stray_quotation_mark_costs_its_lines_and_says_which() -> None:
    results = read_lines([HEADER, line(slip="1"), line(slip="2", note='"lost'), line(slip="3")])
    assert isinstance(results[0], MappedRow)
    assert isinstance(results[1], RefusedRow)
    assert results[1].line == 3
    assert "quotation mark between lines 3 and 4" in results[1].faults[0].why


def test_a_quoted_cell_may_hold_line_breaks_and_delimiters() -> None:
    results = read_lines([HEADER, line(note='"first, this\nthen that"'), line(slip="2", good="x")])
    assert data_of(results[0])["note"] == "first, this\nthen that"
    assert isinstance(results[1], RefusedRow)
    assert results[1].line == 4


def test_blank_lines_are_no_rows() -> None:
    assert len(read_lines([HEADER, "", line(), ""])) == 1


def test_a_byte_order_mark_is_not_part_of_the_first_column() -> None:
    assert isinstance(read_one(line(), header=f"\ufeff{HEADER}"), MappedRow)


@pytest.mark.parametrize(
    ("ambiguous", "offset"), [("earlier", "+02:00"), ("later", "+01:00")], ids=str
)
def test_a_doubled_hour_is_read_as_the_mapping_says(ambiguous: str, offset: str) -> None:
    mapping = mapping_with(('"Europe/Berlin"', f'"Europe/Berlin"\nambiguous = "{ambiguous}"'))
    result = read_one(line(at="2026-10-25T02:30:00"), mapping)
    assert isinstance(result, MappedRow)
    assert result.events[0].body["time"] == f"2026-10-25T02:30:00{offset}"


def test_a_time_with_an_offset_needs_no_zone() -> None:
    result = read_one(line(at="2026-10-25T02:30:00+02:00"))
    assert isinstance(result, MappedRow)
    assert result.events[0].body["time"] == "2026-10-25T02:30:00+02:00"


def test_numbers_times_and_units_are_read_as_the_plant_writes_them() -> None:
    row = '7,02.03.2026,14:05,100234,STEEL,"1.234,5",kg,,'
    result = read_one(row, CONSUMPTION, SCALE_HEADER)
    assert isinstance(result, MappedRow)
    assert result.events[0].body["time"] == "2026-03-02T14:05:00+01:00"
    assert data_of(result)["posting_date"] == "2026-03-02"
    assert data_of(result)["material_actual"] == [
        {
            "material_id": "STEEL",
            "quantity": {"quantity_string": "1234.5", "unit_of_measure": "KGM"},
        }
    ]


@pytest.mark.parametrize("text", ["1.23,5", "12.345.6", "1234.567", ".123", "1,2,3", "1.234.", ""])
def test_a_thousands_mark_stands_between_thousands_only(text: str) -> None:
    row = f'7,02.03.2026,14:05,100234,STEEL,"{text}",kg,,'
    assert isinstance(read_one(row, CONSUMPTION, SCALE_HEADER), RefusedRow)


def test_a_fault_in_a_list_is_led_back_to_its_own_column() -> None:
    row = "7,02.03.2026,14:05,100234,,,,CHALK,-3"
    result = read_one(row, CONSUMPTION, SCALE_HEADER)
    assert isinstance(result, RefusedRow)
    assert [(fault.columns, fault.value) for fault in result.faults] == [(("qty2",), "-3")]


def test_a_quantity_without_its_unit_is_refused() -> None:
    result = read_one("7,02.03.2026,14:05,100234,STEEL,5,,,", CONSUMPTION, SCALE_HEADER)
    assert isinstance(result, RefusedRow)
    assert result.faults[0].columns == ("unit1",)


TWO_EVENTS = (
    mapping_with(
        (
            '"good", unit = "C62" }',
            '"good", unit = "C62" }\nscrap_quantity = { column = "bad", unit = "C62" }',
        ),
    )
    + """
[[event]]
type = "scrap-report"
when = [{ column = "bad", zero = false }]
time = { column = "at" }

[event.data]
site_id = { constant = "1000" }
order_id = { column = "order" }
operation_id = { column = "op" }
material_id = { column = "part" }
quantity = { column = "bad", unit = "C62" }

[[skip]]
name = "cancelled slips"
when = [{ column = "state", in = ["X", "cancelled"] }]
"""
)
TWO_HEADER = f"{HEADER},bad,part,state"


@pytest.mark.parametrize(("bad", "events"), [("2", 2), ("0", 1), ("0.00", 1), ("", 1)])
def test_a_row_may_become_several_events(bad: str, events: int) -> None:
    result = read_one(f"{line()},{bad},PUMP,", TWO_EVENTS, TWO_HEADER)
    assert isinstance(result, MappedRow)
    assert len({event.key for event in result.events}) == events


def test_a_row_is_taken_whole_or_not_at_all() -> None:
    result = read_one(f"{line()},2,,", TWO_EVENTS, TWO_HEADER)
    assert isinstance(result, RefusedRow)
    assert "material_id" in result.faults[0].why


def test_a_skipped_row_says_which_rule() -> None:
    assert read_lines([TWO_HEADER, f"{line()},,,X"], TWO_EVENTS) == [
        SkippedRow(2, "cancelled slips")
    ]


def test_a_row_that_no_event_applies_to_is_refused_not_dropped() -> None:
    mapping = mapping_with(("time = {", 'when = [{ column = "op", in = ["0020"] }]\ntime = {'))
    result = read_one(line(), mapping)
    assert isinstance(result, RefusedRow)
    assert "no [[event]]" in result.faults[0].why


def test_the_minutes_between_two_times_count_the_change_of_the_clocks() -> None:
    span = 'minutes_between = ["at", "until"]'
    mapping = mapping_with(("note = {", f"labor_time = {{ {span} }}\nnote = {{"))
    row = f"{line(at='2026-03-29T01:30:00')},2026-03-29T03:30:20"
    data = data_of(read_one(row, mapping, f"{HEADER},until"))
    assert data["labor_time"] == {
        "quantity_string": "60.333333",
        "unit_of_measure": "MIN",
    }
    backwards = read_one(f"{line()},2026-03-01T10:00:00", mapping, f"{HEADER},until")
    assert isinstance(backwards, RefusedRow)
    assert backwards.faults[0].columns == ("at", "until")


def test_columns_that_the_table_lacks_are_all_named() -> None:
    with pytest.raises(MappingError) as caught:
        read_lines(["slip,at,order,op,remark"])
    assert caught.value.faults == [
        (
            "the table",
            "has no column 'done', 'good', 'note'; it has 'slip', 'at', 'order', 'op', 'remark'",
        )
    ]


def test_a_table_of_one_column_has_another_delimiter() -> None:
    with pytest.raises(MappingError, match="delimiter"):
        read_lines([HEADER.replace(",", ";")])


def test_a_column_that_stands_twice_is_not_guessed() -> None:
    with pytest.raises(MappingError, match="has more than one column 'good'"):
        read_lines([f"{HEADER},good"])


def test_a_header_in_another_encoding_ends_the_import_before_it_begins() -> None:
    with pytest.raises(TableError, match="not utf-8"):
        read_lines([f"{HEADER},Gr\udcf6\udcdfe"])


def test_the_same_row_has_the_same_event_wherever_it_stands() -> None:
    alone = read_one(line())
    among_others = read_lines([HEADER, line(slip="9"), line()])[1]
    assert isinstance(alone, MappedRow)
    assert isinstance(among_others, MappedRow)
    assert alone.events[0].digest == among_others.events[0].digest
    assert alone.events[0].event_id == among_others.events[0].event_id


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='\r\n",\0'), max_size=8)))
def test_no_table_makes_the_reader_fail_or_lose_a_row(cells: list[str]) -> None:
    rows = [line(slip=f"s{number}", good=text) for number, text in enumerate(cells)]
    assert len(read_lines([HEADER, *rows], MAPPING)) == len(rows)


def test_a_table_is_streamed_so_its_size_does_not_matter() -> None:
    taken: list[int] = []

    def endless() -> Iterator[str]:
        yield f"{HEADER}\n"
        for number in count():
            taken.append(number)
            yield f"{line(slip=str(number))}\n"

    table = Table(endless(), TableFormat())
    assert len(list(islice(table, 1000))) == len(taken) == 1000
