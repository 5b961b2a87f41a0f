"""The sandbox ERP's book: what is committed is all there when it is opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox_plant import master_rows, order_row
from unit.erp.sandbox_rows import completion_body, filled_book, issue_body, scrap_body

from countersign.erp.sandbox import reports, rules
from countersign.erp.sandbox.book import FIRST_NUMBER, Book
from countersign.erp.sandbox.plant import Plant, SeedError
from countersign.erp.sandbox.refusal import Question, Refusal

quantities = st.decimals(min_value="0.000001", max_value="40", places=6).map(str)
actions = st.one_of(
    st.tuples(st.just("completion"), quantities, st.booleans()),
    st.tuples(st.just("issue"), quantities, st.booleans()),
    st.tuples(st.just("scrap"), quantities, st.booleans()),
    st.tuples(st.just("storno"), st.integers(0, 8).map(str), st.booleans()),
)


def standing(plant: Plant) -> dict[str, Any]:
    moved = {key: quantity for key, quantity in plant.moved.items() if quantity}
    return {"moved": moved, "steps": {no: order.steps for no, order in plant.orders.items()}}


def act(book: Book, name: str, value: str, is_final: bool) -> None:
    good = {"qty": value, "uom": "H87"}
    if name == "completion":
        book.book(rules.completion(book.plant, completion_body(good=good, final=is_final)))
    elif name == "issue":
        book.book(rules.issue(book.plant, issue_body()))
    elif name == "scrap":
        book.book(rules.scrap(book.plant, scrap_body(qty=value)))
    else:
        number = FIRST_NUMBER + int(value)
        original = book.document(number)
        book.book(rules.storno(book.plant, original, str(number), completion_body()), original)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(run=st.lists(actions, max_size=12))
def test_opened_again_it_stands_as_it_stood(
    tmp_path_factory: pytest.TempPathFactory, run: list[tuple[str, str, bool]]
) -> None:
    path = tmp_path_factory.mktemp("book") / "book.db"
    book = filled_book(path)
    for name, value, is_final in run:
        try:
            act(book, name, value, is_final)
        except (Refusal, Question):
            continue
    before, sums = standing(book.plant), reports.sums(book)
    book.close()
    again = Book(path, durable=False)
    assert standing(again.plant) == before
    assert reports.sums(again) == sums
    again.close()


def test_what_is_not_committed_is_gone(tmp_path: Path) -> None:
    book = filled_book(tmp_path / "book.db")
    book.book(rules.completion(book.plant, completion_body()))
    book.commit()
    book.book(rules.completion(book.plant, completion_body()))
    other = Book(tmp_path / "book.db", durable=False)
    assert other.count() == 1
    other.close()
    book.close()


def test_the_same_document_twice_is_booked_twice_and_reported(tmp_path: Path) -> None:
    book = filled_book(tmp_path / "book.db")
    first, second = (book.book(rules.issue(book.plant, issue_body())) for _ in range(2))
    (double,) = reports.doubles(book)
    assert double["documents"] == [str(first.number), str(second.number)]
    book.close()


def test_two_halves_of_one_issue_are_no_double(tmp_path: Path) -> None:
    book = filled_book(tmp_path / "book.db")
    for position in (1, 2):
        book.book(rules.issue(book.plant, issue_body(), [position]))
    assert reports.doubles(book) == []
    book.close()


@pytest.mark.parametrize(
    ("places", "violations"),
    [((1, 2, 3), []), ((1, 3, 2), [2]), ((3, 1, 2), [1, 2]), ((1, 1), [])],
)
def test_documents_out_of_their_sequence_are_reported(
    tmp_path: Path, places: tuple[int, ...], violations: list[int]
) -> None:
    book = filled_book(tmp_path / "book.db")
    for place in places:
        book.book(rules.issue(book.plant, issue_body(note=f"shift A #{place}")))
    assert [row["place"] for row in reports.order_violations(book)] == violations
    book.close()


def test_seeding_again_changes_rows_and_keeps_what_is_booked(tmp_path: Path) -> None:
    book = filled_book(tmp_path / "book.db")
    book.book(rules.completion(book.plant, completion_body()))
    assert (
        book.seed({**master_rows(), "orders": [order_row("1001", quantity="200")]})["orders"] == 1
    )
    assert book.plant.orders["1001"].base_quantity == 200
    assert book.plant.orders["1001"].steps["0020"].good == 10
    book.close()


@pytest.mark.parametrize(
    "rows",
    [
        {"items": [{"no": "X"}]},
        {"items": [{"no": "X", "uom": "KGM", "alt_uoms": {"GRM": 0.001}}]},
        {"orders": [order_row("1", item="NOPE")]},
        {"orders": [order_row("1", uom="LTR")]},
        {"orders": [order_row("1", steps=[])]},
        {"orders": [order_row("1", quantity="many")]},
        {"orders": [order_row("1", components=[{"item": "NOPE"}])]},
        {"periods": [{"from": "May", "to": "2026-05-31", "open": True}]},
        {"stock": [{"item": "NOPE", "qty": "1"}]},
    ],
)
def test_a_bad_row_of_a_seed_is_named(tmp_path: Path, rows: dict[str, list[Any]]) -> None:
    book = filled_book(tmp_path / "book.db")
    (kind,) = (name.removesuffix("s") for name in rows)
    with pytest.raises(SeedError, match=f"^{kind}"):
        book.seed(rows)
    book.close()
