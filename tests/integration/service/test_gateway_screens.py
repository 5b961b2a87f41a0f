"""The gateway's screens over the real service: what it answers is what they can show."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from integration.service.desk import ORDER, Desk, open_desk, scrap
from sqlalchemy import update

from countersign.settings import Settings
from countersign.store import api_keys
from countersign.store.tables import erp_target, posting
from countersign.web.app import create_app

SPECS = Path(__file__).resolve().parents[2] / "gateway/specs"
sys.path.insert(0, str(SPECS))
from gatewaylibrary import module  # noqa: E402

FINGERPRINT = "5f1d7a84db00d2fc"
REFUSAL = {
    "state": "rejected",
    "fingerprint": FINGERPRINT,
    "error_code": "ITEM_UNKNOWN",
    "error_entity": "SEAL-01",
    "error_field": "material_id",
    "error_text": "Material SEAL-01 does not exist.",
}
GATEWAY = {"Alarm": "", "JournalDepth": 0, "JournalAgeSeconds": 0, "DeadLetters": 0}


class Wall(dict[str, Any]):
    """The board's table; a question is answered by the service at once."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        super().__init__()
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"}

    def setdefault(self, key: str, made: Any = None) -> Any:
        """Ask the service as the gateway's refresh does."""
        path, query = module("refresh")._path_and_query(made)
        answer = self._client.get(path, query_string=query, headers=self._headers)
        assert answer.status_code == 200, (path, query, answer.text)
        payload = answer.get_json()
        if made["name"] == "health":
            payload = {"service": payload, "gateway": GATEWAY}
        now_ms = module("times").now_ms()
        self[key] = {**made, "answer": {"payload": payload, "read_at_ms": now_ms, "problem": None}}
        return self[key]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A morning: five scrap reports, four approved, two of them refused by the ERP."""
    with open_desk(f"sqlite:///{tmp_path}/service.sqlite") as opened:
        opened.use_policy("supervise")
        for number in range(1, 6):
            (task,) = opened.receive(scrap(number))
            if number < 5:
                opened.decide(task.event_id, "approve")
            if number < 3:
                _refuse(opened, task.event_id)
        yield opened


def _refuse(desk: Desk, event_id: str) -> None:
    with desk.database.write() as connection:
        connection.execute(update(posting).where(posting.c.event_id == event_id).values(REFUSAL))


@pytest.fixture(autouse=True)
def wall(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with desk.database.write() as connection:
        key = api_keys.create(
            connection, "gw1", ["events.read", "postings.read"], datetime.now(UTC)
        )
        target = {"erp": "demo", "paused": False, "breaker_state": "closed", "failures": 0}
        times = {"refilled_at": desk.now, "changed_at": desk.now}
        connection.execute(erp_target.insert().values(**target, **times, tokens=0.0))
    url = f"sqlite:///{tmp_path}/service.sqlite"
    erps = {"demo": "sandbox+http://127.0.0.1:9"}
    app = create_app(Settings(url, models_dir=tmp_path / "models", erps=erps))
    shown = Wall(app.test_client(), key)
    monkeypatch.setattr(module("shared"), "table", lambda name: shown)
    yield
    app.extensions["countersign"].close()


def test_orders_and_line_show_the_order_with_its_open_task() -> None:
    page = module("screens_orders").page("", "", "released", "", "en")
    (row,) = page["rows"]
    assert (row["order_id"], row["made"], row["tasks"]) == (ORDER, "0 of 500 pcs", "1 to decide")
    tiles = module("screens_line").page("en")["tiles"]
    assert [tile["work_center_id"] for tile in tiles] == ["WC1", "WC2"]
    tile = module("screens_line").tile("WC1", "Running", ORDER, "posted", "", "49", "nl")
    assert (tile["tasks"], tile["last"]["text"]) == ("1 te beslissen", "geboekt als 49")


def test_scrap_entry_offers_the_materials_of_the_order_and_reasons() -> None:
    screen = module("screens_scrap")
    form = screen.form(ORDER, "0010", "SEAL-01", "en")
    assert [each["value"] for each in form["materials"]] == ["VALVE-01", "BODY-01", "SEAL-01"]
    places = ("site_id", "order_id", "operation_id", "material_id", "equipment_id")
    tiles = screen.tiles(*(form[name] for name in places), "en")["tiles"]
    assert len(tiles) == 8


def test_the_postings_monitor_clusters_what_the_erp_refused() -> None:
    screen = module("screens_postings")
    (cause,) = screen.page("", "", "nl")["causes"]
    assert (cause["title"], cause["split"]) == (
        "Materiaal SEAL-01 onbekend",
        "2 geweigerd, 2 erachter",
    )
    detail = screen.detail(FINGERPRINT, "demo", "en")
    assert detail["text"] == "Material SEAL-01 does not exist."
    assert [row["behind"] for row in detail["rows"]] == ["2 wait behind it", "3 wait behind it"]


def test_autonomy_and_health_show_phases_people_and_missing_workers() -> None:
    cards = module("screens_autonomy").page("en")["cards"]
    assert [card["phase"] for card in cards] == ["Supervise"] * 3
    rows = {row["name"]: row for row in module("screens_health").page("de")["service"]}
    assert rows["Warten auf Menschen"]["text"] == "1"
    assert rows["Zustellung"]["tone"] == "Trouble"
