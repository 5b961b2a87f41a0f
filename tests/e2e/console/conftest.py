"""A browser and a plant for the tests of the console.

Without Chromium the tests are skipped; with ``CI=true`` they fail.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from console_plant import PASSWORD, ConsolePlant, empty_database
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request

from countersign.store import approvals

CHROMIUM = Path(os.environ.get("COUNTERSIGN_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXPECTED_IN_CONSOLE = "Failed to load resource: the server responded with a status of 4"
"""What Chromium itself writes when a form is answered with a refusal."""


SLIP = "9650"
"""Ten times what 480 valves need: the rules see a digit too many and propose 965."""


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing")
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return empty_database(tmp_path_factory.mktemp("tables"))


@pytest.fixture
def plant(tmp_path: Path, tables: Path) -> Iterator[ConsolePlant]:
    plant = ConsolePlant(tmp_path, empty_database=tables)
    yield plant
    plant.close()


@dataclass
class Room:
    """People at their desks, each with a browser of their own."""

    browser: Browser
    plant: ConsolePlant
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def visitor(self, **options: Any) -> Page:
        """Open a browser in which nobody is signed in."""
        settings = {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}
        context = self.browser.new_context(**(settings | options))
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._check_request)
        return page

    def desk(self, person_id: str, **options: Any) -> Page:
        """Sign a person in; the inbox is open then."""
        page = self.visitor(**options)
        with self.plant.sign_in(person_id) as session:
            cookies = [
                {"name": cookie.name, "value": cookie.value or "", "url": self.plant.url}
                for cookie in session.cookies
            ]
        page.context.add_cookies(cookies)
        page.goto(f"{self.plant.url}/console/")
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(EXPECTED_IN_CONSOLE):
            self.complaints.append(f"{kind}: {text}")

    def _check_request(self, request: Request) -> None:
        if not request.url.startswith(self.plant.url + "/"):
            self.complaints.append(f"left the origin: {request.url}")


def sign_in(page: Page, url: str, person_id: str, password: str = PASSWORD) -> None:
    page.goto(f"{url}/console/sign-in")
    page.get_by_label("Person").fill(person_id)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def open_card(page: Page, plant: ConsolePlant, approval_id: str, query: str = "") -> None:
    page.goto(f"{plant.url}/console/approvals/{approval_id}{query}")


def stored(plant: ConsolePlant, approval_id: str) -> Any:
    with plant.database.read() as connection:
        row = approvals.read(connection, approval_id)
    assert row is not None
    return row


@pytest.fixture
def room(browser: Browser, plant: ConsolePlant) -> Iterator[Room]:
    """Whatever happens, no page may write errors or ask anybody else than the service."""
    room = Room(browser, plant)
    yield room
    room.close()
    assert room.complaints == []


Desk = Callable[..., Page]


@pytest.fixture
def desk(room: Room) -> Desk:
    return room.desk
