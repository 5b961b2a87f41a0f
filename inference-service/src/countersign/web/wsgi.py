"""The entry for gunicorn: ``gunicorn -c python:countersign.web.gunicorn_settings …wsgi:app()``."""

from __future__ import annotations

import logging

from flask import Flask

from countersign.settings import Settings
from countersign.web.app import create_app


def app() -> Flask:
    """Make the application from the environment's settings."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    return create_app(Settings.from_environment())
