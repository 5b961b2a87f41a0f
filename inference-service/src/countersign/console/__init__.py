"""The console: pages for planners, controllers and the ERP team.

The layer above :mod:`countersign.web`: ``wsgi`` makes the HTTP application and registers the
console on it.
"""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the console's pages to the application."""
