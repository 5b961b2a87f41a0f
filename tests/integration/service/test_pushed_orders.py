"""Orders that an ERP pushes: checked, copied once, never older than what is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from integration.service.desk import Desk
from werkzeug.test import TestResponse

from countersign.settings import Settings
from countersign.store import api_keys
from countersign.web.app import create_app

PUSHED: dict[str, Any] = {
    "order_id": "100900",
    "site_id": "1000",
    "material_id": "VALVE-01",
    "quantity": {"quantity_string": "480", "unit_of_measure": "C62"},
    "state": "released",
    "operations": [{"operation_id": "0010", "work_center_id": "PRESS1"}],
    "changed_at": "2026-03-02T14:05:04+00:00",
}


class Erp:
    """An ERP that pushes, with the service it pushes to."""

    def __init__(self, desk: Desk, models: Path) -> None:
        self.desk = desk
        url = desk.database.engine.url.render_as_string(hide_password=False)
        self._app = create_app(
            Settings(url, models_dir=models, erps={"demo": "sandbox+http://127.0.0.1:9"})
        )

    def push(self, *orders: dict[str, Any], scope: str = "pp.order") -> TestResponse:
        return self._app.test_client().post(
            "/v1/orders", json={"orders": list(orders)}, headers=self._key(scope)
        )

    def listed(self) -> dict[str, Any]:
        answer = self._app.test_client().get("/v1/orders", headers=self._key("events.read"))
        return {order["order_id"]: order for order in answer.get_json()["items"]}

    def _key(self, scope: str) -> dict[str, str]:
        with self.desk.database.write() as connection:
            key = api_keys.create(connection, "erp", [scope], datetime.now(UTC))
        return {"Authorization": f"Bearer {key}"}

    def close(self) -> None:
        self._app.extensions["countersign"].close()


@pytest.fixture
def erp(desk: Desk, tmp_path: Path) -> Iterator[Erp]:
    opened = Erp(desk, tmp_path / "models")
    yield opened
    opened.close()


def test_a_pushed_order_is_known_and_pushed_again_it_changes_nothing(erp: Erp) -> None:
    assert erp.push(PUSHED).get_json() == {"changed": 1}
    order = erp.listed()["100900"]
    assert order["operations"][0]["work_center_id"] == "PRESS1"
    assert order["quantity"] == PUSHED["quantity"]
    assert erp.push(PUSHED).get_json() == {"changed": 0}
    assert erp.desk.steps().count("orders_pushed") == 1


def test_an_older_state_that_comes_later_is_passed_over(erp: Erp) -> None:
    erp.push({**PUSHED, "state": "closed"})
    older = {**PUSHED, "changed_at": "2026-03-02T14:05:03+00:00"}
    assert erp.push(older).get_json() == {"changed": 0}
    assert "100900" not in erp.listed()
    newer = {**PUSHED, "changed_at": "2026-03-02T14:05:05+00:00"}
    assert erp.push(newer).get_json() == {"changed": 1}
    assert "100900" in erp.listed()


def test_a_push_that_breaks_the_contract_changes_nothing(erp: Erp) -> None:
    answer = erp.push(PUSHED, {**PUSHED, "order_id": "a b"})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/orders/1/order_id"
    assert "100900" not in erp.listed()


def test_a_key_without_the_scope_may_not_push(erp: Erp) -> None:
    assert erp.push(PUSHED, scope="events.write").status_code == 403
