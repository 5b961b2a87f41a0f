"""The interface's documentation: the OpenAPI file and a page that shows it, no network needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Response, jsonify, render_template

CONTRACTS = Path(__file__).parent.parent / "contracts" / "openapi.yaml"

blueprint = Blueprint("documentation", __name__, template_folder="templates")


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Return the OpenAPI description."""
    return jsonify(_description())


@blueprint.get("/docs")
def page() -> str:
    """Show the routes, their bodies and answers."""
    return render_template("documentation.html", api=_description())


@cache
def _description() -> dict[str, Any]:
    description: dict[str, Any] = yaml.safe_load(CONTRACTS.read_text(encoding="utf-8"))
    return description
