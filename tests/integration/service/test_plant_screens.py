"""What the screens of the plant read: orders, suggested reasons, autonomy, parallel run, status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from integration.service.desk import (
    ANNA,
    ORDER,
    Desk,
    confirmation,
    open_desk,
    order,
    quantity,
    scrap,
)
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from countersign.nouns.autonomy import Autonomy
from countersign.nouns.statistic import Statistic
from countersign.settings import Settings
from countersign.store import api_keys, confirmations, statistics
from countersign.store.confirmations import Confirmation
from countersign.store.tables import erp_target, event, judgement, posting
from countersign.web.app import create_app


class Screens:
    """Reads what a gateway reads."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        url = desk.database.engine.url.render_as_string(hide_password=False)
        self._app = create_app(
            Settings(url, models_dir=folder, erps={"demo": "sandbox+http://127.0.0.1:9"})
        )
        self._keys: dict[str, str] = {}

    def _key(self, scope: str) -> dict[str, str]:
        if scope not in self._keys:
            with self.desk.database.write() as connection:
                now = datetime.now(UTC)
                self._keys[scope] = api_keys.create(connection, "gw1", [scope], now)
        return {"Authorization": f"Bearer {self._keys[scope]}"}

    def ask(self, path: str) -> TestResponse:
        """Read something."""
        return self._app.test_client().get(path, headers=self._key("events.read"))

    def read(self, path: str) -> Any:
        """Read something that is there."""
        answer = self.ask(path)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def retry(self, scope: str, **message: str) -> TestResponse:
        """Send again what one cause holds up, with a key of one scope."""
        return self._app.test_client().post(
            "/v1/postings/causes/retry",
            json={"erp": "demo", "reason": "material created", "acting_user": "ben"} | message,
            headers=self._key(scope) | {"Idempotency-Key": f"retry-{scope}"},
        )

    def close(self) -> None:
        """Let the database go."""
        self._app.extensions["countersign"].close()


@pytest.fixture
def screens(desk: Desk, tmp_path: Path) -> Iterator[Screens]:
    opened = Screens(desk, tmp_path / "models")
    yield opened
    opened.close()


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Screens]:
    with open_desk(f"sqlite:///{folder}/service.sqlite") as desk:
        opened = Screens(desk, folder / "models")
        yield opened
        opened.close()


def order_ids(answer: dict[str, Any]) -> list[str]:
    return [row["order_id"] for row in answer["items"]]


def test_orders_show_what_the_erp_wants_and_what_was_captured(screens: Screens) -> None:
    screens.desk.use_policy("supervise")
    screens.desk.receive(confirmation(1), scrap(2, material_id="VALVE-01"))
    (shown,) = screens.read("/v1/orders")["items"]
    assert shown["quantity"] == quantity("500")
    assert shown["operations"][0] == {
        "operation_id": "0010",
        "work_center_id": "WC1",
        "yield_quantity": "10",
        "scrap_quantity": "3",
        "is_final": False,
    }
    assert shown["open_approvals"] == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["100234", "100235", "200001"]),
        ("?state=closed", ["300001"]),
        ("?state=closed&state=released", ["100234", "100235", "200001", "300001"]),
        ("?begins_with=1002", ["100234", "100235"]),
        ("?begins_with=100_", []),
        ("?begins_with=%25", []),
        ("?work_center_id=WC2", ["100234", "100235"]),
        ("?work_center_id=WC", []),
        ("?site_id=2000", ["200001"]),
        ("?state=created", []),
    ],
)
def test_orders_are_found_by_every_filter(tmp_path: Path, query: str, found: list[str]) -> None:
    with on_sqlite(tmp_path) as screens:
        _put_four_orders(screens.desk)
        assert order_ids(screens.read(f"/v1/orders{query}")) == found


def test_orders_come_in_pages_on_every_database(screens: Screens) -> None:
    _put_four_orders(screens.desk)
    first = screens.read("/v1/orders?limit=2")
    rest = screens.read(f"/v1/orders?limit=2&after={first['next_after']}")
    assert order_ids(first) == ["100234", "100235"]
    assert order_ids(rest) == ["200001"]
    assert "next_after" not in rest


def _put_four_orders(desk: Desk) -> None:
    desk.put_order(order(order_id="100235"))
    desk.put_order(order("closed", "300001"))
    elsewhere = order(order_id="200001")
    desk.put_order(replace(elsewhere, site_id="2000", operations=elsewhere.operations[:1]))


REPORT = f"site_id=1000&order_id={ORDER}&operation_id=0010&material_id=SEAL-01"


def test_reasons_booked_before_are_suggested_the_likeliest_first(screens: Screens) -> None:
    with screens.desk.database.write() as connection:
        statistics.save(
            connection, {"reason/1000": Statistic(count=10, labels={"DIM": 7, "SURF": 3})}
        )
    answer = screens.read(f"/v1/suggestions/scrap-reasons?{REPORT}")
    assert [row["scrap_reason_code"] for row in answer["items"]] == ["DIM", "SURF"]
    assert answer["items"][0]["probability"] == 0.7
    assert answer["model_version"] == ""
    assert screens.desk.count("event") == 0


def test_without_any_history_nothing_is_suggested_even_for_an_unknown_order(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as screens:
        unknown = REPORT.replace(ORDER, "999")
        assert screens.read(f"/v1/suggestions/scrap-reasons?{unknown}")["items"] == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        (REPORT.replace("material_id", "material"), "material_id"),
        (f"{REPORT}&quantity_string=1e5", "/quantity/quantity_string"),
        (f"{REPORT}&equipment_id={'x' * 65}", "/equipment_id"),
    ],
)
def test_a_report_that_could_never_be_one_gets_no_suggestion(
    tmp_path: Path, query: str, named: str
) -> None:
    with on_sqlite(tmp_path) as screens:
        answer = screens.ask(f"/v1/suggestions/scrap-reasons?{query}")
        assert answer.status_code == 400
        assert named in answer.get_json()["detail"]


def _confirm(desk: Desk, number: int, correct: bool, amount: str | None) -> None:
    (receipt,) = desk.receive(confirmation(number))
    with desk.database.write() as connection:
        row = Confirmation(
            receipt.event_id, number, "production_confirmation", "1000", 0.95, correct, amount,
            "person", desk.now,
        )  # fmt: skip
        confirmations.put(connection, [row])


def test_autonomy_tells_phase_and_the_money_behind_the_trust(screens: Screens) -> None:
    desk = screens.desk
    desk.use_policy("automate", amount_cap="750")
    for number, (correct, amount) in enumerate([(True, "100.50"), (False, "20"), (True, None)], 1):
        _confirm(desk, number, correct, amount)
    with desk.database.write() as connection:
        confirmations.save_autonomy(
            connection,
            Autonomy(
                "production_confirmation", "1000", 0.9, 0.75, 0.99, 3, 1, 1.0, "because", desk.now
            ),
        )
    answer = screens.read("/v1/autonomy")
    by_name = {row["use_case"]: row for row in answer["items"]}
    shown = by_name["production_confirmation"]
    assert (shown["phase"], shown["amount_cap"]) == ("automate", "750")
    assert (
        shown["classes"][0]
        | {
            "amount_covered": "120.50",
            "amount_wrong": "20.00",
            "amount_at_risk": "30.12",
            "accuracy_by_value": pytest.approx(100.5 / 120.5),
        }
        == shown["classes"][0]
    )
    assert by_name["scrap_report"]["classes"] == []


def test_the_parallel_run_holds_the_machine_against_people_and_outcomes(screens: Screens) -> None:
    desk = screens.desk
    desk.use_policy("supervise")
    asked = [desk.receive(scrap(number))[0] for number in (1, 2)]
    desk.decide(asked[0].event_id, "approve", reason="right")
    desk.decide(asked[1].event_id, "reject", reason="counted twice")
    (left_open,) = desk.receive(scrap(3))
    desk.decide(left_open.event_id, "claim", ANNA)
    _confirm(desk, 4, False, "12.50")
    _pretend_it_would_post(desk, confirmation(4))
    item = _of(screens, "scrap_report")
    assert (item["events"], item["would_post"], item["compared"]) == (3, 0, 2)
    assert (item["asked_in_vain"], item["asked_rightly"]) == (1, 1)
    other = _of(screens, "production_confirmation")
    assert (other["would_post"], other["booked_wrong"], other["amount_wrong"]) == (1, 1, "12.50")
    assert (other["accuracy"], other["amount_at_risk"]) == (0.0, "12.50")


def _of(screens: Screens, use_case: str) -> dict[str, Any]:
    day = screens.desk.now + timedelta(days=1)
    query = f"use_case={use_case}&from=2026-11-01T00:00:00Z&to={day:%Y-%m-%dT%H:%M:%SZ}"
    (item,) = screens.read(f"/v1/parallel-run?{query}")["items"]
    found: dict[str, Any] = item
    return found


def _pretend_it_would_post(desk: Desk, envelope: dict[str, Any]) -> None:
    """Let the last event's shadow be sure: no model is trained here."""
    with desk.database.write() as connection:
        row = connection.execute(
            select(judgement)
            .join(event, event.c.seq == judgement.c.event_seq)
            .where(event.c.event_key == envelope["id"])
        ).one()
        body = json.dumps(
            json.loads(row.decision) | {"shadow_outcome": "post"},
            sort_keys=True,
            separators=(",", ":"),
        )
        connection.execute(
            update(judgement).where(judgement.c.event_seq == row.event_seq).values(decision=body)
        )


@pytest.mark.parametrize("query", ["use_case=baking", "from=yesterday", "to=2026-11-20T10:00:00"])
def test_a_parallel_run_of_nonsense_says_what_is_wanted(tmp_path: Path, query: str) -> None:
    with on_sqlite(tmp_path) as screens:
        answer = screens.ask(f"/v1/parallel-run?{query}")
        assert answer.status_code == 400
        assert query.partition("=")[0] in answer.get_json()["detail"]


def test_nothing_is_compared_outside_the_span(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as screens:
        screens.desk.use_policy("supervise")
        (task,) = screens.desk.receive(scrap(1))
        screens.desk.decide(task.event_id, "approve")
        query = "from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z"
        items = screens.read(f"/v1/parallel-run?{query}")["items"]
        assert [(row["events"], row["compared"]) for row in items] == [(0, 0)] * 3


def test_status_tells_which_erp_is_called_and_what_waits(screens: Screens) -> None:
    desk = screens.desk
    desk.use_policy("supervise")
    desk.receive(scrap(1), scrap(2))
    task = desk.receive(scrap(3))[0].event_id
    desk.decide(task, "approve")
    with desk.database.write() as connection:
        connection.execute(
            erp_target.insert().values(
                erp="demo", paused=False, breaker_state="open", failures=5, tokens=0.0,
                refilled_at=desk.now, last_posted_at=desk.now, changed_at=desk.now,
            )
        )  # fmt: skip
    answer = screens.read("/v1/status")
    (erp,) = answer["erps"]
    assert (erp["state"], erp["postings"]) == ("silent", {"queued": 1})
    assert datetime.fromisoformat(erp["last_posted_at"]) == desk.now
    assert (answer["open_approvals"], answer["postings_in_trouble"]) == (2, 0)


FINGERPRINT = "5f1d7a84db00d2fc"


@pytest.fixture
def refused(screens: Screens) -> Screens:
    """Two scrap reports that the ERP refused for one cause, and one for another."""
    screens.desk.use_policy("supervise")
    for number, fingerprint in enumerate([FINGERPRINT, FINGERPRINT, "0" * 16], 1):
        (task,) = screens.desk.receive(scrap(number, order_id=ORDER))
        screens.desk.decide(task.event_id, "approve")
        with screens.desk.database.write() as connection:
            connection.execute(
                update(posting)
                .where(posting.c.event_id == task.event_id)
                .values(state="rejected", fingerprint=fingerprint, error_text="unknown")
            )
    return screens


def test_everything_that_one_cause_holds_up_is_sent_again_once(refused: Screens) -> None:
    first, again = (refused.retry("mm.im", fingerprint=FINGERPRINT) for _ in range(2))
    assert (first.status_code, first.get_json()) == (200, {"postings": 2})
    assert again.get_json() == first.get_json()
    states = sorted(record.state for record in refused.desk.postings())
    assert states == ["queued", "queued", "rejected"]
    assert refused.desk.steps().count("posting_resubmitted") == 2


@pytest.mark.parametrize(
    ("scope", "fingerprint", "status"),
    [("pp.order", FINGERPRINT, 403), ("mm.im", "f" * 16, 404), ("mm.im", "none", 422)],
)
def test_a_cause_is_sent_again_only_where_that_is_allowed_and_there_is_one(
    refused: Screens, scope: str, fingerprint: str, status: int
) -> None:
    assert refused.retry(scope, fingerprint=fingerprint).status_code == status
    assert all(record.state == "rejected" for record in refused.desk.postings())
