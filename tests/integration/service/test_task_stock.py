"""The stock that cards show: of the materials in open tasks, summed by place, never guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, cast

from integration.service.desk import Desk, confirmation, scrap

from countersign.erp.port import ErpPort, StockLevel
from countersign.journey.task_stock import TaskStock, materials_of
from countersign.store import events
from countersign.web.evidence import evidence

LEVELS = (
    StockLevel("SEAL-01", "WIP1", Decimal("300"), "C62"),
    StockLevel("SEAL-01", "WIP1", Decimal("20.50"), "C62"),
    StockLevel("SEAL-01", "0001", Decimal("1200"), "C62"),
    StockLevel("BODY-01", "0001", Decimal("7"), "C62"),
)


class Erp:
    """An ERP that knows some stock and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def stock(self, material_ids: Sequence[str]) -> Iterator[StockLevel]:
        self.asked.append(list(material_ids))
        return (level for level in LEVELS if level.material_id in material_ids)


def refreshed(desk: Desk) -> tuple[int, list[list[str]]]:
    erp = Erp()
    changed = TaskStock(desk.database, cast(ErpPort, erp)).refresh()
    return changed, erp.asked


def shown(desk: Desk, event_id: str) -> Any:
    with desk.database.read() as connection:
        stored = events.read(connection, event_id)
        assert stored is not None
        return evidence(connection, stored)["stock"]


def test_only_the_materials_of_open_tasks_are_asked_for(desk: Desk) -> None:
    assert refreshed(desk) == (0, [])
    desk.use_policy("supervise")
    receipts = desk.receive(
        scrap(1), scrap(2), scrap(3, material_id="GLUE"), scrap(4, material_id="BODY-01")
    )
    desk.receive(confirmation(5))
    desk.decide(str(receipts[3].approval_id), "reject")
    assert refreshed(desk) == (2, [["GLUE", "SEAL-01"]])
    assert refreshed(desk)[0] == 0


def test_a_card_shows_what_lies_where_and_says_when_nothing_does(desk: Desk) -> None:
    desk.use_policy("supervise")
    seal, glue = desk.receive(scrap(1), scrap(2, material_id="GLUE"))
    assert shown(desk, str(seal.event_id)) == []
    refreshed(desk)
    assert shown(desk, str(seal.event_id)) == [
        {"material_id": "SEAL-01", "storage_location": place, "quantity": quantity}
        for place, quantity in (
            ("0001", {"quantity_string": "1200", "unit_of_measure": "C62"}),
            ("WIP1", {"quantity_string": "320.5", "unit_of_measure": "C62"}),
        )
    ]
    assert shown(desk, str(glue.event_id)) == [
        {"material_id": "GLUE", "storage_location": "", "quantity": None}
    ]


def test_what_an_event_takes_from_stock_is_its_lines_or_its_scrap() -> None:
    for data, materials in (
        ({"material_actual": [{"material_id": "B"}, {"material_id": "A"}]}, ["B", "A"]),
        (scrap()["data"], ["SEAL-01"]),
        (json.loads(json.dumps(confirmation()["data"])), []),
    ):
        assert materials_of(data) == materials
