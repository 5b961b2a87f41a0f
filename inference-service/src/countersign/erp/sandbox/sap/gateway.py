"""The gateway: the business port. Who calls, may they, what goes wrong, and who answers."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from countersign.erp.sandbox.faults import Faults, Strike
from countersign.erp.sandbox.http import Connection, Request
from countersign.erp.sandbox.sap import batch, odata
from countersign.erp.sandbox.sap.address import PREFIX
from countersign.erp.sandbox.sap.answer import Answer, error_answer, json_answer
from countersign.erp.sandbox.sap.faults import CALLS, FAULTS, before_work, refusal_of, sent_instead
from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.sessions import Sessions, basic_credentials
from countersign.erp.sandbox.sap.system import System, Work

TOKEN_PATHS = ("/sap/bc/sec/oauth2/token", "/oauth/token")
READING_FUNCTIONS = ("GetConfProposal", "GetGdsMvtProposal")

_ORDER = re.compile(rb'"(?:OrderID|ManufacturingOrder|ORDERID|shopOrder|order)"\s*:\s*"0*(\w+)"')
_ORDER_IN_QUERY = ("OrderID", "ManufacturingOrder")

Serve = Callable[[Work, Request], Answer]
Kind = Callable[[Request], str]
Dropped = Callable[[Request], None]


@dataclass(frozen=True, slots=True)
class Interface:
    """Another interface than OData.

    ``kind`` names a call for the faults, ``dropped`` is told of a connection that a fault cut,
    ``open_to_all`` is set where the interface checks by itself who calls, ``refused`` writes its
    refusals; without it they look as OData's do.
    """

    kind: Kind
    serve: Serve
    dropped: Dropped | None = None
    open_to_all: bool = False
    refused: Callable[[Refusal], Answer] | None = None


class Gateway:
    """Serves OData, and hands other paths to those who registered for them."""

    def __init__(self, system: System, users: dict[str, str], clients: dict[str, str]) -> None:
        self.system = system
        self.faults = Faults(FAULTS, CALLS)
        self.answered: Counter[str] = Counter()
        self.sessions = Sessions(system.settings, users, clients)
        self._others: dict[str, Interface] = {}

    def register(self, prefix: str, interface: Interface) -> None:
        """Let another interface serve the paths that begin with ``prefix``."""
        self._others[prefix] = interface

    def handle(self, connection: Connection, request: Request) -> None:
        """Serve one request."""
        call = self._kind(request)
        strike = self.faults.strike(call, _order_in(request))
        fault = strike.fault or ""
        if fault == "drop_before":
            self.answered[f"{call} dropped"] += 1
            self._drop(connection, request)
            return
        answered = before_work(strike, request, self.sessions)
        answered = answered or self._admitted(request)
        if answered is not None:
            self._send(connection, request, call, answered, strike, None)
            return
        if strike.book_after_s:
            loop = asyncio.get_running_loop()
            loop.call_later(strike.book_after_s, self._serve, connection, request, call, strike)
        else:
            self._serve(connection, request, call, strike)

    def _serve(self, connection: Connection, request: Request, call: str, strike: Strike) -> None:
        user = self.sessions.user_of(request) or ""
        repeated = self._repeated(request, call)
        if repeated is not None:
            self._send(connection, request, call, repeated, strike, None)
            return
        held: list[Work] = []
        answered = self._worked(request, user, call, strike, held)
        self._send(connection, request, call, answered, strike, held[0] if held else None)

    def _worked(
        self, request: Request, user: str, call: str, strike: Strike, held: list[Work]
    ) -> Answer:
        """Do the work in one transaction; a refusal undoes all of it."""
        service = request.path.removeprefix(PREFIX).split("/")[0].split(";")[0]
        try:
            with self.system.work(user, cogi=strike.fault == "cogi") as work:
                refused = refusal_of(strike, call, _order_in(request))
                if refused is not None:
                    raise refused
                answered = self._dispatch(work, request)
                self._remember(request, answered)
            held.append(work)
            return answered
        except Refusal as refused:
            other = self._other(request)
            if other is not None and other.refused is not None:
                return other.refused(refused)
            return error_answer(refused, service, self.system.settings)

    def _dispatch(self, work: Work, request: Request) -> Answer:
        other = self._other(request)
        if other is not None:
            return other.serve(work, request)
        if not request.path.startswith(PREFIX):
            return Answer(404, b"<html><body>Service cannot be reached</body></html>", "text/html")
        if request.path.endswith("/$batch"):
            return batch.answer(self.system, work, request)
        call = odata.Call(
            method=_method(request),
            path=request.path,
            query=request.query,
            headers={name: request.header(name) for name in ("accept", "content-type", "if-match")},
            body=request.body,
            host=request.header("host"),
        )
        return odata.answer(self.system, work, call)

    def _admitted(self, request: Request) -> Answer | None:
        """Return what is answered to who may not call; None lets the call through."""
        if request.path in TOKEN_PATHS:
            return self._token(request)
        other = self._other(request)
        if other is not None and other.open_to_all:
            return None
        client = request.query.get("sap-client") or request.header("sap-client")
        if client and client != self.system.settings.client:
            return _page(401, f"Client {client} does not exist")
        user = self.sessions.user_of(request)
        if user is None:
            return _page(401, "Logon failed").with_headers(
                WWW_Authenticate='Basic realm="SAP NetWeaver Application Server [S4S/100]"'
            )
        if not request.path.startswith(PREFIX):
            return None
        service = request.path.removeprefix(PREFIX).split("/")[0].split(";")[0]
        if self.system.store.get("_forbidden", "service", service):
            text = f"No authorization to access service '{service}'"
            refused = Refusal([Message("/IWFND/MED/083", text)], 403)
            return error_answer(refused, service, self.system.settings)
        if request.header("x-csrf-token").lower() == "fetch" and _is_reading(request):
            return self._with_csrf_token(request, user)
        if not _is_reading(request) and not self.sessions.may_write(request, user):
            return _page(403, "CSRF token validation failed", "text/plain").with_headers(
                x_csrf_token="Required"
            )
        return None

    def _token(self, request: Request) -> Answer:
        form = dict(
            part.split("=", 1) for part in request.body.decode("latin-1").split("&") if "=" in part
        )
        given = basic_credentials(request) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        if request.method != "POST" or form.get("grant_type") != "client_credentials":
            return json_answer(400, {"error": "unsupported_grant_type"})
        token = self.sessions.issue_token(*given)
        if token is None:
            return json_answer(401, {"error": "invalid_client"})
        lifetime = int(self.system.settings.token_lifetime_s)
        return json_answer(
            200, {"access_token": token, "token_type": "Bearer", "expires_in": lifetime}
        )

    def _with_csrf_token(self, request: Request, user: str) -> Answer:
        cookie, session = self.sessions.open(request, user)
        held: list[Work] = []
        found = self._worked(request, user, "csrf", Strike(), held)
        for work in held:
            work.release()
        value = f"{self.sessions.cookie_name}={cookie}; path=/; HttpOnly"
        return found.with_headers(x_csrf_token=session.csrf, Set_Cookie=value)

    def _other(self, request: Request) -> Interface | None:
        for prefix, interface in self._others.items():
            if request.path.startswith(prefix):
                return interface
        return None

    def _drop(self, connection: Connection, request: Request) -> None:
        other = self._other(request)
        if other is not None and other.dropped is not None:
            other.dropped(request)
        connection.drop()

    def _kind(self, request: Request) -> str:
        """Name a call for the faults: csrf, token, find, read, change, reverse, post, or others."""
        if request.path in TOKEN_PATHS:
            return "token"
        other = self._other(request)
        if other is not None:
            return other.kind(request)
        if _is_reading(request):
            if request.header("x-csrf-token").lower() == "fetch":
                return "csrf"
            return "find" if "$filter" in request.query else "read"
        resource = request.path.rpartition("/")[2]
        if resource.startswith("Cancel"):
            return "reverse"
        if resource in READING_FUNCTIONS:
            return "read"
        return "change" if _method(request) != "POST" else "post"

    def _repeated(self, request: Request, call: str) -> Answer | None:
        """Return the first answer to a call that comes again, where SAP is set up for that."""
        name = request.header("requestid")
        if not self.system.settings.repeatability or not name:
            return None
        row = self.system.store.get("_repeatable", name)
        if row is None:
            return None
        return Answer(row["status"], row["body"].encode()).with_headers(
            RepeatabilityResult="accepted"
        )

    def _remember(self, request: Request, answered: Answer) -> None:
        name = request.header("requestid")
        if not self.system.settings.repeatability or not name or answered.status >= 400:
            return
        row = {"status": answered.status, "body": answered.body.decode()}
        self.system.store.put("_repeatable", (name,), row)
        answered.headers["RepeatabilityResult"] = "accepted"

    def _send(
        self,
        connection: Connection,
        request: Request,
        call: str,
        answered: Answer,
        strike: Strike,
        work: Work | None,
    ) -> None:
        """Send an answer unless a fault gets between; locks are held until then."""
        self.answered[f"{call} {answered.status}"] += 1

        def finish() -> None:
            if work is not None:
                work.release()
            instead = sent_instead(strike)
            if strike.fault == "drop_after":
                self._drop(connection, request)
            elif strike.fault == "drop_mid":
                connection.answer_half(answered.wire())
            else:
                connection.answer((instead or answered).wire())

        if strike.answer_after_s:
            asyncio.get_running_loop().call_later(strike.answer_after_s, finish)
        else:
            finish()


def _is_reading(request: Request) -> bool:
    return request.method in ("GET", "HEAD")


def _method(request: Request) -> str:
    """Return the method, which a POST can carry in a header."""
    if request.method != "POST":
        return request.method
    return request.header("x-http-method").upper() or "POST"


def _order_in(request: Request) -> str:
    """Return the order that a call is about, as far as its body or query tells."""
    for name in _ORDER_IN_QUERY:
        if name in request.query:
            return request.query[name].strip("'").lstrip("0")
    match = _ORDER.search(request.body)
    return match[1].decode() if match else ""


def _page(status: int, text: str, media_type: str = "text/html") -> Answer:
    body = text if media_type != "text/html" else f"<html><body><h1>{text}</h1></body></html>"
    return Answer(status, body.encode(), f"{media_type};charset=utf-8")
