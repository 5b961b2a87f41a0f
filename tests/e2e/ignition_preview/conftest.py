"""One Jython and one Chromium for all; without them tests are skipped, in CI they fail."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ignition_preview.pages import Album, Preview
from ignition_preview.pictures import CHROMIUM, launch
from ignition_preview.project import Project
from ignition_preview.scripts import Scripts
from playwright.sync_api import Page, Playwright

from environment import jython

REPOSITORY = Path(__file__).resolve().parents[3]
PROJECT = REPOSITORY / "ignition-project"
PAGES = REPOSITORY / "scripts/ignition_preview/pages.json"
SAMPLE = Path(__file__).resolve().parent / "sample"


def missing(problem: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(problem)
    pytest.skip(problem)


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scripts]:
    """The scripts of the project and, beside them, those of the sample."""
    command: list[str] = []
    try:
        command = jython.command()
    except jython.RuntimeMissing as problem:
        missing(str(problem))
    folder = tmp_path_factory.mktemp("scripts")
    for project in (PROJECT, SAMPLE / "project"):
        library = project / "ignition/script-python"
        shutil.copytree(library, folder / "ignition/script-python", dirs_exist_ok=True)
    with Scripts(command, folder, Album.read(PAGES).time_zone) as scripts:
        yield scripts


@pytest.fixture(scope="session")
def screen(playwright: Playwright) -> Iterator[Page]:
    """A browser page without a network."""
    if not CHROMIUM.exists():
        missing(f"{CHROMIUM} is missing")
    browser = launch(playwright)
    yield browser.new_context(offline=True).new_page()
    browser.close()


@pytest.fixture(scope="session")
def album() -> Album:
    return Album.read(PAGES)


@pytest.fixture(scope="session")
def project() -> Project:
    return Project(PROJECT)


@pytest.fixture
def preview(project: Project, album: Album, scripts: Scripts) -> Preview:
    return Preview(project, album, scripts)
