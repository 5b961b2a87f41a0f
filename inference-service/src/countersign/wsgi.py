"""The service as gunicorn runs it: the HTTP interface with the console on top."""

from __future__ import annotations

import logging

from flask import Flask

from countersign import console
from countersign.settings import Settings
from countersign.web.app import create_app


def app() -> Flask:
    """Make the application from the environment's settings."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    application = create_app(Settings.from_environment())
    console.register(application)
    return application
