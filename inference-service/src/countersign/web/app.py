"""The application: blueprints, limits and headers put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request

from countersign.settings import Settings
from countersign.web import (
    approvals,
    audit,
    autonomy,
    code_suggestions,
    documentation,
    events,
    forecasts,
    health,
    narratives,
    orders,
    parallel_run,
    people,
    policy,
    postings,
    problems,
    status,
    suggestions,
)
from countersign.web.counters import REQUESTS
from countersign.web.services import Services, open_services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
}
API_BLUEPRINTS = (
    events,
    suggestions,
    code_suggestions,
    approvals,
    people,
    orders,
    postings,
    audit,
    policy,
    narratives,
    autonomy,
    parallel_run,
    forecasts,
    health,
    status,
    documentation,
)


def create_app(settings: Settings, services: Services | None = None) -> Flask:
    """Make the application; the services are opened from the settings unless they are given."""
    app = Flask("countersign", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["SECRET_KEY"] = settings.session_secret or None
    app.url_map.strict_slashes = False
    open_ones = services or open_services(settings)
    app.extensions["countersign"] = open_ones

    @app.before_request
    def provide_services() -> None:
        g.services = open_ones

    @app.after_request
    def finish(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unknown"
        REQUESTS.labels(route, str(response.status_code)).inc()
        return response

    app.wsgi_app = _with_security_headers(app.wsgi_app)  # type: ignore[method-assign, assignment]
    problems.register(app)
    for module in API_BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    return app


def _with_security_headers(application: WSGIApplication) -> WSGIApplication:
    """Add the headers that a response lacks where it leaves: there they are a plain list."""

    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            given = {name for name, _ in headers}
            lacking = [item for item in SECURITY_HEADERS.items() if item[0] not in given]
            return start_response(status, headers + lacking, *error)

        return application(environ, start)

    return respond
