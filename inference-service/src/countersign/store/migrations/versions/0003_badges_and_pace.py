"""Keep whose badge is whose, how long people look before they decide, which way events deviate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("approval", sa.Column("deviation", sa.Unicode(length=10)))
    op.add_column("approval", sa.Column("claimed_at", UtcDateTime()))
    op.add_column("approval", sa.Column("considered_ms", sa.BigInteger()))
    op.create_index("ix_approval_decided_at", "approval", ["decided_at"])
    op.add_column("person", sa.Column("badge_hash", sa.Unicode(length=64)))
    op.create_index("ix_person_badge_hash", "person", ["badge_hash"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_person_badge_hash", "person")
    op.drop_column("person", "badge_hash")
    op.drop_index("ix_approval_decided_at", "approval")
    op.drop_column("approval", "considered_ms")
    op.drop_column("approval", "claimed_at")
    op.drop_column("approval", "deviation")
