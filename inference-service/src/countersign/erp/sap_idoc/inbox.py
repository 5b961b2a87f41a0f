"""The inbox: orders that SAP has sent as LOIPRO, as files in a folder.

SAP's XML file port writes there; with an HTTP port, whatever receives it puts the body there as a
file. One order may come many times: the IDoc with the highest number counts. A file that is still
being written, or is no IDoc, is left for the next time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from datetime import time as day_time
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import short_id
from countersign.erp.sap_rfc.tables import read_day, read_moment, read_number
from countersign.nouns.order import Component, Operation, OrderState, ProductionOrder
from countersign.nouns.quantity import Quantity

_STATES: tuple[tuple[str, OrderState], ...] = (
    ("I0076", "cancelled"),
    ("I0046", "closed"),
    ("I0045", "completed"),
    ("I0002", "released"),
)
"""System statuses: DLFL, CLSD, TECO, REL."""


class Inbox:
    """Reads production orders from a folder of LOIPRO files."""

    def __init__(self, folder: Path, profile: Profile) -> None:
        self._folder = folder
        self._profile = profile

    def orders(self, changed_since: datetime | None) -> Iterator[ProductionOrder]:
        """Read the last state of each order that was sent since a moment, or ever."""
        last: dict[str, tuple[str, Element]] = {}
        for idoc in self._idocs():
            number = idoc.findtext("EDI_DC40/DOCNUM", "")
            order = idoc.findtext("E1AFKOL/AUFNR", "")
            if order and number >= last.get(order, ("", idoc))[0]:
                last[order] = (number, idoc)
        for _, idoc in last.values():
            found = self._order(idoc)
            sent_at = found.changed_at
            if changed_since is None or sent_at is None or sent_at >= changed_since:
                yield found

    def _idocs(self) -> Iterator[Element]:
        for path in sorted(self._folder.glob("*.xml")):
            text = path.read_bytes()
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                continue
            try:
                root = ElementTree.fromstring(text)
            except ElementTree.ParseError:
                continue
            for idoc in root.findall("IDOC"):
                if idoc.findtext("EDI_DC40/MESTYP") == "LOIPRO":
                    yield idoc

    def _order(self, idoc: Element) -> ProductionOrder:
        head = idoc.find("E1AFKOL")
        assert head is not None
        zone = self._profile.time_zone
        end = read_day(head.findtext("GLTRP", ""))
        sent = idoc.findtext("EDI_DC40/CREDAT", ""), idoc.findtext("EDI_DC40/CRETIM", "")
        quantity = head.findtext("GAMNG", "") or head.findtext("BMENGE", "")
        unit = head.findtext("GMEIN", "") or head.findtext("BMEINS", "")
        steps = list(head.iter("E1AFVOL"))
        return ProductionOrder(
            order_id=short_id(head.findtext("AUFNR", "")),
            site_id=self._profile.codes.to_ours("plant", head.findtext("WERKS", "")),
            material_id=short_id(head.findtext("MATNR", "")),
            quantity=Quantity(read_number(quantity), self._unit(unit)),
            state=_state(head),
            components=tuple(
                self._component(part, step.findtext("VORNR", ""))
                for step in steps
                for part in step.iter("E1RESBL")
            ),
            operations=tuple(self._operation(step) for step in steps),
            changed_at=read_moment(*sent, zone),
            planned_end_at=datetime.combine(end, day_time(), zone) if end else None,
        )

    def _component(self, part: Element, operation: str) -> Component:
        return Component(
            material_id=short_id(part.findtext("MATNR", "")),
            quantity=Quantity(
                read_number(part.findtext("BDMNG", "")), self._unit(part.findtext("MEINS", ""))
            ),
            operation_id=operation,
            backflushed=part.findtext("RGEKZ") == "X",
        )

    def _operation(self, step: Element) -> Operation:
        name = step.findtext("ARBPL", "")
        return Operation(
            step.findtext("VORNR", ""), self._profile.codes.to_ours("work_center", name)
        )

    def _unit(self, unit: str) -> str:
        return self._profile.codes.to_ours("unit", unit)


def _state(head: Element) -> OrderState:
    statuses = {node.text for node in head.iter("STAT")}
    return next((state for code, state in _STATES if code in statuses), "created")
