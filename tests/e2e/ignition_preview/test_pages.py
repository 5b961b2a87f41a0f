"""Every page at every size, judged as a critical HMI engineer would."""

from __future__ import annotations

import pytest
from e2e.ignition_preview.conftest import PAGES
from ignition_preview.judging import judge
from ignition_preview.pages import Album, Page, Preview
from ignition_preview.pictures import show
from playwright.sync_api import Page as Screen

SHOWN = [(page, size) for page in Album.read(PAGES).pages for size in page.sizes]


@pytest.mark.parametrize(("page", "size"), SHOWN, ids=[f"{p.name}-{s}" for p, s in SHOWN])
def test_page_has_no_fault(page: Page, size: str, preview: Preview, screen: Screen) -> None:
    html = preview.html(page, size)
    assert preview.problems.lines == []
    show(screen, html, size)
    assert judge(screen, size) == []
