"""The client: OData calls with CSRF tokens, versions and pages, and the verdict of each failure."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from countersign.erp.documents import Document
from countersign.erp.errors import ErpError, OutcomeUnknown, Transient
from countersign.erp.sap.http import Call, Reply, Transport, json_object
from countersign.erp.sap.triage import Triage
from countersign.erp.sap_odata import answers, batch
from countersign.erp.sap_odata.answers import Row
from countersign.erp.sap_odata.batch import Change
from countersign.erp.sap_odata.query import Literal, literal
from countersign.erp.sap_odata.services import Service

PAGE_SIZE = 200
_JSON = "application/json"
_FETCH = "Fetch"
_VERSION_CHANGED = "HTTP_412"


@dataclass(frozen=True, slots=True)
class Done:
    """A write that SAP carried out: the entity it answered with, and what it remarked."""

    row: Row
    warnings: str = ""


class Client:
    """Calls services of one SAP client from any thread.

    CSRF tokens belong to the session of a thread, and are fetched once per service. A 403 that
    asks for a token says that nothing was done, so the call is sent once more with a new one.
    """

    def __init__(
        self, http: Transport, triage: Triage, *, sap_client: str = "", language: str = ""
    ):
        self._http = http
        self._triage = triage
        self._fixed = {
            name: value
            for name, value in (("sap-client", sap_client), ("sap-language", language))
            if value
        }
        self._local = threading.local()

    def rows(
        self, service: Service, path: str, query: Mapping[str, str] | None = None
    ) -> Iterator[Row]:
        """Read a collection page by page.

        Raises:
            ErpError: never ``OutcomeUnknown``; a read can simply be tried again.
        """
        window = {"$top": str(PAGE_SIZE), **(query or {})}
        here, asked, skipped, seen = service.path + path, window, 0, 0
        while True:
            data = self._read(service, here, asked) or {}
            page = answers.rows_of(data) if data else []
            yield from page
            seen += len(page)
            link = answers.next_link(data)
            if link:
                here, asked = _within(link, here)
                continue
            if seen < PAGE_SIZE:
                return
            skipped, seen = skipped + seen, 0
            here, asked = service.path + path, {**window, "$skip": str(skipped)}

    def row(
        self, service: Service, path: str, query: Mapping[str, str] | None = None
    ) -> Row | None:
        """Read one entity; ``None`` when SAP has none such."""
        data = self._read(service, service.path + path, query or {})
        return answers.row_of(data) if data is not None else None

    def create(self, service: Service, path: str, body: Row, document: Document) -> Done:
        """Create an entity with all that hangs on it.

        Raises:
            ErpError: as the triage table says; ``OutcomeUnknown`` when it may have been booked.
        """
        call = self._call("POST", service.path + path, {}, body)
        return self._written(service, call, document)

    def invoke(
        self, service: Service, function: str, values: Mapping[str, Literal], document: Document
    ) -> Done:
        """Call a function that changes something; its values stand in the query.

        Raises:
            ErpError: as the triage table says; ``OutcomeUnknown`` when it may have been done.
        """
        query = {name: literal(value) for name, value in values.items()}
        call = self._call("POST", service.path + function, query, None)
        return self._written(service, call, document)

    def ask(self, service: Service, function: str, values: Mapping[str, Literal]) -> list[Row]:
        """Call a function that only tells something; SAP wants a POST for it all the same."""
        query = {name: literal(value) for name, value in values.items()}
        call = self._call("POST", service.path + function, query, None)
        try:
            reply = self._with_token(service, call)
        except OutcomeUnknown as error:
            raise _nothing_done(error) from error
        data = json_object(reply)
        if reply.status != 200 or data is None:
            raise _nothing_done(self._refusal(reply, service, None))
        return answers.rows_of(data)

    def change(self, service: Service, path: str, body: Row, document: Document) -> Done:
        """Change an entity in the version read just before; read once more if it was overtaken.

        Raises:
            ErpError: as the triage table says.
        """
        try:
            return self._changed(service, path, body, document)
        except Transient as error:
            if error.code != _VERSION_CHANGED:
                raise
        return self._changed(service, path, body, document)

    def change_all(self, service: Service, changes: Sequence[Change], document: Document) -> None:
        """Carry out several changes together, all or none, as one changeset of a batch.

        Raises:
            ErpError: for the first part that SAP refused; then none was carried out.
        """
        call = batch.call_of(service.path, self._fixed, changes)
        reply = self._with_token(service, call)
        if reply.status not in (200, 202):
            raise self._refusal(reply, service, document)
        parts = batch.replies_in(reply)
        if not parts:
            raise self._triage.refusal("UNREADABLE_ANSWER")
        for part in parts:
            if part.status >= 300:
                raise self._refusal(part, service, document)

    def version(self, service: Service, path: str) -> str:
        """Return the version of an entity as its ETag."""
        reply = self._asked(Call("GET", service.path + path, self._fixed, {"Accept": _JSON}))
        data = json_object(reply)
        if reply.status != 200 or data is None:
            raise self._refusal(reply, service, None)
        return answers.etag_of(answers.row_of(data), reply)

    def probe(self, service: Service) -> None:
        """Read one row of a service, to see whether it is there and may be read."""
        self._read(service, service.path + service.probe, {"$top": "1"})

    def fetch_token(self, service: Service) -> str:
        """Fetch a CSRF token for a service with the session of this thread."""
        headers = {"Accept": _JSON, "X-CSRF-Token": _FETCH}
        reply = self._asked(Call("GET", service.path, self._fixed, headers))
        if reply.status != 200:
            raise _nothing_done(self._refusal(reply, service, None))
        token = reply.headers.get("x-csrf-token", "")
        if not token:
            raise self._triage.refusal("CSRF")
        self._tokens()[service.path] = token
        return token

    def close(self) -> None:
        """Close the connections of all threads."""
        self._http.close()

    def _changed(self, service: Service, path: str, body: Row, document: Document) -> Done:
        headers = {"If-Match": self.version(service, path) or "*"}
        call = self._call("PATCH", service.path + path, {}, body, headers)
        return self._written(service, call, document)

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        body: Row | None,
        headers: Mapping[str, str] | None = None,
    ) -> Call:
        sent = {"Accept": _JSON, **(headers or {})}
        if body is None:
            return Call(method, path, {**query, **self._fixed}, sent)
        sent["Content-Type"] = _JSON
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return Call(method, path, {**query, **self._fixed}, sent, text)

    def _read(self, service: Service, path: str, query: Mapping[str, str]) -> Row | None:
        call = Call("GET", path, {**query, **self._fixed}, {"Accept": _JSON})
        reply = self._asked(call)
        if reply.status == 404 and "(" in path:
            return None
        if reply.status != 200:
            raise _nothing_done(self._refusal(reply, service, None))
        data = json_object(reply)
        if data is None:
            raise _nothing_done(self._triage.refusal("UNREADABLE_ANSWER"))
        return data

    def _asked(self, call: Call) -> Reply:
        try:
            return self._http.send(call)
        except OutcomeUnknown as error:
            raise _nothing_done(error) from error

    def _written(self, service: Service, call: Call, document: Document | None) -> Done:
        reply = self._with_token(service, call)
        if reply.status == 204:
            return Done({}, answers.warnings_of(reply))
        if reply.status not in (200, 201):
            raise self._refusal(reply, service, document)
        data = json_object(reply)
        if data is None:
            raise self._triage.refusal("UNREADABLE_ANSWER")
        return Done(answers.row_of(data), answers.warnings_of(reply))

    def _with_token(self, service: Service, call: Call) -> Reply:
        token = self._tokens().get(service.path) or self.fetch_token(service)
        reply = self._http.send(_tokened(call, token))
        if _wants_token(reply):
            self._tokens().clear()
            self._http.forget_session()
            reply = self._http.send(_tokened(call, self.fetch_token(service)))
            if _wants_token(reply):
                raise self._triage.refusal("CSRF")
        return reply

    def _tokens(self) -> dict[str, str]:
        tokens: dict[str, str] | None = getattr(self._local, "tokens", None)
        if tokens is None:
            tokens = self._local.tokens = {}
        return tokens

    def _refusal(self, reply: Reply, service: Service, document: Document | None) -> ErpError:
        messages = answers.messages_of(reply)
        return self._triage.error(
            messages,
            document,
            otherwise=_code_of_status(reply.status, messages != []),
            service=service.name,
            retry_after_s=reply.retry_after_s,
        )


def _wants_token(reply: Reply) -> bool:
    return reply.status == 403 and reply.headers.get("x-csrf-token", "").lower() == "required"


def _tokened(call: Call, token: str) -> Call:
    headers = {**call.headers, "X-CSRF-Token": token}
    return Call(call.method, call.path, call.query, headers, call.body)


def _within(link: str, here: str) -> tuple[str, dict[str, str]]:
    """Return path and query of the next page; SAP may write it absolute or relative."""
    parts = urlsplit(link)
    path = parts.path
    if not path.startswith("/"):
        path = f"{here.rpartition('/')[0]}/{path}"
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return path, {name: value for name, value in query.items() if not name.startswith("sap-")}


def _nothing_done(error: ErpError) -> ErpError:
    """Return what an error means where nothing could have been booked."""
    if not isinstance(error, OutcomeUnknown):
        return error
    return Transient(error.text, code=error.code, retry_after_s=error.retry_after_s)


def _code_of_status(status: int, has_messages: bool) -> str:
    """Return the row of the triage table that an HTTP status speaks through."""
    if status == 401 or 300 <= status < 400:
        return "LOGIN_REFUSED"
    if status == 403:
        return "FORBIDDEN"
    if status == 404:
        return "" if has_messages else "SERVICE_MISSING"
    if status == 400:
        return "" if has_messages else "HTTP_400"
    if status in (405, 412, 423, 428, 429, 502, 503, 504):
        return f"HTTP_{status}"
    if status >= 500:
        return "HTTP_500"
    return "HTTP_400"
