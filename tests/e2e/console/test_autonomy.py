"""Autonomy on the console: what stands against it, how it came to be, and the parallel run."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta

from console_plant import ConsolePlant
from playwright.sync_api import expect

from countersign.audit.trail import open_trail
from countersign.decide.policy import read_policy
from countersign.journey import trust
from countersign.store import alarms, confirmations, people, policies
from countersign.store.alarms import Alarm
from countersign.store.confirmations import Confirmation

from .conftest import Room

ALARM = Alarm(
    alarm_id="a" * 32,
    use_case="scrap_report",
    segment="1000",
    kind="data",
    measure="new scrap_reason_code",
    text="scrap_reason_code has codes never seen before in 40% of the last 200 events: TOOL.",
    raised_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
)


def earn(plant: ConsolePlant) -> None:
    """Let scrap reports earn their autonomy, then raise an alarm."""
    now = datetime.now(UTC)
    rows = [
        Confirmation(f"past-{n}", n, "scrap_report", "1000", 0.99, True, "10", "history", now)
        for n in range(1, 400)
    ]
    with plant.database.write() as connection:
        confirmations.put(connection, rows)
        version, body = policies.read_current(connection) or (0, {})
        policy = read_policy(version, body)
        classes = [("scrap_report", "1000")]
        with open_trail(connection, now) as trail:
            trust.recompute(connection, trail, policy, classes, "history was read")
        alarms.add(connection, ALARM)
        with open_trail(connection, now) as trail:
            trust.recompute(connection, trail, policy, classes, "an alarm was raised")


def test_an_alarm_stands_on_top_and_the_history_tells_what_it_did(room: Room) -> None:
    earn(room.plant)
    page = room.desk("paula")
    page.goto(f"{room.plant.url}/console/autonomy")
    alarm = page.get_by_role("alert")
    expect(alarm).to_contain_text("Scrap report, 1000: nothing goes without a person.")
    expect(alarm).to_contain_text("codes never seen before in 40%")
    expect(alarm.get_by_role("button")).to_have_count(0)
    history = page.get_by_role("region", name="How it came to be").locator("li")
    expect(history).to_have_count(2)
    expect(history.first).to_contain_text("taken back Scrap report, 1000")
    expect(history.last).to_contain_text("399 of 399 confirmed outcomes")
    expect(history.last).to_contain_text("Weighed because history was read.")


def test_who_governs_ends_an_alarm_with_what_they_found(room: Room) -> None:
    earn(room.plant)
    with room.plant.database.write() as connection:
        people.put(
            connection, "paula", "Paula Weiss", ["controller", "administrator"], ALARM.raised_at
        )
    page = room.desk("paula")
    page.goto(f"{room.plant.url}/console/autonomy")
    page.get_by_label("What did you find?").fill("The codes were renamed on purpose.")
    page.get_by_role("button", name="End the alarm").click()
    expect(page.get_by_role("status")).to_contain_text("The alarm is over")
    history = page.get_by_role("region", name="How it came to be").locator("li")
    expect(history.first).to_contain_text("Weighed because an alarm was cleared.")


def test_the_parallel_run_shows_what_the_machine_would_have_done(room: Room) -> None:
    plant = room.plant
    tasks = [plant.consume(str(480 + n), order_id="100235") for n in range(3)]
    page = room.desk("anna")
    for task, verb in zip(tasks, ("Post as counted", "Post as counted", "Reject"), strict=True):
        page.goto(f"{plant.url}/console/approvals/{task}")
        if verb == "Reject":
            page.get_by_role("link", name="Reject…").click()
            page.get_by_role("radio", name="Scanned twice").check()
            page.get_by_role("button", name="Reject it").click()
        else:
            page.get_by_role("button", name=verb).click()
        page.locator("#progress").wait_for()
    page.goto(f"{plant.url}/console/autonomy")
    page.get_by_role("link", name="Parallel run").click()
    table = page.get_by_role("region", name="Material consumption in total")
    expect(table).to_contain_text("All")
    cells = table.locator("tbody tr").first.locator("td")
    expect(cells.nth(1)).to_have_text("3")
    with page.expect_download() as download:
        page.get_by_role("button", name="As a table (CSV)").click()
    lines = list(csv.DictReader(download.value.path().read_text().splitlines()))
    (total,) = [
        row
        for row in lines
        if row["use_case"] == "material_consumption" and not row["segment"] + row["week"]
    ]
    assert (total["compared"], total["asked_in_vain"], total["asked_rightly"]) == ("3", "2", "1")


def test_a_span_of_nonsense_is_told_so(room: Room) -> None:
    page = room.desk("anna")
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    for query in (f"from={day}", "to=tomorrow"):
        page.goto(f"{room.plant.url}/console/parallel-run?{query}")
        expect(page.get_by_role("heading", level=1)).to_have_text("A parameter makes no sense")
