"""The judge finds each fault that is planted, and nothing on a page without one."""

from __future__ import annotations

import pytest
from ignition_preview.judging import judge
from ignition_preview.pages import SIZES
from ignition_preview.pictures import show
from playwright.sync_api import Page as Screen

PAGE = """<!DOCTYPE html><style>
  * { box-sizing: border-box } body { margin: 0; font: 18px/1.3 "DejaVu Sans", sans-serif }
  #app-container { background: #fff; color: #111; overflow: hidden }
  button { background: #123c5a; border: 0; color: #fff; height: 80px; width: 200px }
  button, input { font: inherit }
  svg { fill: #333; height: 24px; width: 24px }
</style>"""
GOOD = """
  <div style="display: flex; gap: 60px">
    <button class="psc-Countersign/Action/Primary">Post</button>
    <button class="psc-Countersign/Action/Secondary">Hold</button>
  </div>
  <div data-scrolls="y" style="height: 100px; overflow-y: auto">
    <div style="height: 300px"></div>
  </div>
  <input value="485" style="height: 48px; width: 200px">
  <svg viewBox="0 0 24 24"><path d="M2 2h20v20z"></path></svg>
"""
LONG = "A text that is longer than its box"


def faults_of(screen: Screen, content: str, size: str = "panel") -> list[str]:
    width, height = SIZES[size]
    style = f"width: {width}px; height: {height}px"
    body = f'<div id="app-container" style="{style}" data-view="View" data-component="root">'
    show(screen, f"{PAGE}<body>{body}{content}</div></body>", size)
    return judge(screen, size)


@pytest.mark.parametrize("size", SIZES)
def test_good_page_has_no_fault(screen: Screen, size: str) -> None:
    content = GOOD.replace("200px", "150px") if size == "phone" else GOOD
    assert faults_of(screen, content, size) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (
            f'<div style="overflow: hidden; width: 90px; white-space: nowrap">{LONG}</div>',
            "clipped",
        ),
        (f'<div style="height: 30px; width: 90px">{LONG}</div>', "clipped"),
        (
            '<div style="height: 50px; overflow: auto"><div style="height: 80px"></div></div>',
            "clipped",
        ),
        (
            '<div data-scrolls="y" style="width: 90px; overflow: auto"><div style="width: 99px">'
            "wide</div></div>",
            "clipped",
        ),
        ('<div style="height: 900px"></div>', "clipped"),
        ('<input value="a value that is cut" style="height: 48px; width: 90px">', "clipped"),
        (
            '<div>first</div><div style="margin-top: -10px">second</div>',
            "overlapping",
        ),
        ('<button style="height: 40px">Small</button>', "touch target"),
        ('<button style="width: 40px">S</button>', "touch target"),
        ('<div data-touch="true" style="height: 40px">Row</div>', "touch target"),
        (
            '<button class="psc-A/Action/Post" style="height: 60px">Post</button>',
            "main action too low",
        ),
        (
            '<div style="display: flex; gap: 20px"><button class="psc-A/Action/B">Post</button>'
            '<button class="psc-A/Action/C">Hold</button></div>',
            "main actions too close",
        ),
        (
            '<div data-scrolls="y" style="height: 200px; overflow: auto; margin-top: 600px">'
            '<div style="height: 300px"></div><button class="psc-A/Action/B">Post</button></div>',
            "main action out of sight",
        ),
        ('<div style="color: #666">grey on white</div>', "contrast"),
        ('<div style="opacity: 0.6">pale</div>', "contrast"),
        ('<div style="background: rgb(0 0 0 / 70%)">dark on dark</div>', "contrast"),
        ('<div style="background: linear-gradient(#fff, #000)">gradient</div>', "contrast"),
        ('<input placeholder="pale" style="height: 48px; width: 200px">', "contrast"),
        (
            '<svg style="fill: #ccc" viewBox="0 0 24 24"><path d="M2 2h20v20z"></path></svg>',
            "icon contrast",
        ),
        ('<div style="font-size: 15px">small</div>', "text too small"),
    ],
)
def test_planted_fault_is_found(screen: Screen, content: str, fault: str) -> None:
    found = faults_of(screen, content)
    assert [line.partition(":")[0] for line in found] == [fault], found
    assert "View root" in found[0]


def test_sideways_scrolling_is_found(screen: Screen) -> None:
    found = faults_of(screen, '<div style="position: absolute; left: 0; width: 1400px">wide</div>')
    assert any(line.startswith("page scrolls sideways") for line in found)


def test_what_cannot_be_seen_is_not_judged(screen: Screen) -> None:
    hidden = '<button style="visibility: hidden; height: 10px; color: #123c5a">x</button>'
    assert faults_of(screen, hidden) == []
