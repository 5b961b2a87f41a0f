"""Keep what the model was asked about events that people see, and what they turned out to be."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "feature_row",
        sa.Column("event_id", sa.Unicode(length=32), nullable=False),
        sa.Column("use_case", sa.Unicode(length=40), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("rows", sa.UnicodeText(), nullable=False),
        sa.Column("subjects", sa.UnicodeText(), nullable=False),
        sa.Column("labels", sa.UnicodeText(), nullable=True),
        sa.Column("origin", sa.Unicode(length=20), nullable=True),
        sa.Column("labelled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_feature_row")),
    )
    op.create_index(
        "ix_feature_row_use_case_labelled_at", "feature_row", ["use_case", "labelled_at"]
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_feature_row_use_case_labelled_at", "feature_row")
    op.drop_table("feature_row")
