"""Signing in and out."""

from __future__ import annotations

import logging
import math
from functools import cache

from flask import g, redirect, render_template, request, session, url_for
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.wrappers import Response

from countersign.console import sessions
from countersign.console.pages import blueprint
from countersign.console.sign_in_attempts import SignInAttempts
from countersign.store import people
from countersign.store.people import Person

attempts = SignInAttempts()
WRONG = "The name or the password is wrong."

logger = logging.getLogger(__name__)


@blueprint.get("/sign-in")
def sign_in() -> str | Response:
    """Ask for name and password."""
    if sessions.read_visitor() is not None:
        return redirect(url_for("console.inbox"), 303)
    return render_template("console/sign_in.html", person_id="", wanted=_wanted(request.args))


@blueprint.post("/sign-in")
def check_sign_in() -> Response | tuple[str, int]:
    """Check name and password; too many failures have to wait."""
    person_id, password = request.form.get("person_id", "").strip(), request.form.get("password")
    address = request.remote_addr or ""
    wait_s = attempts.wait_s(person_id, address)
    if wait_s:
        text = f"Too many attempts failed. Try again in {math.ceil(wait_s)} seconds."
        return _again(person_id, text, 429)
    person = _find(person_id, password or "")
    if person is None:
        attempts.record_failure(person_id, address)
        logger.warning("sign-in failed for %r from %s", person_id[:64], address)
        return _again(person_id, WRONG, 401)
    attempts.record_success(person_id)
    sessions.start(person)
    return redirect(_wanted(request.form) or url_for("console.inbox"), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session of this browser."""
    session.clear()
    return redirect(url_for("console.sign_in"), 303)


def _find(person_id: str, password: str) -> Person | None:
    with g.services.database.read() as connection:
        person = people.read(connection, person_id)
    known = person.password_hash if person is not None and person.is_active else None
    is_right = check_password_hash(known or _nobodys_hash(), password)
    return person if known and is_right else None


@cache
def _nobodys_hash() -> str:
    """Return what is checked where there is no such person: the answer takes as long as any."""
    return generate_password_hash("nobody")


def _again(person_id: str, text: str, status: int) -> tuple[str, int]:
    wanted = _wanted(request.form)
    page = render_template("console/sign_in.html", person_id=person_id, failure=text, wanted=wanted)
    return page, status


def _wanted(values: dict[str, str]) -> str:
    """Return the page that was asked for, if it is one of the console."""
    text = values.get("next", "")
    is_ours = text.startswith("/console/") and "\\" not in text and text.isprintable()
    return text if is_ours else ""
