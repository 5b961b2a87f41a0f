"""Keep alarms of the watch, and when autonomy was given and taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "autonomy_change",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("use_case", sa.Unicode(length=40), nullable=False),
        sa.Column("segment", sa.Unicode(length=60), nullable=False),
        sa.Column("change", sa.Unicode(length=20), nullable=False),
        sa.Column("reason", sa.Unicode(length=500), nullable=False),
        sa.Column("why", sa.Unicode(length=300), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_autonomy_change")),
    )
    op.create_table(
        "alarm",
        sa.Column("alarm_id", sa.Unicode(length=32), nullable=False),
        sa.Column("use_case", sa.Unicode(length=40), nullable=False),
        sa.Column("segment", sa.Unicode(length=60), nullable=False),
        sa.Column("kind", sa.Unicode(length=20), nullable=False),
        sa.Column("measure", sa.Unicode(length=80), nullable=False),
        sa.Column("text", sa.Unicode(length=500), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("cleared_at", UtcDateTime(), nullable=True),
        sa.Column("cleared_by", sa.Unicode(length=80), nullable=True),
        sa.Column("clear_reason", sa.Unicode(length=500), nullable=True),
        sa.PrimaryKeyConstraint("alarm_id", name=op.f("pk_alarm")),
    )
    op.create_index("ix_alarm_cleared_at", "alarm", ["cleared_at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_alarm_cleared_at", "alarm")
    op.drop_table("alarm")
    op.drop_table("autonomy_change")
