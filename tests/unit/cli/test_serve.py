"""``countersign serve`` listens where option or setting says; the option wins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner

from countersign.cli.processes import serve


class Started(Exception):
    """gunicorn would run now."""


@pytest.mark.parametrize(
    ("settings", "options", "bind", "workers"),
    [
        ({}, [], "127.0.0.1:8080", "2"),
        ({"COUNTERSIGN_BIND": "127.0.0.1:9000"}, [], "127.0.0.1:9000", "2"),
        ({"COUNTERSIGN_HTTP_WORKERS": "5"}, [], "127.0.0.1:8080", "5"),
        ({"COUNTERSIGN_BIND": "127.0.0.1:9000"}, ["--bind", "[::1]:1"], "[::1]:1", "2"),
    ],
)
def test_serve_listens_where_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    settings: dict[str, str],
    options: list[str],
    bind: str,
    workers: str,
) -> None:
    def execv(*_: object) -> NoReturn:
        raise Started

    for name in ("COUNTERSIGN_BIND", "COUNTERSIGN_HTTP_WORKERS"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", f"sqlite:///{tmp_path}/service.sqlite")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(os, "execv", execv)
    told = CliRunner().invoke(serve, options)
    assert isinstance(told.exception, Started), told.output
    assert os.environ["COUNTERSIGN_BIND"] == bind
    assert os.environ["COUNTERSIGN_HTTP_WORKERS"] == workers
