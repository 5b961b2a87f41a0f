"""The tables. Every text is Unicode, every time UTC, every JSON value canonical text.

Sequence numbers (``seq``) come from the head of the audit chain, which each writing transaction
locks until it commits: a higher number is always committed later, so cursors never miss a row.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
    Unicode,
    UnicodeText,
)
from sqlalchemy.dialects.mssql import DATETIME2

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored as naive UTC.

    Databases and drivers disagree about offsets (pymssql stores the wrong instant), so none is
    given to them. A naive time is refused.
    """

    impl = DateTime().with_variant(DATETIME2(6), "mssql")  # type: ignore[no-untyped-call]
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to naive UTC; raises ``ValueError`` for a naive time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without offset cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


def _id(length: int = 32) -> Unicode:
    return Unicode(length)


event = Table(
    "event",
    metadata,
    Column("event_id", _id(), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("source", Unicode(128), nullable=False),
    Column("event_key", Unicode(64), nullable=False),
    Column("type", Unicode(64), nullable=False),
    Column("use_case", Unicode(40), nullable=False),
    Column("site_id", Unicode(20), nullable=False),
    Column("order_id", Unicode(40), nullable=False),
    Column("operation_id", Unicode(20), nullable=False),
    Column("material_id", Unicode(40)),  # what the order makes, where it is known
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("digest", Unicode(64), nullable=False),
    Column("state", Unicode(20), nullable=False),
    Column("body", UnicodeText, nullable=False),
    Index("ix_event_order_id_seq", "order_id", "seq"),
    Index("ix_event_seq", "seq"),
    Index("ix_event_use_case_material_id_seq", "use_case", "material_id", "seq"),
)

assessment = Table(
    "assessment",
    metadata,
    Column("event_id", ForeignKey("event.event_id"), primary_key=True),
    Column("assessed_at", UtcDateTime, nullable=False),
    Column("digest", Unicode(64), nullable=False),
    Column("body", UnicodeText, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("event_id", ForeignKey("event.event_id"), primary_key=True),
    Column("outcome", Unicode(20), nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("digest", Unicode(64), nullable=False),
    Column("body", UnicodeText, nullable=False),
)

approval = Table(
    "approval",
    metadata,
    Column("approval_id", _id(), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("event_id", ForeignKey("event.event_id"), nullable=False),
    Column("posting_id", Unicode(32)),  # set when the ERP itself asked back about a posting
    Column("use_case", Unicode(40), nullable=False),
    Column("site_id", Unicode(20), nullable=False),
    Column("order_id", Unicode(40), nullable=False),
    Column("state", Unicode(20), nullable=False),
    Column("cause", Unicode(60), nullable=False),
    Column("title", Unicode(300), nullable=False),
    Column("amount", Unicode(24)),
    Column("deviation", Unicode(10)),  # above or below what was expected
    Column("four_eyes", Boolean, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_by", Unicode(64)),
    Column("claimed_until", UtcDateTime),
    Column("claimed_at", UtcDateTime),  # since when the holder looks at it, without a break
    Column("considered_ms", BigInteger),  # how long the decider had it open; unknown if never
    Column("first_approved_by", Unicode(64)),
    Column("first_approval", UnicodeText),
    Column("decided_by", Unicode(64)),
    Column("decided_at", UtcDateTime),
    Column("reason", Unicode(500)),
    Column("correction", UnicodeText),
    Column("version", Integer, nullable=False),
    Index("ix_approval_state_due_at", "state", "due_at"),
    Index("ix_approval_event_id", "event_id"),
    Index("ix_approval_order_id", "order_id"),
    Index("ix_approval_decided_at", "decided_at"),
)

posting = Table(
    "posting",
    metadata,
    Column("posting_id", _id(), primary_key=True),  # the idempotency key itself
    Column("seq", BigInteger, nullable=False),
    Column("event_id", Unicode(32)),  # empty for what the ERP team posts directly
    Column("stream_id", ForeignKey("stream.stream_id"), nullable=False),
    Column("erp", Unicode(20), nullable=False),
    Column("order_id", Unicode(40), nullable=False),
    Column("kind", Unicode(40), nullable=False),
    Column("state", Unicode(20), nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("document", UnicodeText, nullable=False),
    Column("warnings", UnicodeText),  # what the ERP asked back and nobody has answered yet
    Column("approved_warnings", UnicodeText, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),  # transient ones in a row, for the backoff
    Column("document_id", Unicode(80)),
    Column("reversal_document_id", Unicode(80)),
    Column("error_verdict", Unicode(20)),
    Column("error_code", Unicode(80)),
    Column("error_text", Unicode(1000)),
    Column("error_entity", Unicode(120)),
    Column("error_field", Unicode(80)),
    Column("fingerprint", Unicode(64)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Unicode(200), nullable=False),
    Column("not_before", UtcDateTime, nullable=False),  # when the worker looks at it next
    Column("retrying_since", UtcDateTime),  # first transient failure in a row, for the deadline
    Column("settled_at", UtcDateTime),  # from then on "no such document" means: surely absent
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_posting_stream_id_is_open_seq", "stream_id", "is_open", "seq"),
    Index("ix_posting_seq", "seq"),
    Index("ix_posting_state_seq", "state", "seq"),
    Index("ix_posting_event_id", "event_id"),
    Index("ix_posting_order_id", "order_id"),
    Index("ix_posting_document_id", "document_id"),
    Index("ix_posting_fingerprint", "fingerprint"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("posting_id", ForeignKey("posting.posting_id"), primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("action", Unicode(20), nullable=False),  # post, find or reverse
    Column("worker", Unicode(80), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("request_digest", Unicode(64), nullable=False),
    Column("finished_at", UtcDateTime),
    Column("result", Unicode(20)),
    Column("code", Unicode(80)),
    Column("text", Unicode(1000)),
)

stream = Table(
    "stream",
    metadata,
    Column("stream_id", Unicode(64), primary_key=True),  # ERP and order: "demo/100234"
    Column("erp", Unicode(20), nullable=False),
    Column("order_id", Unicode(40), nullable=False),
    Column("state", Unicode(20), nullable=False),  # idle, ready, leased, blocked
    Column("next_at", UtcDateTime, nullable=False),
    Column("lease_owner", Unicode(80)),
    Column("lease_until", UtcDateTime),
    Column("fence", BigInteger, nullable=False),
    Index("ix_stream_state_next_at", "erp", "state", "next_at"),
    Index("ix_stream_state_lease_until", "state", "lease_until"),
)

erp_target = Table(
    "erp_target",
    metadata,
    Column("erp", Unicode(20), primary_key=True),
    Column("paused", Boolean, nullable=False),
    Column("paused_reason", Unicode(500)),
    Column("breaker_state", Unicode(20), nullable=False),  # closed, open, half_open
    Column("breaker_until", UtcDateTime),
    Column("failures", Integer, nullable=False),  # in a row, for the breaker
    Column("tokens", Float, nullable=False),  # calls that the rate still allows
    Column("refilled_at", UtcDateTime, nullable=False),
    Column("only_worker", Unicode(80)),  # who delivers, where one call at a time is allowed
    Column("only_until", UtcDateTime),
    Column("last_posted_at", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("worker_id", Unicode(80), primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("erps", Unicode(300), nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("chain", Unicode(20), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Unicode(64), nullable=False),
)

audit_record = Table(
    "audit_record",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("step", Unicode(40), nullable=False),
    Column("actor", Unicode(200), nullable=False),
    Column("event_id", Unicode(32)),
    Column("order_id", Unicode(40)),
    Column("posting_id", Unicode(32)),
    Column("document_id", Unicode(80)),
    Column("body", UnicodeText, nullable=False),
    Column("hash", Unicode(64), nullable=False),
    Index("ix_audit_record_event_id", "event_id"),
    Index("ix_audit_record_order_id", "order_id"),
    Index("ix_audit_record_document_id", "document_id"),
)

outcome = Table(
    "outcome",
    metadata,
    Column("outcome_id", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Unicode(32), nullable=False),
    Column("source", Unicode(128), nullable=False),
    Column("event_key", Unicode(64), nullable=False),
    Column("order_id", Unicode(40), nullable=False),
    Column("state", Unicode(20), nullable=False),
    Column("text", Unicode(500), nullable=False),
    Column("document_id", Unicode(80)),
    Column("at", UtcDateTime, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", UnicodeText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", Unicode(200), nullable=False),
    Column("reason", Unicode(500), nullable=False),
)

confirmation = Table(
    "confirmation",
    metadata,
    Column("event_id", _id(), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("use_case", Unicode(40), nullable=False),
    Column("segment", Unicode(60), nullable=False),
    Column("confidence", Float),
    Column("correct", Boolean, nullable=False),
    Column("amount", Unicode(24)),
    Column("origin", Unicode(20), nullable=False),  # person, erp or history
    Column("confirmed_at", UtcDateTime, nullable=False),
    Index("ix_confirmation_use_case_segment_seq", "use_case", "segment", "seq"),
)

autonomy = Table(
    "autonomy",
    metadata,
    Column("use_case", Unicode(40), primary_key=True),
    Column("segment", Unicode(60), primary_key=True),
    Column("threshold", Float),  # empty: nothing is posted without a person
    Column("lower_bound", Float, nullable=False),
    Column("target", Float, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("coverage", Float, nullable=False),
    Column("reason", Unicode(500), nullable=False),
    Column("computed_at", UtcDateTime, nullable=False),
)

autonomy_change = Table(
    "autonomy_change",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # of its audit record
    Column("use_case", Unicode(40), nullable=False),
    Column("segment", Unicode(60), nullable=False),
    Column("change", Unicode(20), nullable=False),  # given or withdrawn
    Column("reason", Unicode(500), nullable=False),
    Column("why", Unicode(300), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

feature_row = Table(
    "feature_row",
    metadata,
    Column("event_id", _id(), primary_key=True),
    Column("use_case", Unicode(40), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("rows", UnicodeText, nullable=False),  # float32, little-endian, row by row, base64
    Column("subjects", UnicodeText, nullable=False),  # what each row is about
    Column("labels", UnicodeText),  # what each row turned out to be; empty until it became clear
    Column("origin", Unicode(20)),  # person or erp
    Column("labelled_at", UtcDateTime),
    Index("ix_feature_row_use_case_labelled_at", "use_case", "labelled_at"),
)

drift_measure = Table(
    "drift_measure",
    metadata,
    Column("use_case", Unicode(40), primary_key=True),
    Column("segment", Unicode(60), primary_key=True),
    Column("measure", Unicode(80), primary_key=True),
    Column("kind", Unicode(20), nullable=False),
    Column("value", Float, nullable=False),
    Column("alarm_from", Float, nullable=False),
    Column("text", Unicode(500), nullable=False),
    Column("measured_at", UtcDateTime, nullable=False),
)

alarm = Table(
    "alarm",
    metadata,
    Column("alarm_id", _id(), primary_key=True),
    Column("use_case", Unicode(40), nullable=False),
    Column("segment", Unicode(60), nullable=False),
    Column("kind", Unicode(20), nullable=False),  # drift or data
    Column("measure", Unicode(80), nullable=False),
    Column("text", Unicode(500), nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("cleared_at", UtcDateTime),
    Column("cleared_by", Unicode(80)),
    Column("clear_reason", Unicode(500)),
    Index("ix_alarm_cleared_at", "cleared_at"),
)

narrative = Table(
    "narrative",
    metadata,
    Column("narrative_id", Unicode(64), primary_key=True),
    Column("kind", Unicode(20), nullable=False),
    Column("locale", Unicode(5), nullable=False),
    Column("prompt", Unicode(40), nullable=False),
    Column("prompt_version", Unicode(20), nullable=False),
    Column("model", Unicode(120), nullable=False),
    Column("text", UnicodeText, nullable=False),  # empty: the template stands
    Column("refused_for", Unicode(300), nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("cost", Unicode(24), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Index("ix_narrative_asked_at", "asked_at"),
)

order_progress = Table(
    "order_progress",
    metadata,
    Column("order_id", Unicode(40), primary_key=True),
    Column("body", UnicodeText, nullable=False),
    Column("version", Integer, nullable=False),
)

statistic = Table(
    "statistic",
    metadata,
    Column("statistic_key", Unicode(200), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("mean", Float, nullable=False),
    Column("m2", Float, nullable=False),
    Column("labels", UnicodeText, nullable=False),
)

master_data = Table(
    "master_data",
    metadata,
    Column("kind", Unicode(20), primary_key=True),  # order, material, period, quality_hold, stock
    Column("item_id", Unicode(80), primary_key=True),
    Column("body", UnicodeText, nullable=False),
    Column("version", BigInteger, nullable=False),
    Index("ix_master_data_version", "version"),
)

change_counter = Table(
    "change_counter",
    metadata,
    Column("name", Unicode(20), primary_key=True),  # master_data, policy or autonomy
    Column("value", BigInteger, nullable=False),
)

job_cursor = Table(
    "job_cursor",
    metadata,
    Column("job", Unicode(40), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

staging_source = Table(
    "staging_source",
    metadata,
    Column("name", Unicode(120), primary_key=True),  # the staging table in the plant's database
    Column("lease_owner", Unicode(80)),
    Column("lease_until", UtcDateTime),
    Column("read_at", UtcDateTime),
    Column("waiting", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("problem", Unicode(500)),  # why it cannot be read at the moment
)

api_key = Table(
    "api_key",
    metadata,
    Column("key_id", Unicode(16), primary_key=True),
    Column("name", Unicode(80), nullable=False),
    Column("secret_hash", Unicode(64), nullable=False),
    Column("scopes", UnicodeText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

person = Table(
    "person",
    metadata,
    Column("person_id", Unicode(64), primary_key=True),
    Column("name", Unicode(120), nullable=False),
    Column("roles", UnicodeText, nullable=False),
    Column("password_hash", Unicode(300)),
    Column("badge_hash", Unicode(64)),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_person_badge_hash", "badge_hash"),
)

idempotent_request = Table(
    "idempotent_request",
    metadata,
    Column("client", Unicode(80), primary_key=True),
    Column("request_key", Unicode(128), primary_key=True),
    Column("fingerprint", Unicode(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("response", UnicodeText, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
