"""The site: the console put into the application, with its sessions."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, redirect, url_for
from werkzeug.wrappers import Response

from countersign.console.approval import approval
from countersign.console.audit import audit
from countersign.console.autonomy import autonomy
from countersign.console.forecasts import ahead
from countersign.console.inbox import inbox
from countersign.console.monitoring import monitoring
from countersign.console.pages import blueprint
from countersign.console.parallel_run import parallel_run
from countersign.console.posting import posting
from countersign.console.postings import postings
from countersign.console.sessions import SESSION_HOURS, ConsoleSessions
from countersign.console.sign_in import sign_in
from countersign.console.staged_rows import staged_rows
from countersign.console.trace import trace

PAGES = (
    sign_in,
    inbox,
    approval,
    trace,
    postings,
    posting,
    staged_rows,
    audit,
    ahead,
    autonomy,
    parallel_run,
    monitoring,
)
"""The main page of every module; by being imported the modules have added theirs."""


def register(app: Flask) -> None:
    """Add the console to the application; ``/`` leads to the inbox."""
    app.session_interface = ConsoleSessions()
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(hours=SESSION_HOURS)
    app.config["SESSION_COOKIE_NAME"] = "countersign"
    app.config["SESSION_COOKIE_SAMESITE"] = "Strict"
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    app.register_blueprint(blueprint)

    @app.get("/")
    def start() -> Response:
        return redirect(url_for("console.inbox"), 303)
