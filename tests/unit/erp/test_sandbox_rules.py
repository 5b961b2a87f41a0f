"""The sandbox ERP's business rules: what it refuses, what it asks, what moves stock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sandbox_plant import (
    CLOSED_DATE,
    LOT_PRODUCT,
    POWDER,
    PRODUCT,
    RESIN,
    RESIN_LOT,
    SCREW,
)
from unit.erp.sandbox_rows import (
    LOT_ORDER,
    PLANNED_ORDER,
    completion_body,
    filled_book,
    issue_body,
    scrap_body,
)

from countersign.erp.sandbox import rules
from countersign.erp.sandbox.book import Book
from countersign.erp.sandbox.document import Document
from countersign.erp.sandbox.plant import DEFAULT_BIN
from countersign.erp.sandbox.refusal import Question, Refusal

Body = dict[str, Any]
Rule = Callable[[Any, Body], Document]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = filled_book(tmp_path / "book.db")
    yield book
    book.close()


def one(item: str, qty: str, uom: str, **more: str) -> Body:
    return issue_body({"item": item, "qty": qty, "uom": uom, **more})


COMPLETION, ISSUE, SCRAP = rules.completion, rules.issue, rules.scrap
REFUSED: list[tuple[str, Rule, Body]] = [
    ("ORDER_UNKNOWN", COMPLETION, completion_body(order="77")),
    ("ORDER_UNKNOWN", ISSUE, issue_body(order=None)),
    ("ORDER_NOT_RELEASED", COMPLETION, completion_body(order=PLANNED_ORDER)),
    ("ORDER_NOT_RELEASED", SCRAP, scrap_body(order=PLANNED_ORDER)),
    ("PLANT_MISMATCH", ISSUE, issue_body(plant="P999")),
    ("STEP_UNKNOWN", COMPLETION, completion_body(step="0030")),
    ("STEP_UNKNOWN", ISSUE, issue_body(step="0030")),
    ("ITEM_UNKNOWN", COMPLETION, completion_body(item="NOPE")),
    ("ITEM_NOT_ON_ORDER", COMPLETION, completion_body(item=POWDER)),
    ("ITEM_NOT_ON_ORDER", ISSUE, one(LOT_PRODUCT, "1", "H87")),
    ("ITEM_BLOCKED", ISSUE, one("RM-OLD", "1", "KGM")),
    ("UOM_MISMATCH", ISSUE, one(POWDER, "1", "H87")),
    ("UOM_MISMATCH", COMPLETION, completion_body(good={"qty": "1", "uom": "KGM"})),
    (
        "TIME_UOM_UNKNOWN",
        COMPLETION,
        completion_body(times=[{"type": "setup", "uom": "KGM"}]),
    ),
    ("QTY_NOT_POSITIVE", ISSUE, one(POWDER, "0", "KGM")),
    ("QTY_NOT_POSITIVE", ISSUE, one(POWDER, "-1", "KGM")),
    ("QTY_NOT_POSITIVE", COMPLETION, completion_body(good={"qty": "0", "uom": "H87"})),
    ("STOCK_DEFICIT", ISSUE, one(POWDER, "20.001", "KGM", bin="LINE-1")),
    ("STOCK_DEFICIT", ISSUE, one(POWDER, "1", "KGM", bin="NOWHERE")),
    ("LOT_REQUIRED", ISSUE, one(RESIN, "1", "KGM")),
    ("LOT_REQUIRED", COMPLETION, completion_body(order=LOT_ORDER, item=LOT_PRODUCT)),
    ("LOT_UNKNOWN", ISSUE, one(RESIN, "1", "KGM", lot="L-0")),
    ("LOT_NOT_ALLOWED", ISSUE, one(SCREW, "1", "H87", lot=RESIN_LOT)),
    ("REASON_REQUIRED", SCRAP, scrap_body(reason="")),
    ("PERIOD_CLOSED", COMPLETION, completion_body(date=CLOSED_DATE)),
    ("PERIOD_CLOSED", ISSUE, issue_body(date="2031-01-01")),
    ("BAD_REQUEST", ISSUE, issue_body(date="yesterday")),
    ("BAD_REQUEST", ISSUE, issue_body(lines=[])),
    ("BAD_REQUEST", ISSUE, one(POWDER, "NaN", "KGM")),
    ("BAD_REQUEST", ISSUE, one(POWDER, "0.0000001", "KGM")),
    ("BAD_REQUEST", ISSUE, one(POWDER, "1E+13", "KGM")),
    ("BAD_REQUEST", COMPLETION, completion_body(good={"qty": 10.0, "uom": "H87"})),
]


@pytest.mark.parametrize(("code", "rule", "body"), REFUSED)
def test_a_bad_document_is_refused_by_its_code(
    book: Book, code: str, rule: Rule, body: Body
) -> None:
    with pytest.raises(Refusal) as caught:
        rule(book.plant, body)
    assert caught.value.code == code


def test_good_pieces_of_the_last_step_come_into_stock_and_scrap_does_not(
    book: Book,
) -> None:
    body = completion_body(scrap={"qty": "2", "uom": "H87"})
    book.book(rules.completion(book.plant, body))
    assert book.plant.on_hand((PRODUCT, DEFAULT_BIN, "")) == 10
    standing = book.plant.orders["1001"].steps["0020"]
    assert (standing.good, standing.scrap) == (10, 2)


def test_good_pieces_of_an_earlier_step_do_not(book: Book) -> None:
    book.book(rules.completion(book.plant, completion_body(step="0010")))
    assert book.plant.on_hand((PRODUCT, DEFAULT_BIN, "")) == 0


@pytest.mark.parametrize(("qty", "uom", "taken"), [("3", "BG", "75"), ("1500", "GRM", "1.5")])
def test_a_declared_unit_is_converted(book: Book, qty: str, uom: str, taken: str) -> None:
    before = book.plant.on_hand((POWDER, DEFAULT_BIN, ""))
    book.book(rules.issue(book.plant, one(POWDER, qty, uom)))
    assert before - book.plant.on_hand((POWDER, DEFAULT_BIN, "")) == Decimal(taken)


def test_lines_of_one_issue_draw_on_the_same_stock(book: Book) -> None:
    line = {"item": POWDER, "qty": "15", "uom": "KGM", "bin": "LINE-1"}
    rules.issue(book.plant, issue_body(line))
    with pytest.raises(Refusal, match="5 available"):
        rules.issue(book.plant, issue_body(line, line))


def test_a_final_completion_closes_its_step_and_the_last_one_finishes_the_order(
    book: Book,
) -> None:
    order = book.plant.orders["1001"]
    for step in ("0010", "0020"):
        assert order.current_status == "RELEASED"
        body = completion_body(step=step, final=True)
        book.book(rules.completion(book.plant, body))
        with pytest.raises(Refusal, match="was closed"):
            rules.completion(book.plant, body)
    assert order.current_status == "FINISHED"
    rules.issue(book.plant, issue_body())


@pytest.mark.parametrize(("good", "asks"), [("95", False), ("95.000001", True)])
def test_over_delivery_beyond_the_tolerance_asks(book: Book, good: str, asks: bool) -> None:
    book.book(rules.completion(book.plant, completion_body()))
    body = completion_body(good={"qty": good, "uom": "H87"})
    if not asks:
        rules.completion(book.plant, body)
        return
    with pytest.raises(Question) as caught:
        rules.completion(book.plant, body)
    names = [warning["code"] for warning in caught.value.warnings]
    rules.completion(book.plant, {**body, "accept": names})


def test_a_reversal_undoes_stock_and_standing_once(book: Book) -> None:
    before = book.plant.on_hand((POWDER, DEFAULT_BIN, ""))
    booked = book.book(rules.issue(book.plant, issue_body()))
    body = {"date": issue_body()["date"], "ref": "R2"}
    original = book.document(booked.number)
    book.book(rules.storno(book.plant, original, str(booked.number), body), original)
    assert book.plant.on_hand((POWDER, DEFAULT_BIN, "")) == before
    with pytest.raises(Refusal) as caught:
        rules.storno(book.plant, book.document(booked.number), str(booked.number), body)
    assert caught.value.code == "ALREADY_REVERSED"


def test_reversing_a_final_completion_opens_its_step(book: Book) -> None:
    body = completion_body(final=True)
    booked = book.book(rules.completion(book.plant, body))
    original = book.document(booked.number)
    book.book(rules.storno(book.plant, original, str(booked.number), body), original)
    rules.completion(book.plant, body)


def test_a_completion_whose_pieces_are_gone_cannot_be_reversed(book: Book) -> None:
    body = completion_body()
    booked = book.book(rules.completion(book.plant, body))
    book.plant.moved[(PRODUCT, DEFAULT_BIN, "")] -= 1
    with pytest.raises(Refusal) as caught:
        rules.storno(book.plant, book.document(booked.number), str(booked.number), body)
    assert caught.value.code == "STOCK_DEFICIT"


def test_a_completion_may_book_time_without_pieces(book: Book) -> None:
    nothing = {"qty": "0", "uom": "H87"}
    worked = [{"type": "labor", "qty": "45", "uom": "MIN"}]
    assert rules.completion(book.plant, completion_body(good=nothing, times=worked)).lines == ()
    idle = [{"type": "labor", "qty": "0", "uom": "MIN"}]
    with pytest.raises(Refusal, match="neither pieces nor time"):
        rules.completion(book.plant, completion_body(good=nothing, times=idle))
