"""People at the pages: what they press and type becomes the command that they mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from e2e.ignition_preview.commands import command_faults
from ignition_preview.pages import Preview
from ignition_preview.visit import Visit

APPROVAL_ID = "ca978112ca1bbdcafac231b39a23dc4d"
CONTEXT_HASH = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
TASK = {"approval_id": APPROVAL_ID, "context_hash": CONTEXT_HASH}
Open = Callable[..., Visit]


@pytest.fixture
def visit(preview: Preview) -> Open:
    """Open a page of pages.json, with changes; no page may show a fault on the way."""

    def open_page(name: str, **changes: Any) -> Visit:
        page = next(page for page in preview.album.pages if page.name == name)
        return Visit(preview, replace(page, commands={}, **changes))

    return open_page


def commanded(visit: Visit, *names: str) -> list[dict[str, Any]]:
    """Return the bodies of the commands, which must be these and such as the service takes."""
    assert visit.preview.problems.lines == []
    assert [command["command"] for command in visit.commands] == list(names)
    assert [fault for command in visit.commands for fault in command_faults(command)] == []
    return [
        {key: value for key, value in command["body"].items() if value not in (None, "")}
        for command in visit.commands
    ]


def test_card_is_posted_as_counted_with_what_was_seen(visit: Open) -> None:
    card = visit("card")
    card.press("Post as counted")
    assert commanded(card, "approve") == [TASK]
    assert not {"Post as counted", "Use the proposal"} & set(card.buttons())
    assert "Next task" in card.buttons()


def test_correction_needs_a_change_and_a_reason(visit: Open) -> None:
    card = visit("card")
    card.press("Correct …")
    assert "Post corrected" not in card.buttons()
    for key in "485":
        card.press(key)
    assert "Post corrected" not in card.buttons()
    card.press("Digit or decimal point")
    card.press("Post corrected")
    (body,) = commanded(card, "correct")
    (material,) = body["correction"]["material_actual"]
    assert material["quantity"] == {"quantity_string": "485", "unit_of_measure": "C62"}
    assert body["reason"] == "Digit or decimal point"


def test_proposed_correction_is_one_touch_away_from_its_reason(visit: Open) -> None:
    card = visit("card")
    card.press("Use the proposal")
    card.press("Digit or decimal point")
    card.press("Post corrected")
    (body,) = commanded(card, "correct")
    assert body["correction"]["material_actual"][0]["quantity"]["quantity_string"] == "485"


def test_typing_over_a_proposal_replaces_it(visit: Open) -> None:
    card = visit("card")
    card.press("Use the proposal")
    for key in "480":
        card.press(key)
    card.press("Digit or decimal point")
    card.press("Post corrected")
    (body,) = commanded(card, "correct")
    assert body["correction"]["material_actual"][0]["quantity"]["quantity_string"] == "480"


@pytest.mark.parametrize(
    ("opens", "does", "command"), [("Hold …", "Hold", "hold"), ("Do not book …", None, "reject")]
)
def test_hold_and_rejection_need_a_reason(
    visit: Open, opens: str, does: str | None, command: str
) -> None:
    card = visit("card")
    card.press(opens)
    before = card.buttons()
    tiles = before[before.index("Approvals") + 1 :]
    card.press(tiles[0])
    (action,) = set(card.buttons()) - set(before)
    assert does in (None, action)
    card.press(action)
    (body,) = commanded(card, command)
    assert body["reason"]


def test_who_scans_a_badge_acts(visit: Open) -> None:
    card = visit("card")
    card.press("Badge")
    card.press("Post as counted")
    assert commanded(card, "approve") == [{**TASK, "badge": "4711-ANNA"}]


def test_batch_posts_what_was_not_left_out(visit: Open) -> None:
    inbox = visit("inbox")
    inbox.press("Post 2 above expected …")
    inbox.press("Leave out")
    inbox.press("Post all 1")
    assert len(commanded(inbox, "approve")) == 1


def test_task_of_the_inbox_opens_its_card(visit: Open) -> None:
    inbox = visit("inbox")
    inbox.press("Consume 4,850 pcs SEAL-12 (lot LOT-77) on order 100234/0010")
    assert inbox.left_to == f"/card/{APPROVAL_ID}"


def test_scrap_is_reported_by_keys_and_tiles(visit: Open) -> None:
    scrap = visit("scrap", custom={}, params={"order_id": "100234"})
    scrap.enter("Operation/Choice", "0020")
    scrap.enter("Material/Choice", "VALVE-01")
    for key in ("1", "2"):
        scrap.press(key)
    assert not any(text.startswith("Report") for text in scrap.buttons())
    scrap.press("Pores, voids")
    scrap.press(next(text for text in scrap.buttons() if text.startswith("Report")))
    (body,) = commanded(scrap, "scrap_report")
    assert body["order_id"] == "100234"


def test_cause_is_retried_with_what_was_done_about_it(visit: Open) -> None:
    postings = visit("postings", custom={})
    postings.press("Material SEAL-09 unknown")
    assert "Send all of them again" not in postings.buttons()
    postings.enter("Reason", "SEAL-09 created in the ERP")
    postings.press("Send all of them again")
    (body,) = commanded(postings, "retry_cause")
    assert body["reason"] == "SEAL-09 created in the ERP"


def test_language_and_theme_are_changed_on_every_page(visit: Open) -> None:
    inbox = visit("inbox")
    inbox.press("English")
    inbox.press("Hell")
    assert "Freigaben" in inbox.html
    assert "psc-Countersign/Theme/Dark" in inbox.html
    assert inbox.preview.problems.lines == []
