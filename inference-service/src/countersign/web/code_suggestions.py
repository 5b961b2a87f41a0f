"""Suggestions of codes: which account and cost centre a line is usually booked to."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from countersign.journey.coding.code_suggestions import CodeSuggestion
from countersign.nouns.coding import CodingLine
from countersign.web.auth import SCOPE_OF_KIND, requires
from countersign.web.bodies import check_parameters, read_message

READERS = ("postings.read", *sorted(set(SCOPE_OF_KIND.values())))
MESSAGE = "coding-question"

blueprint = Blueprint("code_suggestions", __name__)


@blueprint.get("/v1/suggestions/accounts")
@requires(*READERS)
def suggest_accounts() -> Response:
    """Rank the accounts of a line that is being written."""
    return jsonify(_accounts([_asked_line()])[0])


@blueprint.post("/v1/suggestions/accounts")
@requires(*READERS)
def suggest_accounts_of_lines() -> Response:
    """Rank the accounts of several lines."""
    return jsonify({"items": _accounts(_sent_lines())})


@blueprint.get("/v1/suggestions/cost-objects")
@requires(*READERS)
def suggest_cost_objects() -> Response:
    """Rank the cost centres of a line that is being written."""
    return jsonify(_cost_objects([_asked_line()])[0])


@blueprint.post("/v1/suggestions/cost-objects")
@requires(*READERS)
def suggest_cost_objects_of_lines() -> Response:
    """Rank the cost centres of several lines."""
    return jsonify({"items": _cost_objects(_sent_lines())})


def _accounts(lines: list[CodingLine]) -> list[dict[str, Any]]:
    with g.services.database.read() as connection:
        found = g.services.code_suggester.accounts(connection, lines)
    return [_answer(suggestion) for suggestion in found]


def _cost_objects(lines: list[CodingLine]) -> list[dict[str, Any]]:
    return [_answer(suggestion) for suggestion in g.services.code_suggester.cost_objects(lines)]


def _asked_line() -> CodingLine:
    """Return the line as far as it is known; raises a 400 problem that names what is wrong."""
    data = {name: value for name, value in request.args.items() if value}
    check_parameters(MESSAGE, {"lines": [data]}, within="/lines/0")
    return _line(data)


def _sent_lines() -> list[CodingLine]:
    return [_line(data) for data in read_message(MESSAGE)["lines"]]


def _line(data: dict[str, str]) -> CodingLine:
    codes = {k: value for k, value in data.items() if k not in ("posting_date", "amount")}
    told = data.get("posting_date")
    amount = data.get("amount")
    today = datetime.now(g.services.settings.time_zone).date()
    return CodingLine(
        posting_date=date.fromisoformat(told) if told else today,
        amount=Decimal(amount) if amount else None,
        **codes,
    )


def _answer(suggestion: CodeSuggestion) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "items": [
            {"code": one.code, "confidence": round(one.confidence, 4), "why": one.why}
            for one in suggestion.codes
        ],
        "decided_by": suggestion.decided_by,
        "model_name": suggestion.model_name,
        "model_version": suggestion.model_version,
    }
    if suggestion.reason:
        answer["reason"] = suggestion.reason
    if suggestion.determined is not None:
        answer["determined"] = {
            "account_id": suggestion.determined.code,
            "agrees": suggestion.determined.agrees,
            "text": suggestion.determined.text,
        }
    return answer
