"""Calling an ERP: one prepared call, and its reply as one of a few plain kinds."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from countersign.erp import documents
from countersign.erp.errors import ContractError, ErpError
from countersign.erp.port import ErpPort, PostResult
from countersign.store.attempts import Action
from countersign.store.postings import PostingRecord

ReplyKind = Literal[
    "posted",
    "accepted",
    "needs_approval",
    "rejected",
    "retry",
    "unknown",
    "stop",
    "absent",
    "not_sent",
]
"""The kinds of ``PostResult`` and of ``ErpError`` verdicts; ``absent``: the ERP does not know the
key; ``not_sent``: the call was prepared and never begun."""

MAX_TEXT = 1000
MAX_CODE = 80
MAX_ENTITY = 120

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Lease:
    """A stream that this worker holds; ``valid_until`` is on the monotonic clock.

    After that another worker may have taken over, so no call is begun. ``taken`` counts the
    postings since the claim: others get their turn.
    """

    stream_id: str
    fence: int
    valid_until: float
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call whose intent is stored: what to ask the ERP about which posting."""

    action: Action
    record: PostingRecord
    lease: Lease


@dataclass(frozen=True, slots=True)
class Reply:
    """What the ERP answered, or how the call failed."""

    kind: ReplyKind
    document_id: str = ""
    code: str = ""
    text: str = ""
    entity: str = ""
    field: str = ""
    warnings: tuple[str, ...] = ()
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished call."""

    call: Call
    reply: Reply
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes calls to one ERP, in whichever thread; never raises.

    ``may_begin`` is asked right before the call leaves: whether the lease still holds and the
    ERP still wants calls.
    """

    port: ErpPort
    now: Callable[[], datetime]
    may_begin: Callable[[Call], bool] = field(default=lambda _call: True)

    def __call__(self, call: Call) -> Answer:
        """Make the call and return what came of it."""
        started_at = self.now()
        reply = self._ask(call) if self.may_begin(call) else Reply("not_sent")
        return Answer(call, reply, started_at, self.now())

    def _ask(self, call: Call) -> Reply:
        try:
            document = _document(call.record)
            return _reply_of(self._result(call, document))
        except ErpError as error:
            return _reply_of_error(error)
        except Exception as error:
            log.exception("connector failed on %s of %s", call.action, call.record.posting_id)
            text = f"The connector failed: {type(error).__name__}: {error}"
            kind: ReplyKind = "unknown" if call.action == "post" else "retry"
            return Reply(kind, code="connector_defect", text=_clean(text, MAX_TEXT))

    def _result(self, call: Call, document: documents.Document) -> PostResult | None:
        record, capabilities = call.record, self.port.capabilities()
        if call.action == "find":
            return self.port.find(record.posting_id, document)
        if call.action == "reverse":
            if not capabilities.reversible:
                raise ContractError("This ERP cannot reverse documents.", code="not_reversible")
            return self.port.reverse(document, record.posting_id, record.document_id or "")
        if document.kind not in capabilities.document_kinds:
            raise ContractError(
                f"This ERP does not take documents of kind {document.kind}.",
                code="kind_unsupported",
            )
        if getattr(document, "consumed", ()) and not capabilities.consumes_with_confirmation:
            raise ContractError(
                "This ERP books consumption in documents of its own: send a goods issue.",
                code="consumed_unsupported",
            )
        return self.port.post(document, record.posting_id, json.loads(record.approved_warnings))


def _document(record: PostingRecord) -> documents.Document:
    try:
        return documents.from_data(json.loads(record.document))
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise ContractError(
            f"The stored document cannot be read: {type(error).__name__}: {error}",
            code="document_unreadable",
        ) from error


def _reply_of(result: PostResult | None) -> Reply:
    if result is None:
        return Reply("absent")
    return Reply(
        kind=result.status,
        document_id=_clean(result.document_id, MAX_CODE),
        code=_clean(result.code, MAX_CODE),
        text=_clean(result.text, MAX_TEXT),
        entity=_clean(result.entity, MAX_ENTITY),
        field=_clean(result.field, MAX_CODE),
        warnings=result.warnings,
        retry_after_s=result.retry_after_s,
    )


def _reply_of_error(error: ErpError) -> Reply:
    return Reply(
        kind=_KIND_OF_VERDICT[error.verdict],
        code=_clean(error.code, MAX_CODE),
        text=_clean(error.text, MAX_TEXT),
        entity=_clean(error.entity, MAX_ENTITY),
        field=_clean(error.field, MAX_CODE),
        retry_after_s=error.retry_after_s,
    )


_KIND_OF_VERDICT: dict[str, ReplyKind] = {
    "rejected": "rejected",
    "retry": "retry",
    "unknown": "unknown",
    "stop": "stop",
}


def _clean(text: str, limit: int) -> str:
    """Make an ERP's text storable: databases refuse NUL and lone surrogates."""
    storable = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return storable[:limit]
