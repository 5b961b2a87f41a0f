"""The client: JSON-RPC to Tryton, and what each failure on the way means.

Tryton runs one call as one transaction: an error answer says that nothing of the call was booked.
Only a call whose answer did not come back may have been.
"""

from __future__ import annotations

import base64
import itertools
import json
import threading
from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError
from urllib3.util import Retry

from countersign.erp.errors import ConfigurationError, OutcomeUnknown, Transient
from countersign.erp.tryton import values
from countersign.erp.tryton.refusal import Refusals

Context = Mapping[str, Any]

GATEWAY_FAILURES = frozenset({502, 504})
"""A gateway before Tryton gave up waiting; Tryton itself may have gone on."""


class Client:
    """Calls Tryton from any thread: one session per thread, one login for all.

    Nothing is ever sent twice by itself, apart from one renewed login: a 401 says that nothing
    was booked.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        connect_timeout_s: float,
        call_timeout_s: float,
    ) -> None:
        self._url = url
        self._user = user
        self._password = password
        self._timeout = (connect_timeout_s, call_timeout_s)
        self._refusals = Refusals.load()
        self._numbers = itertools.count(1)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._authorization = ""
        self._user_id = 0
        self._preferences: dict[str, Any] = {}

    @property
    def user_id(self) -> int:
        """Return the number of our user in Tryton; logs in if need be."""
        self._login_unless("stale")
        return self._user_id

    @property
    def company_id(self) -> int:
        """Return the company that our user works for; logs in if need be."""
        self._login_unless("stale")
        return int(self._preferences["company"])

    def read(self, method: str, *parameters: Any, context: Context | None = None) -> Any:
        """Call a method that changes nothing; a lost answer can simply be asked for again.

        Raises:
            ErpError: as the error table says; never ``OutcomeUnknown``.
        """
        try:
            return self.call(method, *parameters, context=context)
        except OutcomeUnknown as error:
            raise Transient(error.text, code=error.code) from error

    def call(self, method: str, *parameters: Any, context: Context | None = None) -> Any:
        """Call a method of a model, such as ``production.run``, in the user's context.

        Raises:
            Question: Tryton asks back (a ``UserWarning``) and has booked nothing.
            ErpError: as the error table says; ``OutcomeUnknown`` when the answer did not come.
        """
        authorization = self._login_unless("stale")
        answer = self._send(authorization, method, parameters, context)
        if answer.status_code == 401:
            authorization = self._login_unless(authorization)
            answer = self._send(authorization, method, parameters, context)
        return self._result(answer, method)

    def close(self) -> None:
        """Close the connection of this thread."""
        session = getattr(self._local, "session", None)
        if session is not None:
            session.close()

    def _send(
        self, authorization: str, method: str, parameters: tuple[Any, ...], context: Context | None
    ) -> requests.Response:
        merged = {**self._preferences, **(context or {})}
        return self._post(f"model.{method}", [*parameters, merged], authorization)

    def _login_unless(self, stale: str) -> str:
        """Return a login other than the stale one; only one thread logs in."""
        with self._lock:
            if self._authorization and self._authorization != stale:
                return self._authorization
            try:
                self._login()
            except OutcomeUnknown as error:
                raise Transient(error.text, code=error.code) from error
            return self._authorization

    def _login(self) -> None:
        answer = self._post("common.db.login", [self._user, {"password": self._password}], "")
        if answer.status_code in (401, 403):
            raise self._refusals.error("LOGIN_FAILED", {"user": self._user})
        user_id, token, *_ = self._result(answer, "common.db.login")
        session = base64.b64encode(f"{self._user}:{user_id}:{token}".encode()).decode()
        authorization = f"Session {session}"
        read = self._post("model.res.user.get_preferences", [True, {}], authorization)
        preferences = self._result(read, "res.user.get_preferences")
        if not preferences.get("company"):
            raise self._refusals.error("COMPANY_MISSING", {"user": self._user})
        self._preferences = {**preferences, "language": "en"}
        self._user_id = user_id
        self._authorization = authorization

    def _post(self, method: str, parameters: list[Any], authorization: str) -> requests.Response:
        headers = {"Content-Type": "application/json"}
        if authorization:
            headers["Authorization"] = authorization
        body = {"id": next(self._numbers), "method": method, "params": values.encode(parameters)}
        try:
            return self._session().post(
                self._url,
                data=json.dumps(body).encode(),
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            code = "CONNECTION_REFUSED" if _was_never_sent(error) else "NO_ANSWER"
            raise self._refusals.error(code) from error

    def _result(self, answer: requests.Response, method: str) -> Any:
        if answer.status_code != 200:
            raise self._http_error(answer, method)
        try:
            data = values.decode(answer.text)
        except ValueError as error:
            raise self._refusals.error("UNREADABLE_ANSWER") from error
        if "error" in data:
            raise self._refusals.refusal(data["error"])
        return data["result"]

    def _http_error(self, answer: requests.Response, method: str) -> Exception:
        if answer.status_code in GATEWAY_FAILURES:
            return self._refusals.error("GATEWAY")
        pause = answer.headers.get("Retry-After", "")
        if answer.status_code == 401:
            return ConfigurationError(
                "Tryton refuses the session even after a new login.", code="HTTP_401"
            )
        return self._refusals.error(
            f"HTTP_{answer.status_code}",
            {"method": method},
            retry_after_s=float(pause) if pause.isdecimal() else None,
            unlisted="unknown" if answer.status_code >= 500 else "contract",
        )

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=Retry(0, read=False)))
            self._local.session = session
        return session


def _was_never_sent(error: requests.RequestException) -> bool:
    """Tell whether the call failed before a byte of it was sent: no connection came about."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(
        cause.reason, NewConnectionError | ConnectTimeoutError
    )
