"""Keep what the watch over events measured last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "drift_measure",
        sa.Column("use_case", sa.Unicode(length=40), nullable=False),
        sa.Column("segment", sa.Unicode(length=60), nullable=False),
        sa.Column("measure", sa.Unicode(length=80), nullable=False),
        sa.Column("kind", sa.Unicode(length=20), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("alarm_from", sa.Float(), nullable=False),
        sa.Column("text", sa.Unicode(length=500), nullable=False),
        sa.Column("measured_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("use_case", "segment", "measure", name=op.f("pk_drift_measure")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("drift_measure")
