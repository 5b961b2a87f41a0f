"""Pictures of pages, taken in Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from ignition_preview.pages import CAPTION_HEIGHT_PX, SIZES

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
    "--font-render-hinting=none",
    "--disable-lcd-text",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def window(size: str) -> ViewportSize:
    """Return the browser window for a size: the screen and the caption below it."""
    width, height = SIZES[size]
    return {"width": width, "height": height + CAPTION_HEIGHT_PX}


def show(page: Page, html: str, size: str) -> None:
    """Show a document at a size."""
    page.set_viewport_size(window(size))
    page.set_content(html)


def take(page: Page) -> bytes:
    """Return a picture (PNG) of what is shown."""
    return page.screenshot(animations="disabled")
