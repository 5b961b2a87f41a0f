"""The desk: the business interface of this ERP, where documents are posted and read."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from countersign.erp.sandbox import reading, rules
from countersign.erp.sandbox.book import Book
from countersign.erp.sandbox.document import Document
from countersign.erp.sandbox.faults import CallName, Faults, Strike
from countersign.erp.sandbox.http import Connection, Request, html_reply, json_reply
from countersign.erp.sandbox.refusal import (
    Question,
    Refusal,
    closed_period,
    unknown_item,
    wrong_uom,
)
from countersign.erp.sandbox.traffic import Traffic

POSTS: dict[str, str] = {
    "/completions": "COMPLETION",
    "/issues": "ISSUE",
    "/scraps": "SCRAP",
}

_STORNO_PATH = re.compile(r"/documents/([0-9]{1,15})/storno")
_ERROR_PAGE = "<!DOCTYPE html><title>Error</title><h1>Something went wrong</h1><p>Proxy node 3</p>"


@dataclass(frozen=True, slots=True)
class Booked:
    """A document waiting for the commit, and whom to answer afterwards."""

    connection: Connection
    document: Document
    status: int
    failed: list[dict[str, Any]]
    strike: Strike


class Desk:
    """Serves the business interface; documents of one round of the event loop share a commit.

    An order that is being posted is locked until its answer is out. There is no idempotency here:
    what comes twice is booked twice.
    """

    def __init__(self, book: Book, faults: Faults, traffic: Traffic, users: dict[str, str]) -> None:
        self._book = book
        self._faults = faults
        self._traffic = traffic
        self._users = users
        self._locked: set[str] = set()
        self._waiting: list[Booked] = []

    def handle(self, connection: Connection, request: Request) -> None:
        """Serve one request."""
        wait_s = self._traffic.wait_s()
        if wait_s:
            self._refuse(connection, request.path, "RATE_LIMIT", 429, retry_after_s=wait_s)
        elif request.path == "/login":
            self._login(connection, request)
        elif not self._traffic.is_valid(request.token):
            self._refuse(connection, request.path, "TOKEN_INVALID", 401)
        elif request.method == "POST" and _is_posting(request.path):
            self._post(connection, request, self._body(request))
        elif request.method == "GET" and request.path in reading.READERS:
            self._read(connection, request)
        else:
            self._refuse(connection, "unknown", "NO_SUCH_CALL", 404)

    def _login(self, connection: Connection, request: Request) -> None:
        if self._strikes_first(connection, request, self._faults.strike("login")):
            return
        body = self._body(request) or {}
        expected = self._users.get(str(body.get("user")), "")
        given = str(body.get("password", ""))
        if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
            self._refuse(connection, request.path, "LOGIN_FAILED", 401)
            return
        self._count(request.path, "done")
        connection.answer(json_reply(200, {"token": self._traffic.issue_token()}))

    def _read(self, connection: Connection, request: Request) -> None:
        call: CallName = "find" if "ref" in request.query else "read"
        strike = self._faults.strike(call)
        if self._strikes_first(connection, request, strike):
            return
        try:
            reply = json_reply(200, reading.READERS[request.path](self._book, request.query))
        except (OverflowError, ValueError) as error:
            reply = json_reply(400, {"error": {"code": "BAD_REQUEST", "text": str(error)}})
        self._count(call, "done")
        self._after(strike.answer_after_s, lambda: self._send(connection, reply, strike))

    def _post(self, connection: Connection, request: Request, body: dict[str, Any] | None) -> None:
        if body is None:
            self._refuse(connection, request.path, "BAD_REQUEST", 400)
            return
        original = None
        call: CallName = "post"
        order = str(body.get("order", ""))
        if request.path not in POSTS:
            call = "storno"
            original = self._book.document(_number(request.path))
            order = original.order if original else ""
        strike = self._faults.strike(call, order)
        if self._strikes_first(connection, request, strike):
            return
        if order in self._locked or strike.fault == "lock":
            self._refuse(connection, request.path, "LOCKED", 423, order=order)
            return
        self._locked.add(order)
        self._after(
            strike.book_after_s,
            lambda: self._enter(connection, request.path, body, strike, order),
        )

    def _enter(
        self,
        connection: Connection,
        path: str,
        body: dict[str, Any],
        strike: Strike,
        order: str,
    ) -> None:
        """Check a document, book it and let the next commit answer."""
        failed: list[dict[str, Any]] = []
        undoes = None
        try:
            _refuse_by_fault(strike, body)
            if path in POSTS:
                document, failed = self._checked(POSTS[path], body, strike)
            else:
                undoes = self._book.document(_number(path))
                number = path.split("/")[2]
                document = rules.storno(self._book.plant, undoes, number, body)
        except Refusal as refusal:
            self._count(path, refusal.code)
            reply = json_reply(refusal.http_status, {"error": refusal.to_data()})
            self._release(connection, reply, strike, order)
            return
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            self._locked.discard(order)
            self._refuse(connection, path, "BAD_REQUEST", 400, detail=repr(error))
            return
        except Question as question:
            self._count(path, "asked")
            reply = json_reply(409, {"warnings": question.warnings})
            self._release(connection, reply, strike, order)
            return
        self._book.book(document, undoes)
        status = 207 if failed else 201
        self._waiting.append(Booked(connection, document, status, failed, strike))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._commit)

    def _checked(
        self, type_: str, body: dict[str, Any], strike: Strike
    ) -> tuple[Document, list[dict[str, Any]]]:
        plant = self._book.plant
        if type_ == "COMPLETION":
            return rules.completion(plant, body), []
        if type_ == "SCRAP":
            return rules.scrap(plant, body), []
        document = rules.issue(plant, body)
        if strike.fault != "partial" or len(document.lines) < 2:
            return document, []
        positions = [line.position for line in document.lines]
        kept, left = positions[: len(positions) // 2], positions[len(positions) // 2 :]
        failed = [
            {"pos": position, "code": "LOCKED", "text": "The item was locked", "values": {}}
            for position in left
        ]
        return rules.issue(plant, body, kept), failed

    def _commit(self) -> None:
        self._book.commit()
        waiting, self._waiting = self._waiting, []
        for booked in waiting:
            document = booked.document
            self._count(document.type, "booked")
            data: dict[str, Any] = {"document": str(document.number), "status": "BOOKED"}
            if booked.failed:
                data |= {"status": "PARTIAL", "failed": booked.failed}
            reply = json_reply(booked.status, data)
            self._release(booked.connection, reply, booked.strike, document.order)

    def _release(self, connection: Connection, reply: bytes, strike: Strike, order: str) -> None:
        def answer() -> None:
            self._locked.discard(order)
            self._send(connection, reply, strike)

        self._after(strike.answer_after_s, answer)

    def _strikes_first(self, connection: Connection, request: Request, strike: Strike) -> bool:
        """Let a fault that comes before any work have its way; tell whether it did."""
        fault = strike.fault
        if fault == "drop_before":
            self._count(request.path, fault)
            connection.drop()
        elif fault == "html_before":
            self._count(request.path, fault)
            connection.answer(html_reply(200, _ERROR_PAGE))
        elif fault == "rate_limit":
            self._refuse(
                connection, request.path, "RATE_LIMIT", 429, retry_after_s=strike.retry_after_s
            )
        elif fault == "unavailable":
            self._refuse(
                connection, request.path, "UNAVAILABLE", 503, retry_after_s=strike.retry_after_s
            )
        elif fault == "forbidden":
            self._refuse(connection, request.path, "NOT_AUTHORISED", 403)
        elif fault == "token_expired":
            self._traffic.revoke(request.token)
            self._refuse(connection, request.path, "TOKEN_INVALID", 401)
        else:
            return False
        return True

    def _send(self, connection: Connection, reply: bytes, strike: Strike) -> None:
        """Send the answer of work that is done, unless a fault gets between."""
        if strike.fault == "drop_after":
            connection.drop()
        elif strike.fault == "drop_mid":
            connection.answer_half(reply)
        elif strike.fault == "html_after":
            connection.answer(html_reply(200, _ERROR_PAGE))
        elif strike.fault == "gateway_timeout":
            connection.answer(html_reply(504, _ERROR_PAGE))
        else:
            connection.answer(reply)

    def _refuse(
        self,
        connection: Connection,
        call: str,
        code: str,
        status: int,
        *,
        retry_after_s: int | None = None,
        **values: str,
    ) -> None:
        self._count(call, code)
        data = {"error": {"code": code, "text": code, "field": "", "values": values}}
        connection.answer(json_reply(status, data, retry_after_s=retry_after_s))

    def _count(self, call: str, outcome: str) -> None:
        name = POSTS.get(call) or ("STORNO" if call.endswith("/storno") else call.strip("/"))
        self._traffic.answered[f"{name} {outcome}"] += 1

    @staticmethod
    def _after(seconds: float, action: Callable[[], None]) -> None:
        if seconds:
            asyncio.get_running_loop().call_later(seconds, action)
        else:
            action()

    @staticmethod
    def _body(request: Request) -> dict[str, Any] | None:
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            return None
        return body if isinstance(body, dict) else None


def _is_posting(path: str) -> bool:
    return path in POSTS or path.endswith("/storno")


def _number(path: str) -> int:
    """Return the document number of ``/documents/<number>/storno``; 0 where it is none."""
    match = _STORNO_PATH.fullmatch(path)
    return int(match[1]) if match else 0


def _refuse_by_fault(strike: Strike, body: dict[str, Any]) -> None:
    row = body["lines"][0] if body.get("lines") else body
    item, uom = str(row.get("item", "")), str(row.get("uom", ""))
    if strike.fault == "period_closed":
        raise closed_period(str(body.get("date", "")))
    if strike.fault == "item_unknown":
        raise unknown_item(item, "item")
    if strike.fault == "uom_mismatch":
        raise wrong_uom(item, uom, "uom", expected="")
