"""Refreshing without flicker: a part of a page is sent again only when it reads differently."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Response, render_template, request

DIGEST_LENGTH = 16
STOP_POLLING = 286
"""The status upon which htmx takes the answer and asks no more."""


def digest_of_part(text: str) -> str:
    """Return what tells one state of a part from another."""
    return sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def unless_unchanged(template: str, *, is_last: bool = False, **content: Any) -> Response:
    """Render a part for a page that asks again and again.

    The page sends the digest of what it shows; the same again answers 204, upon which htmx leaves
    everything as it is: focus, selection and half-done clicks. ``is_last`` ends the asking.
    """
    text = render_template(template, **content)
    digest = digest_of_part(text)
    if is_last:
        return Response(text, STOP_POLLING, mimetype="text/html")
    if request.headers.get("X-Part-Seen") == digest:
        return Response(status=204)
    return Response(text, mimetype="text/html", headers={"X-Part": digest})
