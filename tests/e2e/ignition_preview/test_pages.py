"""Every page at every size, judged as a critical HMI engineer would."""

from __future__ import annotations

from dataclasses import replace

import pytest
from e2e.ignition_preview.conftest import PAGES
from ignition_preview.judging import judge
from ignition_preview.pages import Album, Page, Preview
from ignition_preview.pictures import show
from playwright.sync_api import Page as Screen

PAGES_SHOWN = Album.read(PAGES).pages
SHOWN = [(page, size) for page in PAGES_SHOWN for size in page.sizes]


@pytest.mark.parametrize(("page", "size"), SHOWN, ids=[f"{p.name}-{s}" for p, s in SHOWN])
def test_page_has_no_fault(page: Page, size: str, preview: Preview, screen: Screen) -> None:
    html = preview.html(page, size)
    assert preview.problems.lines == []
    show(screen, html, size)
    assert judge(screen, size) == []


@pytest.mark.parametrize("theme", ["dark", "contrast"])
@pytest.mark.parametrize("page", PAGES_SHOWN, ids=[page.name for page in PAGES_SHOWN])
def test_page_can_be_read_in_every_theme(
    page: Page, theme: str, preview: Preview, screen: Screen
) -> None:
    html = preview.html(replace(page, session_custom={"theme": theme}), page.sizes[0])
    show(screen, html, page.sizes[0])
    assert judge(screen, page.sizes[0]) == []


def test_every_page_of_the_project_has_a_preview(preview: Preview) -> None:
    pages = preview.project.page_config["pages"]
    shown = {pages[page.url]["viewPath"] for page, _ in SHOWN if page.url}
    assert shown == {entry["viewPath"] for entry in pages.values()}


def test_every_theme_and_language_is_seen() -> None:
    themes = {page.session_custom.get("theme", "panel") for page, _ in SHOWN}
    assert themes == {"panel", "dark", "contrast"}
    assert {page.locale.partition("-")[0] for page, _ in SHOWN} == {"en", "de", "nl"}
