"""Problems: every error leaves as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

BASE = "https://countersign.example/problems/"
MEDIA_TYPE = "application/problem+json"

logger = logging.getLogger(__name__)


class Problem(Exception):
    """An error with what a client needs to mend it.

    ``kind`` is the last part of the problem's type; ``errors`` are pairs of JSON Pointer and
    text; ``extra`` are further members.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str = "",
        errors: Sequence[tuple[str, str]] = (),
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or title)
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}
        self.extra = extra

    def to_data(self) -> dict[str, Any]:
        """Write the problem as the contract wants it."""
        data: dict[str, Any] = {
            "type": BASE + self.kind,
            "title": self.title,
            "status": self.status,
            **self.extra,
        }
        if self.detail:
            data["detail"] = self.detail
        if self.errors:
            data["errors"] = [{"pointer": pointer, "detail": text} for pointer, text in self.errors]
        return data

    def response(self) -> Response:
        """Write the problem as a response."""
        response = Response(json.dumps(self.to_data()), self.status, mimetype=MEDIA_TYPE)
        response.headers.update(self.headers)
        return response


def register(app: Flask) -> None:
    """Have every error of the application leave as a problem."""

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return error.response()

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        kind = (error.name or "error").lower().replace(" ", "-")
        response = Problem(status, kind, error.name, error.description or "").response()
        if error.get_response().headers.get("Allow"):
            response.headers["Allow"] = error.get_response().headers["Allow"]
        return response

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        logger.exception("%s %s failed", request.method, request.path)
        return Problem(
            500,
            "internal-error",
            "Internal error",
            "This is a defect of the service, not of the request. Nothing of the request was "
            "stored; sending it again with the same id is safe.",
        ).response()
