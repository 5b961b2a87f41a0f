"""Keep orders as they were at their release, and the stock of components hour by hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "order_release",
        sa.Column("order_id", sa.Unicode(length=40), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=False),
        sa.Column("is_backlog", sa.Boolean(), nullable=False),
        sa.Column("body", sa.UnicodeText(), nullable=False),
        sa.Column("open_orders", sa.Integer(), nullable=False),
        sa.Column("queued_hours", sa.Float(), nullable=False),
        sa.Column("busiest_hours", sa.Float(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("end_state", sa.Unicode(length=20), nullable=True),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_release")),
    )
    op.create_index("ix_order_release_released_at", "order_release", ["released_at"])
    op.create_table(
        "stock_hour",
        sa.Column("hour_start", UtcDateTime(), nullable=False),
        sa.Column("material_id", sa.Unicode(length=40), nullable=False),
        sa.Column("storage_location", sa.Unicode(length=20), nullable=False),
        sa.Column("unit", sa.Unicode(length=20), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opening_quantity", sa.Unicode(length=24), nullable=False),
        sa.Column("planned_use", sa.Unicode(length=24), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closing_quantity", sa.Unicode(length=24), nullable=True),
        sa.Column("used_quantity", sa.Unicode(length=24), nullable=True),
        sa.Column("delivered_quantity", sa.Unicode(length=24), nullable=True),
        sa.PrimaryKeyConstraint("hour_start", "material_id", name=op.f("pk_stock_hour")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("stock_hour")
    op.drop_index("ix_order_release_released_at", "order_release")
    op.drop_table("order_release")
