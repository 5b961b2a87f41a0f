"""Pictures are small, and look like the page."""

from __future__ import annotations

import base64

from e2e.ignition_preview.conftest import PAGES, REPOSITORY
from ignition_preview.pages import CAPTION_HEIGHT_PX, Album
from ignition_preview.pictures import show, take
from playwright.sync_api import Page as Screen

PIXEL = """async ([png, x, y]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return [image.width, image.height, ...context.getImageData(x, y, 1, 1).data];
}"""


def test_documentation_has_a_picture_of_every_page_and_no_other() -> None:
    pages = Album.read(PAGES).pages
    wanted = {f"{page.name}-{size}.png" for page in pages for size in page.sizes}
    assert {file.name for file in (REPOSITORY / "docs/images/ignition").iterdir()} == wanted


def test_flat_colours_stay_and_gradients_come_near(screen: Screen) -> None:
    gradient = "linear-gradient(90deg, red, lime, blue)"
    html = (
        '<body style="margin: 0"><div style="background: #123c5a; height: 400px"></div>'
        f'<div style="background: {gradient}; height: 400px"></div>'
    )
    show(screen, html, "panel")
    picture = take(screen)
    assert len(picture) < len(screen.screenshot())
    shown = base64.b64encode(picture).decode()
    width, height, *flat = screen.evaluate(PIXEL, [shown, 640, 200])
    assert (width, height) == (1280, 800 + CAPTION_HEIGHT_PX)
    assert flat == [0x12, 0x3C, 0x5A, 255]
    _, _, *middle = screen.evaluate(PIXEL, [shown, 640, 600])
    assert all(abs(a - b) <= 32 for a, b in zip(middle, (0, 255, 0, 255), strict=True))
