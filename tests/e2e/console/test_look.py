"""How it looks and feels: contrast, sizes, distances, small screens, stillness, own parts only."""

from __future__ import annotations

import forecast_examples
import pytest
from console_plant import ConsolePlant, quantity
from playwright.sync_api import Page, expect

from .conftest import Room

LEAST_CONTRAST = 7.0
LEAST_TOUCH_PX = 44
LEAST_BIG_PX = 76
LEAST_APART_PX = 50
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

CONTRASTS = """(least) => {
  const channels = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  let measured = 0;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim();
    const element = texts.currentNode.parentElement;
    if (!text || !element.checkVisibility() || element.closest(".unseen, option")) continue;
    const front = luminance(channels(getComputedStyle(element).color));
    const back = luminance(ground(element));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    measured += 1;
    if (ratio < least) poor.push(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
  }
  return { measured, poor };
}"""
TARGETS = "button, select, summary, input:not([type=hidden]), a.button, a.big, a.task, nav a"
SMALL_TARGETS = """([targets, least]) => Array.from(document.querySelectorAll(targets))
  .filter((element) => element.checkVisibility())
  .map((element) => [element.getBoundingClientRect().height, element.textContent.trim()])
  .filter(([height]) => height < least - 0.5)"""
OPEN_EVERYTHING = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""


def eventful(plant: ConsolePlant) -> dict[str, str]:
    """Have everything happen that a page can show; return the pages by name."""
    blocked = plant.consume("30", order_id="999999")
    slip = plant.consume("5000", produced_quantity=quantity("250"), person_id="ben")
    plant.send(material_id="VALVE-55", quantity=quantity("7"), scrap_reason_code="SURFACE")
    refused = plant.consume("48", order_id="100235")
    with plant.sign_in("anna") as session:
        address = f"{plant.url}/console/approvals/{refused}"
        page = session.get(address, timeout=10).text
        form = {
            "form_token": plant.form_token(session, address),
            "context_hash": page.split('name="context_hash" value="')[1].split('"')[0],
        }
        session.post(f"{address}/decide/approve", data=form, timeout=10)
    plant.erp.faults.append("rejected")
    plant.deliver()
    posting_id = plant.posting_of(refused).posting_id
    forecast_examples.everything(plant.database)
    return {
        "inbox": "/console/",
        "card": f"/console/approvals/{slip}",
        "correct": f"/console/approvals/{slip}?do=correct&use=proposal",
        "hold": f"/console/approvals/{blocked}?do=hold",
        "decided": f"/console/approvals/{refused}",
        "events": "/console/events",
        "trace": f"/console/events/{refused}",
        "postings": "/console/postings",
        "posting": f"/console/postings/{posting_id}",
        "ahead": "/console/ahead",
        "audit": "/console/audit",
        "autonomy": "/console/autonomy",
        "policy": "/console/policy",
        "nothing": "/console/nothing",
    }


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_touched_and_fits(
    room: Room, size: dict[str, int], scheme: str
) -> None:
    pages = eventful(room.plant)
    page = room.desk("erik", viewport=size, color_scheme=scheme)
    approver = room.desk("anna", viewport=size, color_scheme=scheme)
    for name, path in pages.items():
        for desk in (page, approver) if name in ("card", "correct", "hold") else (page,):
            desk.goto(room.plant.url + path)
            desk.evaluate(OPEN_EVERYTHING)
            measured = desk.evaluate(CONTRASTS, LEAST_CONTRAST)
            assert measured["measured"] > 10, name
            assert measured["poor"] == [], name
            assert desk.evaluate(SMALL_TARGETS, [TARGETS, LEAST_TOUCH_PX]) == [], name
            beyond = desk.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert beyond <= 0, f"{name} is {beyond} px too wide"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_ways_to_decide_are_big_and_far_apart(room: Room, size: dict[str, int]) -> None:
    approval_id = room.plant.consume("960")
    page = room.desk("anna", viewport=size)
    page.goto(f"{room.plant.url}/console/approvals/{approval_id}")
    boxes = [way.bounding_box() for way in page.locator(".ways .big").all()]
    assert len(boxes) == 4
    for at, one in enumerate(boxes):
        assert one is not None
        assert one["height"] >= LEAST_BIG_PX
        for other in boxes[at + 1 :]:
            assert other is not None
            across = max(
                other["x"] - one["x"] - one["width"], one["x"] - other["x"] - other["width"]
            )
            down = max(
                other["y"] - one["y"] - one["height"], one["y"] - other["y"] - other["height"]
            )
            assert max(across, down) >= LEAST_APART_PX


def test_colour_is_never_alone(room: Room) -> None:
    pages = eventful(room.plant)
    page = room.desk("erik")
    for name, path in pages.items():
        page.goto(room.plant.url + path)
        for mark in page.locator(".doubt:visible, .trouble:visible, .blocked:visible").all():
            assert mark.locator("svg").count() >= 1, f"{name}: {mark.inner_text()}"
            assert mark.inner_text().strip(), name


def test_the_focus_is_always_seen(room: Room) -> None:
    room.plant.consume("960")
    page = room.desk("anna")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return [s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        assert style[0] == "solid"
        assert style[1] >= 3


def test_nothing_moves_when_the_page_refreshes_itself(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    page = room.desk("anna")
    page.goto(f"{plant.url}/console/approvals/{approval_id}")
    expect(page.locator("#standing")).to_contain_text("You are handling this")
    assert page.evaluate(SHIFTS) < 0.01
    page.get_by_role("button", name="Post as counted").click()
    step = page.locator("#progress [aria-current=step]")
    expect(step).to_have_text("Queued")
    plant.deliver()
    expect(step).to_have_text("Posted D1")
    assert page.evaluate(SHIFTS) < 0.01


def test_people_who_want_no_motion_get_none(room: Room) -> None:
    page = room.desk("anna", reduced_motion="reduce")
    moving = page.evaluate(
        "Array.from(document.querySelectorAll('*')).filter((element) => {"
        " const s = getComputedStyle(element);"
        " return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0; }).length"
    )
    assert moving == 0


def test_the_policy_against_foreign_content_is_strict_and_kept(room: Room) -> None:
    pages = eventful(room.plant)
    page = room.desk("anna")
    for name, path in pages.items():
        answer = page.goto(room.plant.url + path)
        assert answer is not None
        assert "default-src 'self'" in answer.headers["content-security-policy"], name
        text = answer.text()
        assert "<style" not in text, name
        assert " style=" not in text, name
        assert "<script>" not in text, name
        assert " onclick=" not in text, name


def test_it_works_without_any_script(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("5000", produced_quantity=quantity("250"))
    page: Page = room.desk("anna", java_script_enabled=False)
    page.locator(".task").click()
    page.get_by_role("link", name="Use the proposal").click()
    page.get_by_role("radio", name="Miscounted").check()
    page.get_by_role("button", name="Correct and post").click()
    expect(page.locator("#standing")).to_contain_text("Corrected by anna: Miscounted")
    plant.deliver()
    page.reload()
    expect(page.locator("#progress")).to_contain_text("Booked in demo as D1")
    assert plant.posting_of(approval_id).document_id == "D1"
