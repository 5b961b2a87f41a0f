"""Keep how documents were coded, the account determination, and queues of causes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "account_determination",
        sa.Column("movement_type", sa.Unicode(length=40), nullable=False),
        sa.Column("valuation_class", sa.Unicode(length=40), nullable=False),
        sa.Column("account_id", sa.Unicode(length=20), nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "movement_type", "valuation_class", name=op.f("pk_account_determination")
        ),
    )
    op.create_table(
        "cause_queue",
        sa.Column("erp", sa.Unicode(length=20), nullable=False),
        sa.Column("fingerprint", sa.Unicode(length=64), nullable=False),
        sa.Column("queue", sa.Unicode(length=20), nullable=False),
        sa.Column("code", sa.Unicode(length=80), nullable=False),
        sa.Column("text", sa.Unicode(length=1000), nullable=False),
        sa.Column("document_kind", sa.Unicode(length=40), nullable=False),
        sa.Column("told_queue", sa.Unicode(length=20), nullable=True),
        sa.Column("told_by", sa.Unicode(length=20), nullable=True),
        sa.Column("told_confidence", sa.Float(), nullable=True),
        sa.Column("failed_at", UtcDateTime(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("moved_by", sa.Unicode(length=200), nullable=False),
        sa.Column("reason", sa.Unicode(length=500), nullable=False),
        sa.PrimaryKeyConstraint("erp", "fingerprint", name=op.f("pk_cause_queue")),
    )
    op.create_index("ix_cause_queue_moved_at", "cause_queue", ["moved_at"])
    op.create_table(
        "coding",
        sa.Column("posting_id", sa.Unicode(length=32), nullable=False),
        sa.Column("facts", sa.UnicodeText(), nullable=False),
        sa.Column("notes", sa.UnicodeText(), nullable=False),
        sa.Column("document_digest", sa.Unicode(length=64), nullable=False),
        sa.Column("booked_at", UtcDateTime(), nullable=True),
        sa.Column("origin", sa.Unicode(length=20), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.posting_id"], name=op.f("fk_coding_posting_id")
        ),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_coding")),
    )
    op.create_index("ix_coding_booked_at", "coding", ["booked_at"])
    op.create_index("ix_coding_withdrawn_at", "coding", ["withdrawn_at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_coding_withdrawn_at", "coding")
    op.drop_index("ix_coding_booked_at", "coding")
    op.drop_table("coding")
    op.drop_index("ix_cause_queue_moved_at", "cause_queue")
    op.drop_table("cause_queue")
    op.drop_table("account_determination")
