"""Keep what a language model wrote."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "narrative",
        sa.Column("narrative_id", sa.Unicode(length=64), nullable=False),
        sa.Column("kind", sa.Unicode(length=20), nullable=False),
        sa.Column("locale", sa.Unicode(length=5), nullable=False),
        sa.Column("prompt", sa.Unicode(length=40), nullable=False),
        sa.Column("prompt_version", sa.Unicode(length=20), nullable=False),
        sa.Column("model", sa.Unicode(length=120), nullable=False),
        sa.Column("text", sa.UnicodeText(), nullable=False),
        sa.Column("refused_for", sa.Unicode(length=300), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Unicode(length=24), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("narrative_id", name=op.f("pk_narrative")),
    )
    op.create_index("ix_narrative_asked_at", "narrative", ["asked_at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_narrative_asked_at", "narrative")
    op.drop_table("narrative")
