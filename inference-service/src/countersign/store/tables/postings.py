"""The queue of ERP documents: postings, their attempts, streams, ERPs and workers."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Unicode,
    UnicodeText,
)

from countersign.store.tables.base import UtcDateTime, identity, metadata, where_given

posting = Table(
    "posting",
    metadata,
    Column("posting_id", identity(), primary_key=True),  # the idempotency key itself
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
    Index("ix_posting_document_id", "document_id", **where_given("document_id")),
    Index("ix_posting_fingerprint", "fingerprint", **where_given("fingerprint")),
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
    Index("ix_stream_order_id", "order_id"),
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
