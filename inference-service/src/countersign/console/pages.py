"""The pages of the console under one blueprint: closed unless a page says that it is public."""

from __future__ import annotations

import hmac
import logging
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from countersign.console import sessions, wording
from countersign.console.unchanged import digest_of_part
from countersign.store import staging_sources
from countersign.web.erp_status import read_status
from countersign.web.problems import Problem

PUBLIC_PAGES = frozenset({"console.sign_in", "console.check_sign_in", "console.static"})
STATIC_MAX_AGE_S = 31_536_000
STATIC = Path(__file__).parent / "static"

logger = logging.getLogger(__name__)


class _Console(Blueprint):
    def get_send_file_max_age(self, filename: str | None) -> int:
        """Let packaged files be cached: their addresses change with their content."""
        return STATIC_MAX_AGE_S


blueprint = _Console(
    "console",
    __name__,
    url_prefix="/console",
    template_folder="templates",
    static_folder="static",
)
wording.register(blueprint)
blueprint.add_app_template_filter(digest_of_part)


@blueprint.before_request
def guard() -> AnyResponse | None:
    """Let only signed-in people pass, and only forms that this console has drawn."""
    if request.endpoint == "console.static":
        return None
    sessions.require_secret()
    if request.method == "POST":
        _check_form_token()
    if request.endpoint in PUBLIC_PAGES:
        return None
    visitor = sessions.read_visitor()
    if visitor is None:
        return _to_sign_in()
    g.visitor = visitor
    return None


@blueprint.context_processor
def provide_frame() -> dict[str, Any]:
    """Provide what every page shows around its content."""
    visitor = g.get("visitor")
    frame: dict[str, Any] = {
        "visitor": visitor,
        "form_token": sessions.form_token,
        "static_url": static_url,
        "is_fragment": "HX-Request" in request.headers,
    }
    if visitor is not None and not frame["is_fragment"]:
        frame["has_rows"] = g.services.settings.takes_rows
        with g.services.database.read() as connection:
            if frame["has_rows"]:
                sources = staging_sources.read_all(connection)
                frame["rows_refused"] = sum(source.refused for source in sources)
            frame["status"] = read_status(connection, g.services.settings.forecast_alarm_from)
    return frame


@blueprint.errorhandler(Problem)
def show_problem(problem: Problem) -> tuple[str, int]:
    """Show what went wrong and what would help."""
    errors = [f"{pointer}: {text}" for pointer, text in problem.errors]
    return _problem_page(problem.status, problem.title, problem.detail, errors)


@blueprint.errorhandler(HTTPException)
def show_http_error(error: HTTPException) -> tuple[str, int]:
    """Show an error of the transport as a page."""
    return _problem_page(error.code or 500, error.name, error.description or "", [])


@blueprint.errorhandler(Exception)
def show_defect(error: Exception) -> tuple[str, int]:
    """Log a defect and say how to go on."""
    logger.exception("%s %s failed", request.method, request.path)
    text = "This is a defect of the console. Reload to see how things stand, and tell the ERP team."
    return _problem_page(500, "Something went wrong here", text, [])


@blueprint.get("/<path:path>")
def unknown(path: str) -> str:
    """Answer addresses that do not exist with a page."""
    raise Problem(404, "not-found", "No such page", f"There is no page {path} in the console.")


def static_url(name: str) -> str:
    """Return the address of a packaged file; it changes with the content, so it may be cached."""
    return url_for("console.static", filename=name, v=_version(name))


@cache
def _version(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _problem_page(status: int, title: str, detail: str, errors: list[str]) -> tuple[str, int]:
    page = render_template("console/problem.html", title=title, detail=detail, errors=errors)
    return page, status


def _check_form_token() -> None:
    given = request.form.get("form_token", "")
    if not hmac.compare_digest(given.encode(), sessions.form_token().encode()):
        raise Problem(
            403,
            "form-expired",
            "This page was open for too long",
            "Nothing was changed. Go back, reload the page and try again.",
        )


def _to_sign_in() -> AnyResponse:
    session.pop("person", None)
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": url_for("console.sign_in")})
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("console.sign_in", next=wanted), 303)
