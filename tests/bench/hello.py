"""The bare Flask route that ingest is measured against."""

from __future__ import annotations

from flask import Flask


def app() -> Flask:
    """Make an application that does nothing but answer."""
    application = Flask("hello")

    @application.get("/hello")
    def hello() -> str:
        return "hello"

    return application
