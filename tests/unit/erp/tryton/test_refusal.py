"""Tryton's messages, as it wrote them, get their code and name what they are about."""

from __future__ import annotations

from typing import Any

import pytest

from countersign.erp.errors import BusinessRejection, ContractError, ErpError, Transient
from countersign.erp.tryton.questions import answers_itself, name_of
from countersign.erp.tryton.refusal import Question, Refusals
from countersign.erp.tryton.steps import Step

REFUSALS = Refusals.load()
CODES_FROM_ELSEWHERE = {"GATEWAY", "CONNECTION_REFUSED", "NO_ANSWER"}


def user_error(text: str) -> list[Any]:
    return ["UserError", [text, "", None]]


@pytest.mark.parametrize(
    ("error", "verdict", "code", "entity"),
    [
        (
            user_error(
                'The number of digits in the value "\'1.5\'" for field "Quantity" in record'
                ' "2\N{NO-BREAK SPACE}u [PUMP-20] Feed pump 20 @ PO-1002" of "Stock Move" exceeds'
                ' the limit of "(None, 0)".'
            ),
            BusinessRejection,
            "QTY_DIGITS",
            "PUMP-20",
        ),
        (user_error("Move quantity must be positive."), BusinessRejection, "QTY_NEGATIVE", "?"),
        (
            user_error(
                'To move product "[BEARING-6201] Bearing 6201" you must provide a stock lot.'
            ),
            BusinessRejection,
            "LOT_REQUIRED",
            "BEARING-6201",
        ),
        (
            user_error(
                'To modify stock move "10 u [MOTOR-20] Motor 20 @ PO-1022" you must reopen period'
                ' "10/31/2026".'
            ),
            BusinessRejection,
            "PERIOD_CLOSED",
            "",
        ),
        (
            user_error('You cannot create a journal-period in closed period "2026-05".'),
            BusinessRejection,
            "PERIOD_CLOSED",
            "",
        ),
        (
            user_error('You can not call "do" on "PO-1001 [K1@0 K2@35]" of "Production".'),
            BusinessRejection,
            "ORDER_STATE",
            "PO-1001",
        ),
        (
            user_error('You are trying to read records "99999" of "Product" that don\'t exist.'),
            BusinessRejection,
            "RECORD_MISSING",
            "Product",
        ),
        (
            user_error(
                'The value "6 u [PUMP-20] Feed pump 20 @ PO-1002" for field "Output Materials" in'
                ' record "PO-1002" of "Production" is not valid according to its domain.'
            ),
            BusinessRejection,
            "LOCATION_NOT_ALLOWED",
            "PO-1002",
        ),
        (
            user_error("Something nobody has seen before."),
            BusinessRejection,
            "TRYTON_REFUSED",
            "",
        ),
        (["'nope'", "Traceback"], ContractError, "TRYTON_FAILED", ""),
        (
            ['could not obtain lock on row in relation "ir_sequence_strict"\n', "Traceback"],
            Transient,
            "LOCKED",
            "",
        ),
        (
            ["ConcurrencyException", "Records were modified in the meanwhile"],
            Transient,
            "CHANGED_MEANWHILE",
            "",
        ),
    ],
)
def test_a_message_gets_its_code(
    error: list[Any], verdict: type[ErpError], code: str, entity: str
) -> None:
    refusal = REFUSALS.refusal(error)
    assert isinstance(refusal, verdict)
    assert isinstance(refusal, ErpError)
    assert refusal.code == code
    assert refusal.entity == entity.replace("?", "")


def test_every_code_of_the_messages_stands_in_the_table() -> None:
    assert {code for code, _ in REFUSALS.patterns} <= REFUSALS.table.rows.keys()
    assert REFUSALS.table.rows.keys() >= CODES_FROM_ELSEWHERE


def test_a_warning_is_a_question_that_shows_no_keys() -> None:
    text = 'The production "PO-1 [CSABC@0]" input of product "[B] Body" is greater.'
    question = REFUSALS.refusal(["UserWarning", ["12ab.over_tolerance", text, ""]])
    assert isinstance(question, Question)
    assert question.kind == "over_tolerance"
    assert question.text == 'The production "PO-1" input of product "[B] Body" is greater.'


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("12ab.over_tolerance", "12ab.over_tolerance"),
        ("12ab.unexpected_product", "12ab.unexpected_product"),
        ("34cd.effective_date_future", "effective_date_future"),
    ],
)
def test_a_question_is_answered_under_a_name_that_lasts(name: str, answer: str) -> None:
    assert name_of(Question(name, "")) == answer


ABOUT_ORDER_4_PRODUCT_5 = "aa0cbb32caacd2d0c6a927a1659fe67c"
"""As Tryton wrote it for production 4 and product 5."""


@pytest.mark.parametrize(
    ("kind", "step", "product_ids", "by_itself"),
    [
        ("under_tolerance", "run", {5}, True),
        ("over_tolerance", "run", {5}, False),
        ("over_tolerance", "run", {6}, True),
        ("over_tolerance", "run", {6, 5}, False),
        ("under_tolerance", "do", {5}, False),
        ("unexpected_product", "run", {5}, False),
        ("effective_date_future", "run", {6}, False),
    ],
)
def test_only_what_concerns_the_document_is_asked(
    kind: str, step: Step, product_ids: set[int], by_itself: bool
) -> None:
    question = Question(f"{ABOUT_ORDER_4_PRODUCT_5}.{kind}", "")
    assert answers_itself(question, step, 4, product_ids) is by_itself
