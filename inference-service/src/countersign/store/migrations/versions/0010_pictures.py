"""Keep what an encoder saw in the picture of an event beside the other features."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("feature_row") as table:
        table.add_column(sa.Column("picture_encoder", sa.Unicode(length=80), nullable=True))
        table.add_column(sa.Column("picture_values", sa.UnicodeText(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("feature_row") as table:
        table.drop_column("picture_values")
        table.drop_column("picture_encoder")
