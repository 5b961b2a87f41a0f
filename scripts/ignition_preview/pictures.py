"""Pictures of pages, taken in Chromium."""

from __future__ import annotations

import base64
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, ViewportSize, sync_playwright

from ignition_preview.pages import CAPTION_HEIGHT_PX, SIZES

CHROMIUM = Path(os.environ.get("COUNTERSIGN_CHROMIUM", "/usr/bin/chromium"))
PALETTE_SCRIPT = (Path(__file__).resolve().parent / "palette.js").read_text("utf-8")
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
BITS_PER_PIXEL = 8
PALETTE_COLOR = 3
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
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def launch(playwright: Playwright) -> Browser:
    """Start a Chromium without a window; the caller closes it."""
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)


def window(size: str) -> ViewportSize:
    """Return the browser window for a size: the screen and the caption below it."""
    width, height = SIZES[size]
    return {"width": width, "height": height + CAPTION_HEIGHT_PX}


def show(page: Page, html: str, size: str) -> None:
    """Show a document at a size."""
    page.set_viewport_size(window(size))
    page.set_content(html)


def take(page: Page) -> bytes:
    """Return a picture of what is shown: a PNG of 256 colours, a third as large as Chromium's."""
    picture = base64.b64encode(page.screenshot(animations="disabled")).decode()
    reduced = page.evaluate(PALETTE_SCRIPT, picture)
    width, height = reduced["width"], reduced["height"]
    pixels = base64.b64decode(reduced["pixels"])
    lines = b"".join(b"\0" + pixels[at : at + width] for at in range(0, len(pixels), width))
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", width, height, BITS_PER_PIXEL, PALETTE_COLOR, 0, 0, 0),
        b"PLTE": bytes(reduced["palette"]),
        b"IDAT": zlib.compress(lines, level=9),
        b"IEND": b"",
    }
    return PNG_SIGNATURE + b"".join(_part(kind, content) for kind, content in parts.items())


def _part(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
