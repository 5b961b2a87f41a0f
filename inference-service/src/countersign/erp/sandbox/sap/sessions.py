"""A session: its cookie and CSRF token, and the OAuth2 tokens that were given out."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from dataclasses import dataclass, field

from countersign.erp.sandbox.http import Request
from countersign.erp.sandbox.sap.settings import Settings


@dataclass(slots=True)
class Session:
    """Who it belongs to; ``csrf`` is the token writes must bring. Times are monotonic."""

    user: str
    csrf: str
    until: float


@dataclass(slots=True)
class Sessions:
    """All sessions and tokens, in memory: a restart ends them, as it does with SAP's."""

    settings: Settings
    users: dict[str, str]
    clients: dict[str, str]
    _sessions: dict[str, Session] = field(default_factory=dict)
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def cookie_name(self) -> str:
        """Return the name of the session cookie, with SAP's system id and client."""
        return f"SAP_SESSIONID_S4S_{self.settings.client}"

    def user_of(self, request: Request) -> str | None:
        """Return who calls, by basic authentication or bearer token; None for nobody."""
        if request.token:
            name, until = self._tokens.get(request.token, ("", 0.0))
            return name if until > time.monotonic() else None
        given = basic_credentials(request)
        if given is None:
            return None
        return given[0] if _matches(self.users, *given) else None

    def issue_token(self, client_id: str, secret: str) -> str | None:
        """Return an access token for a client; None when its secret is wrong."""
        if not _matches(self.clients, client_id, secret):
            return None
        token = secrets.token_urlsafe(32)
        until = time.monotonic() + self.settings.token_lifetime_s
        self._tokens[token] = (f"CC{client_id}"[:12].upper(), until)
        return token

    def revoke_token(self, token: str) -> None:
        """Forget an access token."""
        self._tokens.pop(token, None)

    def open(self, request: Request, user: str) -> tuple[str, Session]:
        """Return the caller's session, a new one where there is none, with its cookie's value."""
        cookie = self._cookie(request)
        session = self._valid(cookie, user)
        if session is None:
            cookie = secrets.token_urlsafe(24)
            session = Session(user, secrets.token_urlsafe(24), 0.0)
            self._sessions[cookie] = session
        session.until = time.monotonic() + self.settings.session_lifetime_s
        return cookie, session

    def may_write(self, request: Request, user: str) -> bool:
        """Tell whether the request brings the CSRF token of its own session."""
        session = self._valid(self._cookie(request), user)
        given = request.header("x-csrf-token")
        return session is not None and hmac.compare_digest(session.csrf.encode(), given.encode())

    def end(self, request: Request) -> None:
        """End the caller's session."""
        self._sessions.pop(self._cookie(request), None)

    def _valid(self, cookie: str, user: str) -> Session | None:
        session = self._sessions.get(cookie)
        if session is None or session.user != user or session.until <= time.monotonic():
            return None
        return session

    def _cookie(self, request: Request) -> str:
        for part in request.header("cookie").split(";"):
            name, _, value = part.strip().partition("=")
            if name == self.cookie_name:
                return value
        return ""


def basic_credentials(request: Request) -> tuple[str, str] | None:
    """Read name and password of basic authentication."""
    scheme, _, text = request.header("authorization").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, password


def _matches(known: dict[str, str], name: str, secret: str) -> bool:
    expected = known.get(name, "")
    return bool(expected) and hmac.compare_digest(expected.encode(), secret.encode())
