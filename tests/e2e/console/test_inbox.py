"""The inbox: why first, the oldest deadline on top, alive, and usable by keys alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from console_plant import ConsolePlant, quantity
from playwright.sync_api import Page, expect

from countersign.store import approvals

from .conftest import Desk, Room


def make_due(plant: ConsolePlant, approval_id: str, minutes: int) -> None:
    due_at = datetime.now(UTC) + timedelta(minutes=minutes)
    plant.change(lambda connection: approvals.change(connection, approval_id, due_at=due_at))


def titles(page: Page) -> list[str]:
    return page.locator(".task .what").all_inner_texts()


def test_tasks_stand_under_why_they_came_the_most_urgent_first(room: Room) -> None:
    plant = room.plant
    later = plant.consume("960", produced_quantity=quantity("480"))
    first = plant.consume("48", order_id="100235", produced_quantity=quantity("24"))
    unknown = plant.consume("30", order_id="999999")
    make_due(plant, later, 200)
    make_due(plant, first, 90)
    make_due(plant, unknown, -5)
    page = room.desk("anna")
    expect(page.locator(".group h2")).to_have_text(
        ["Order is not in the ERP 1", "Booked for the first time 2"]
    )
    assert titles(page) == [
        "Consume 30 pcs SEAL-12 (lot LOT-77) on order 999999/0010",
        "Consume 48 pcs SEAL-12 (lot LOT-77) on order 100235/0010",
        "Consume 960 pcs SEAL-12 (lot LOT-77) on order 100234/0010",
    ]
    expect(page.locator(".task .due").first).to_have_text("overdue 5 min")
    expect(page.locator(".task .money").last).to_have_text("3,072.00 EUR")
    expect(page.get_by_role("link", name="Inbox 3 open")).to_be_visible()


def test_filters_narrow_the_list_and_stay(room: Room) -> None:
    room.plant.consume("960")
    room.plant.consume("48", order_id="100235")
    room.plant.send(material_id="VALVE-55", quantity=quantity("7"), scrap_reason_code="SURFACE")
    page = room.desk("anna")
    page.get_by_label("Kind").select_option("Scrap report")
    page.get_by_role("button", name="Filter").click()
    assert titles(page) == ["Scrap 7 pcs VALVE-55 of order 100234/0010 (SURFACE)"]
    page.get_by_role("link", name="Show all").click()
    page.get_by_label("Order").fill("100235")
    page.get_by_role("button", name="Filter").click()
    assert titles(page) == ["Consume 48 pcs SEAL-12 (lot LOT-77) on order 100235/0010"]
    expect(page.get_by_label("Order")).to_have_value("100235")
    page.get_by_label("Order").fill("nothing")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".empty")).to_contain_text("with these filters")


def test_an_empty_inbox_says_so(desk: Desk) -> None:
    expect(desk("anna").locator(".empty")).to_contain_text("Nothing waits for a decision")


def test_new_tasks_appear_by_themselves_and_the_focus_stays(room: Room) -> None:
    plant = room.plant
    approval_id = plant.consume("960")
    page = room.desk("anna")
    page.keyboard.press("j")
    expect(page.locator(f"#task-{approval_id}")).to_be_focused()
    plant.consume("48", order_id="100235")
    expect(page.locator(".task")).to_have_count(2, timeout=9_000)
    expect(page.locator(f"#task-{approval_id}")).to_be_focused()


def test_a_list_that_reads_the_same_is_not_drawn_again(room: Room) -> None:
    room.plant.consume("960")
    page = room.desk("anna")
    page.evaluate("document.querySelector('.task').dataset.mine = 'kept'")
    with page.expect_response("**/console/inbox/tasks*", timeout=9_000) as answer:
        pass
    assert answer.value.status == 204
    assert page.locator(".task").get_attribute("data-mine") == "kept"


def test_keys_move_and_open(room: Room) -> None:
    plant = room.plant
    ids = [plant.consume("48", order_id=key) for key in ("100234", "100235", "100236")]
    for minutes, approval_id in enumerate(ids):
        make_due(plant, approval_id, 100 + minutes)
    page = room.desk("anna")
    for key, at in (("j", 0), ("j", 1), ("ArrowDown", 2), ("j", 2), ("k", 1), ("ArrowUp", 0)):
        page.keyboard.press(key)
        expect(page.locator(f"#task-{ids[at]}")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/approvals/{ids[0]}")


def test_letters_typed_into_a_box_move_nothing(room: Room) -> None:
    room.plant.consume("48")
    page = room.desk("anna")
    page.get_by_label("Order").focus()
    page.keyboard.type("jk")
    expect(page.get_by_label("Order")).to_have_value("jk")
    expect(page.get_by_label("Order")).to_be_focused()


def test_others_see_who_is_at_it(room: Room) -> None:
    approval_id = room.plant.consume("48")
    anna = room.desk("anna")
    anna.goto(f"{room.plant.url}/console/approvals/{approval_id}")
    expect(anna.locator("#standing")).to_contain_text("You are handling this")
    ben = room.desk("ben")
    expect(ben.locator(".task")).to_contain_text("handled by anna")
