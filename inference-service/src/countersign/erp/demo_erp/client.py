"""The client: HTTP to the sandbox ERP, and what each failure on the way means."""

from __future__ import annotations

import json
import threading
import weakref
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError
from urllib3.util import Retry

from countersign.erp.error_table import ErrorTable
from countersign.erp.errors import ErpError, OutcomeUnknown, Transient

UNDERSTOOD = frozenset({200, 201, 207})

_MEDIA_TYPE = "application/json"
_HTTP_CODES = {502: "GATEWAY", 504: "GATEWAY"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the ERP answered: the HTTP status and the JSON body."""

    status: int
    data: dict[str, Any]
    retry_after_s: float | None = None


class Client:
    """Calls the ERP from any thread: one kept-alive session per thread, one token for all.

    Nothing is ever sent twice by itself, apart from one renewed login: a 401 says that nothing
    was booked.
    """

    def __init__(
        self,
        base_url: str,
        user: str,
        password: str,
        *,
        connect_timeout_s: float,
        call_timeout_s: float,
    ) -> None:
        self._base_url = base_url
        self._credentials = {"user": user, "password": password}
        self._timeout = (connect_timeout_s, call_timeout_s)
        self._errors = ErrorTable.load("countersign.erp.demo_erp")
        self._local = threading.local()
        self._sessions: weakref.WeakSet[requests.Session] = weakref.WeakSet()
        self._sessions_lock = threading.Lock()
        self._login_lock = threading.Lock()
        self._token = ""

    def get(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        """Read; a read that went wrong on the way can simply be tried again.

        Raises:
            ErpError: as the error table says; never ``OutcomeUnknown``.
        """
        try:
            return self._call("GET", path, None, query).data
        except OutcomeUnknown as error:
            raise Transient(
                error.text, code=error.code, retry_after_s=error.retry_after_s
            ) from error

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        """Post a document; the answer may be booked, partly booked, or a question (409).

        Raises:
            ErpError: as the error table says; ``OutcomeUnknown`` when it may have been booked.
        """
        return self._call("POST", path, body, None)

    def error(
        self, code: str, values: dict[str, Any] | None = None, erp_text: str = ""
    ) -> ErpError:
        """Make the error that a code of this ERP stands for."""
        return self._errors.error(code, values=values, erp_text=erp_text)

    def close(self) -> None:
        """Close the connections of all threads."""
        for session in list(self._sessions):
            session.close()

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        query: dict[str, str] | None,
    ) -> Answer:
        token = self._token or self._login("")
        answer = self._send(method, path, body, query, token)
        if answer.status == 401:
            answer = self._send(method, path, body, query, self._login(token))
        if answer.status in UNDERSTOOD or "warnings" in answer.data:
            return answer
        raise self._refusal(answer)

    def _login(self, stale_token: str) -> str:
        """Return a token other than the stale one; only one thread logs in."""
        with self._login_lock:
            if self._token and self._token != stale_token:
                return self._token
            try:
                answer = self._send("POST", "/login", self._credentials, None, "")
            except OutcomeUnknown as error:
                raise Transient(error.text, code=error.code) from error
            if answer.status != 200:
                raise self._refusal(answer)
            self._token = str(answer.data["token"])
            return self._token

    def _send(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        query: dict[str, str] | None,
        token: str,
    ) -> Answer:
        session, url = self._session(), self._base_url + path
        call = _prepared(method, url, body, query, token)
        try:
            response = session.send(call, timeout=self._timeout, allow_redirects=False)
        except requests.RequestException as error:
            code = "CONNECTION_REFUSED" if _was_never_sent(error) else "NO_ANSWER"
            raise self._errors.error(code) from error
        retry_after_s = _seconds(response.headers.get("Retry-After"))
        data = _object(response)
        if data is None:
            code = _HTTP_CODES.get(response.status_code, "UNREADABLE_ANSWER")
            raise self._errors.error(code, retry_after_s=retry_after_s)
        return Answer(response.status_code, data, retry_after_s)

    def _refusal(self, answer: Answer) -> ErpError:
        error = answer.data.get("error", {})
        return self._errors.error(
            error.get("code") or f"HTTP_{answer.status}",
            values=error.get("values"),
            erp_text=error.get("text", ""),
            field=error.get("field", ""),
            retry_after_s=answer.retry_after_s,
            unlisted="unknown" if answer.status >= 500 else "rejected",
        )

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
    method: str, url: str, body: dict[str, Any] | None, query: dict[str, str] | None, token: str
) -> requests.PreparedRequest:
    """Write the request without the general merging of ``requests``: a quarter of a call's time."""
    call = requests.PreparedRequest()
    call.method = method
    call.url = f"{url}?{urlencode(query)}" if query else url
    call.headers = CaseInsensitiveDict({"Accept": _MEDIA_TYPE})
    if token:
        call.headers["Authorization"] = f"Bearer {token}"
    if body is not None:
        call.body = json.dumps(body).encode()
        call.headers["Content-Type"] = _MEDIA_TYPE
        call.headers["Content-Length"] = str(len(call.body))
    return call


def _was_never_sent(error: requests.RequestException) -> bool:
    """Tell whether the call failed before a byte of it was sent: no connection came about."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(
        cause.reason, NewConnectionError | ConnectTimeoutError
    )


def _object(response: requests.Response) -> dict[str, Any] | None:
    """Return the JSON object of an answer; ``None`` when it is something else."""
    if not response.headers.get("Content-Type", "").startswith(_MEDIA_TYPE):
        return None
    try:
        data = response.json()
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isdecimal() else None
