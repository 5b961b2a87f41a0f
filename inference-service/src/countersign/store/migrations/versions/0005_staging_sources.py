"""Staging sources: who reads a table of transaction groups, and how it stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "staging_source",
        sa.Column("name", sa.Unicode(length=120), nullable=False),
        sa.Column("lease_owner", sa.Unicode(length=80), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Unicode(length=500), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_staging_source")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("staging_source")
