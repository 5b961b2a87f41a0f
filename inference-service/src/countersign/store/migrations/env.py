"""Run migrations on the connection that :func:`countersign.store.schema.upgrade` opened."""

from __future__ import annotations

from alembic import context

from countersign.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    user_module_prefix="",
)
context.run_migrations()
