"""Narratives: an event or a posting told in the reader's language."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request

from countersign.journey.telling.narrate import (
    Subject,
    narrate,
    subject_of_event,
    subject_of_posting,
)
from countersign.language.locales import LOCALES, Locale
from countersign.store import events, postings
from countersign.web.auth import SCOPE_OF_KIND, requires
from countersign.web.problems import Problem

blueprint = Blueprint("narratives", __name__)


@blueprint.get("/v1/events/<event_id>/narrative")
@requires("events.read", "events.write", "approve")
def tell_event(event_id: str) -> Response:
    """Tell what is unusual about an event."""
    locale = asked_locale()
    with g.services.database.read() as connection:
        stored = events.read(connection, event_id)
        if stored is None:
            raise Problem(404, "not-found", "No such event", f"Nothing is stored as {event_id}.")
        return _told(subject_of_event(stored, g.services.settings), locale)


@blueprint.get("/v1/postings/<posting_id>/narrative")
@requires("postings.read", *sorted(set(SCOPE_OF_KIND.values())))
def tell_posting(posting_id: str) -> Response:
    """Tell why a posting is not booked, or what a journal entry says."""
    locale = asked_locale()
    with g.services.database.read() as connection:
        record = postings.read(connection, posting_id)
        if record is None:
            raise Problem(404, "not-found", "No such posting", posting_id)
        return _told(subject_of_posting(connection, record, g.services.settings), locale)


def asked_locale() -> Locale:
    """Return the language that was asked for: ``locale``, else the browser's, else English."""
    asked = request.args.get("locale")
    if asked is None:
        wanted = (tag.split("-")[0].lower() for tag, share in request.accept_languages if share)
        return next((tag for tag in wanted if tag in LOCALES), LOCALES[0])
    if asked not in LOCALES:
        choices = ", ".join(LOCALES)
        raise Problem(400, "bad-parameter", "A parameter makes no sense", f"locale: {choices}")
    return asked


def _told(subject: Subject | None, locale: Locale) -> Response:
    if subject is None:
        raise Problem(404, "not-found", "Nothing to tell", "Nothing is unusual and nothing stuck.")
    with g.services.database.read() as connection:
        told = narrate(connection, subject, locale, g.services.settings)
    return jsonify({"text": told.text, "locale": locale, "origin": told.origin})
