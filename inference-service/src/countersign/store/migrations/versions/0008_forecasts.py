"""Keep forecasts and how their questions stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from countersign.store.tables import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "forecast",
        sa.Column("forecast_id", sa.Unicode(length=32), nullable=False),
        sa.Column("task", sa.Unicode(length=64), nullable=False),
        sa.Column("kind", sa.Unicode(length=20), nullable=False),
        sa.Column("about", sa.Unicode(length=60), nullable=False),
        sa.Column("subject", sa.Unicode(length=200), nullable=False),
        sa.Column("asked_for", sa.Unicode(length=40), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("bucket_at", UtcDateTime(), nullable=False),
        sa.Column("asks_until", UtcDateTime(), nullable=True),
        sa.Column("model_version", sa.Unicode(length=64), nullable=False),
        sa.Column("answer", sa.UnicodeText(), nullable=False),
        sa.Column("baseline", sa.UnicodeText(), nullable=True),
        sa.Column("reasons", sa.UnicodeText(), nullable=False),
        sa.Column("unit", sa.Unicode(length=20), nullable=True),
        sa.Column("site_id", sa.Unicode(length=20), nullable=True),
        sa.Column("order_id", sa.Unicode(length=40), nullable=True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("actual_label", sa.Unicode(length=60), nullable=True),
        sa.Column("actual_value", sa.Unicode(length=40), nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=True),
        sa.Column("error", sa.Float(), nullable=True),
        sa.Column("baseline_error", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("forecast_id", name=op.f("pk_forecast")),
        sa.UniqueConstraint(
            "task",
            "subject",
            "asked_for",
            "bucket_at",
            "model_version",
            name=op.f("uq_forecast_task_subject_asked_for_bucket_at_model_version"),
        ),
    )
    op.create_index("ix_forecast_asked_at", "forecast", ["asked_at"])
    op.create_index(
        "ix_forecast_settled_at_superseded_at_left_at",
        "forecast",
        ["settled_at", "superseded_at", "left_at"],
    )
    op.create_index("ix_forecast_task_settled_at", "forecast", ["task", "settled_at"])
    op.create_table(
        "forecast_question",
        sa.Column("task", sa.Unicode(length=64), nullable=False),
        sa.Column("about", sa.Unicode(length=60), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.Column("model_version", sa.Unicode(length=64), nullable=True),
        sa.Column("history_rows", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Unicode(length=500), nullable=True),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_forecast_question")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("forecast_question")
    op.drop_index("ix_forecast_settled_at_superseded_at_left_at", "forecast")
    op.drop_index("ix_forecast_task_settled_at", "forecast")
    op.drop_index("ix_forecast_asked_at", "forecast")
    op.drop_table("forecast")
