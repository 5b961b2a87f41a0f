"""Keep assessment and decision in one row, by number; keep indexes to what is looked for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LATER = "step <> 'event_received' AND step <> 'event_assessed' AND step <> 'event_decided'"


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "judgement",
        sa.Column(
            "event_seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("outcome", sa.Unicode(length=20), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.Column("assessment_digest", sa.Unicode(length=64), nullable=False),
        sa.Column("assessment", sa.UnicodeText(), nullable=False),
        sa.Column("decision_digest", sa.Unicode(length=64), nullable=False),
        sa.Column("decision", sa.UnicodeText(), nullable=False),
        sa.PrimaryKeyConstraint("event_seq", name=op.f("pk_judgement")),
    )
    op.execute(
        "INSERT INTO judgement (event_seq, outcome, policy_version, judged_at,"
        " assessment_digest, assessment, decision_digest, decision)"
        " SELECT event.seq, decision.outcome, decision.policy_version, decision.decided_at,"
        " assessment.digest, assessment.body, decision.digest, decision.body"
        " FROM event JOIN assessment ON assessment.event_id = event.event_id"
        " JOIN decision ON decision.event_id = event.event_id ORDER BY event.seq"
    )
    op.drop_table("assessment")
    op.drop_table("decision")
    op.create_index("ix_stream_order_id", "stream", ["order_id"])
    op.drop_index("ix_posting_order_id", "posting")
    for table, column in (
        ("posting", "document_id"),
        ("posting", "fingerprint"),
        ("audit_record", "document_id"),
    ):
        _narrow(table, column, f"{column} IS NOT NULL")
    _narrow("audit_record", "event_id", LATER)


def downgrade() -> None:
    """Take the change back."""
    for name in ("assessment", "decision"):
        op.create_table(name, *_columns_before(name))
    for name, columns, values in (
        ("assessment", "assessed_at", "judgement.judged_at"),
        (
            "decision",
            "outcome, policy_version, decided_at",
            "judgement.outcome, judgement.policy_version, judgement.judged_at",
        ),
    ):
        op.execute(
            f"INSERT INTO {name} (event_id, {columns}, digest, body)"
            f" SELECT event.event_id, {values}, judgement.{name}_digest, judgement.{name}"
            " FROM event JOIN judgement ON judgement.event_seq = event.seq"
        )
    op.drop_table("judgement")
    op.drop_index("ix_stream_order_id", "stream")
    op.create_index("ix_posting_order_id", "posting", ["order_id"])
    for table, column in (
        ("posting", "document_id"),
        ("posting", "fingerprint"),
        ("audit_record", "document_id"),
        ("audit_record", "event_id"),
    ):
        op.drop_index(f"ix_{table}_{column}", table)
        op.create_index(f"ix_{table}_{column}", table, [column])


def _narrow(table: str, column: str, condition: str) -> None:
    """Make an index again that holds only the rows that meet a condition."""
    op.drop_index(f"ix_{table}_{column}", table)
    where = sa.text(condition)
    op.create_index(
        f"ix_{table}_{column}",
        table,
        [column],
        sqlite_where=where,
        postgresql_where=where,
        mssql_where=where,
    )


def _columns_before(name: str) -> list[Any]:
    own: list[Any]
    if name == "assessment":
        own = [sa.Column("assessed_at", UtcDateTime(), nullable=False)]
    else:
        own = [
            sa.Column("outcome", sa.Unicode(length=20), nullable=False),
            sa.Column("policy_version", sa.Integer(), nullable=False),
            sa.Column("decided_at", UtcDateTime(), nullable=False),
        ]
    return [
        sa.Column("event_id", sa.Unicode(length=32), nullable=False),
        *own,
        sa.Column("digest", sa.Unicode(length=64), nullable=False),
        sa.Column("body", sa.UnicodeText(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.event_id"], name=op.f(f"fk_{name}_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f(f"pk_{name}")),
    ]
