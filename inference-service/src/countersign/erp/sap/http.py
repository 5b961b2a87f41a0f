"""HTTP to SAP: one kept-alive session per thread, the login, and what fails on the way.

Nothing is ever sent twice by itself, apart from one call whose token had run out: a 401 says that
nothing was done. A failure before the first byte is ``retry``; afterwards it is ``unknown``.
"""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import get_cookie_header
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util import Retry

from countersign.erp.errors import OutcomeUnknown, Transient
from countersign.erp.sap.triage import Triage

TOKEN_MARGIN_S = 30.0
QUERY_SAFE = "$,'():/*"


@dataclass(frozen=True, slots=True)
class Login:
    """Who calls: a user with a password, or an OAuth2 client with its secret.

    With ``token_url`` the name and secret are a client's, exchanged there for a bearer token.
    """

    name: str
    secret: str = field(repr=False)
    token_url: str = ""

    @property
    def basic(self) -> str:
        """Return the header value that logs in with name and secret."""
        pair = f"{self.name}:{self.secret}".encode()
        return f"Basic {base64.b64encode(pair).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it leaves: everything but the login."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def target(self) -> str:
        """Return path and query as they stand in the request line."""
        if not self.query:
            return self.path
        return f"{self.path}?{urlencode(self.query, quote_via=quote, safe=QUERY_SAFE)}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Return the type of the body without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def retry_after_s(self) -> float | None:
        """Return the pause that SAP asks for."""
        text = self.headers.get("Retry-After", "")
        return float(text) if text.isdecimal() else None


class Transport(Protocol):
    """What carries calls to SAP."""

    base_url: str

    def send(self, call: Call) -> Reply:
        """Send a call with the login and return what came back."""

    def forget_session(self) -> None:
        """Drop the session of this thread."""

    def close(self) -> None:
        """Close the connections of all threads."""


class Http:
    """Calls SAP over HTTP from any thread."""

    def __init__(
        self,
        base_url: str,
        login: Login,
        triage: Triage,
        *,
        connect_timeout_s: float,
        call_timeout_s: float,
        ca: str = "",
    ) -> None:
        self.base_url = base_url
        self._login = login
        self._triage = triage
        self._timeout = (connect_timeout_s, call_timeout_s)
        self._verify: str | bool = ca or True
        self._local = threading.local()
        self._sessions: weakref.WeakSet[requests.Session] = weakref.WeakSet()
        self._sessions_lock = threading.Lock()
        self._token_lock = threading.Lock()
        self._token = ""
        self._token_until = 0.0

    def send(self, call: Call) -> Reply:
        """Send a call with the login; redirects are answers, not followed.

        Raises:
            ErpError: as the triage table says for a connection that failed.
        """
        if not self._login.token_url:
            return self._sent(call, self._login.basic)
        token = self._bearer("")
        reply = self._sent(call, f"Bearer {token}")
        if reply.status == 401:
            reply = self._sent(call, f"Bearer {self._bearer(token)}")
        return reply

    def forget_session(self) -> None:
        """Drop the cookies of this thread: the session behind them has ended."""
        self._session().cookies.clear()

    def close(self) -> None:
        """Close the connections of all threads."""
        for session in list(self._sessions):
            session.close()

    def _sent(self, call: Call, authorization: str, base_url: str = "") -> Reply:
        session = self._session()
        request = _prepared(call, base_url or self.base_url, authorization, session)
        try:
            response = session.send(
                request, timeout=self._timeout, verify=self._verify, allow_redirects=False
            )
        except requests.RequestException as error:
            raise self._failure(error) from error
        return Reply(response.status_code, response.headers, response.content)

    def _failure(self, error: requests.RequestException) -> Exception:
        cause = error.args[0] if error.args else None
        reason = cause.reason if isinstance(cause, MaxRetryError) else None
        if isinstance(reason, NameResolutionError):
            return self._triage.refusal("NAME", host=urlsplit(self.base_url).hostname)
        if isinstance(error, requests.ConnectTimeout) or isinstance(
            reason, NewConnectionError | ConnectTimeoutError
        ):
            return self._triage.refusal("CONNECTION_REFUSED")
        if _is_untrusted(reason):
            return self._triage.refusal("TLS", sap=str(reason))
        return self._triage.refusal("NO_ANSWER")

    def _bearer(self, stale: str) -> str:
        """Return a token other than the stale one; only one thread asks for it."""
        with self._token_lock:
            if self._token and self._token != stale and time.monotonic() < self._token_until:
                return self._token
            self._token, lifetime_s = self._new_token()
            self._token_until = time.monotonic() + max(lifetime_s - TOKEN_MARGIN_S, 1.0)
            return self._token

    def _new_token(self) -> tuple[str, float]:
        parts = urlsplit(self._login.token_url)
        form = urlencode({"grant_type": "client_credentials", "client_id": self._login.name})
        call = Call(
            "POST",
            parts.path or "/",
            headers={
                "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=form.encode(),
        )
        base = f"{parts.scheme}://{parts.netloc}"
        try:
            reply = self._sent(call, self._login.basic, base)
        except OutcomeUnknown as error:
            raise Transient(error.text, code=error.code) from error
        if reply.status in (400, 401, 403):
            raise self._triage.refusal("TOKEN_REFUSED")
        data = json_object(reply)
        if reply.status != 200 or not data or "access_token" not in data:
            raise Transient(
                "The token service gave no token; it will be tried again.", code="TOKEN"
            )
        return str(data["access_token"]), float(data.get("expires_in", 300))

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            session.mount("http://", HTTPAdapter(max_retries=Retry(0, read=False)))
            session.mount("https://", HTTPAdapter(max_retries=Retry(0, read=False)))
            self._local.session = session
            with self._sessions_lock:
                self._sessions.add(session)
        return session


def _prepared(
    call: Call, base_url: str, authorization: str, session: requests.Session
) -> requests.PreparedRequest:
    """Write the request without the general merging of ``requests``, half of a call's time."""
    request = requests.PreparedRequest()
    request.method, request.url, request.body = call.method, base_url + call.target, call.body
    request.headers = CaseInsensitiveDict(call.headers)
    request.headers["Authorization"] = authorization
    if call.body is not None or call.method != "GET":
        request.headers["Content-Length"] = str(len(call.body or b""))
    cookies = get_cookie_header(session.cookies, request)  # type: ignore[no-untyped-call]
    if cookies:
        request.headers["Cookie"] = cookies
    return request


def json_object(reply: Reply) -> dict[str, Any] | None:
    """Return the JSON object of a reply; ``None`` when it is something else."""
    if reply.media_type != "application/json":
        return None
    try:
        data = json.loads(reply.body)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _is_untrusted(reason: BaseException | None) -> bool:
    """Tell whether the certificate was refused, which is before anything was sent."""
    seen = reason
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        nested = seen.args[0] if seen.args else None
        seen = nested if isinstance(nested, BaseException) else seen.__cause__
    return False
