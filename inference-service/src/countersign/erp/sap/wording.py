"""The wording: our documents as SAP understands them, before any of its interfaces.

Two of SAP's own documents carry what comes from the floor: the confirmation of an operation and
the material document. OData, BAPIs and IDocs write the same fields under different names, so the
fields are decided here, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from countersign.erp.documents import (
    GoodsIssue,
    GoodsIssueLine,
    GoodsMovement,
    GoodsMovementLine,
    ProductionConfirmation,
    ScrapReport,
)
from countersign.erp.sap.codes import CodeKind
from countersign.erp.sap.keys import guid_of, keyed_text, reference_of
from countersign.erp.sap.limits import Limits
from countersign.erp.sap.movements import MOVEMENTS, MovementType
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.values import cut, one_line, same_id, short_id, width
from countersign.nouns.quantity import Quantity


@dataclass(frozen=True, slots=True)
class OrderComponent:
    """A component of an order as SAP has it: where it is reserved and lies."""

    material_id: str
    operation_id: str = ""
    plant: str = ""
    storage_location: str = ""
    lot_id: str = ""
    reservation: str = ""
    reservation_item: str = ""
    backflushed: bool = False


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """A time booked: the position of its standard value, from 1 to 6."""

    position: int
    quantity: str
    unit: str


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One line of goods movement in SAP's terms; empty fields are not sent."""

    material: str
    plant: str
    movement_type: str
    quantity: str
    unit: str
    ref_doc_type: str = ""
    storage_location: str = ""
    batch: str = ""
    order: str = ""
    reservation: str = ""
    reservation_item: str = ""
    purchase_order: str = ""
    purchase_order_item: str = ""
    cost_center: str = ""
    account: str = ""
    reason: str = ""
    to_material: str = ""
    to_batch: str = ""
    to_plant: str = ""
    to_storage_location: str = ""
    unloading_point: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class MaterialDocument:
    """A material document; ``reference`` is searched, ``header_text`` is the key in full."""

    code: str
    posting_date: date
    reference: str
    header_text: str
    rows: tuple[MovementRow, ...]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A confirmation of an operation; dates and times are the plant's own.

    ``moves_nothing`` forbids the standard goods movements; ``rows`` replace them.
    """

    order: str
    operation: str
    plant: str
    posting_date: date
    is_final: bool
    unit: str
    yield_quantity: str
    scrap_quantity: str
    rework_quantity: str
    text: str
    guid: str
    external_user: str
    reason: str = ""
    work_center: str = ""
    personnel: str = ""
    activities: tuple[ActivityRow, ...] = ()
    started: tuple[date, time] | None = None
    finished: tuple[date, time] | None = None
    moves_nothing: bool = False
    rows: tuple[MovementRow, ...] = field(default_factory=tuple)


class Wording:
    """Writes documents of the floor as SAP's documents.

    Everything raises :class:`~countersign.erp.errors.BusinessRejection` for what has no room in
    SAP, so that a person corrects it before anything is sent.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._codes = profile.codes
        self._triage = profile.triage
        self.limits = Limits(profile.triage)

    def confirmation(
        self, document: ProductionConfirmation, key: str, components: Sequence[OrderComponent] = ()
    ) -> Confirmation:
        """Write a confirmation; ``components`` tell where what it carries is reserved."""
        limits = self.limits
        rows = tuple(self._consumed(document, components))
        personnel = document.person_id or ""
        is_number = personnel.isascii() and personnel.isdigit() and len(personnel) <= 8
        return Confirmation(
            order=limits.identifier(document.order_id, "order_id", 12),
            operation=limits.operation(document.operation_id),
            plant=self.plant(document.site_id),
            posting_date=document.posting_date,
            is_final=document.final and self._profile.closes_operations,
            unit=self._one_unit(document),
            yield_quantity=limits.quantity(document.yield_quantity.value, "yield_quantity"),
            scrap_quantity=self._part(document.scrap_quantity, "scrap_quantity"),
            rework_quantity=self._part(document.rework_quantity, "rework_quantity"),
            text=keyed_text(key, document.text, 40),
            guid=str(guid_of(key)),
            external_user=self.user("" if is_number else personnel),
            reason=self._reason("variance_reason", document.scrap_reason_code, "scrap_reason_code"),
            work_center=self.work_center(document.work_center_id),
            personnel=personnel.zfill(8) if is_number else "",
            activities=tuple(self._activities(document)),
            started=self.local(document.started_at),
            finished=self.local(document.finished_at),
            moves_nothing=not self._profile.backflush and not rows,
            rows=rows,
        )

    def goods_issue(
        self, document: GoodsIssue, key: str, components: Sequence[OrderComponent]
    ) -> MaterialDocument:
        """Write what an order consumed, against its reservations where it has them."""
        rows = [self._issue(document, line, components) for line in document.lines]
        return self._material_document("03", document.posting_date, key, rows)

    def scrap_report(
        self, document: ScrapReport, key: str, components: Sequence[OrderComponent]
    ) -> MaterialDocument:
        """Write scrap from stock; the order stands in the unloading point, to be found again.

        A component is taken from where the order has it, unless the report says otherwise.
        """
        movement = MOVEMENTS["scrap_from_stock"]
        found = _component(document.material_id, document.operation_id, components)
        line = GoodsMovementLine(
            document.material_id,
            document.quantity,
            document.lot_id,
            document.storage_location or (found.storage_location if found else None),
            cost_center=document.cost_center or self._profile.scrap_cost_center or None,
            reason_code=document.reason_code,
        )
        row = self._moved(line, movement, document.site_id, document.order_id, document.text)
        return self._material_document(movement.code, document.posting_date, key, [row])

    def goods_movement(self, document: GoodsMovement, key: str) -> MaterialDocument:
        """Write any row of the movement table."""
        movement = MOVEMENTS[document.movement]
        order = document.production_order_id or ""
        rows = [
            self._moved(line, movement, document.site_id, order, document.text)
            for line in document.lines
        ]
        return self._material_document(movement.code, document.posting_date, key, rows)

    def unit(self, unit: str) -> str:
        """Return SAP's name of a unit."""
        return self.limits.text(self._codes.to_sap("unit", unit), "unit_of_measure", 3)

    def storage_location(self, name: str | None) -> str:
        """Return SAP's storage location; nothing stays nothing."""
        mapped = self._codes.to_sap("storage_location", name) if name else ""
        return self.limits.text(mapped, "storage_location", 4)

    def issue_line(
        self, material: str, quantity: Decimal, unit: str, batch: str, storage_location: str
    ) -> GoodsIssueLine:
        """Read a line of consumption in SAP's terms."""
        place = self._codes.to_ours("storage_location", storage_location)
        return GoodsIssueLine(
            short_id(material),
            Quantity(quantity, self._codes.to_ours("unit", unit)),
            batch or None,
            place or None,
        )

    def plant(self, site_id: str) -> str:
        """Return SAP's plant of a site."""
        return self.limits.text(self._codes.to_sap("plant", site_id), "site_id", 4)

    def work_center(self, name: str | None) -> str:
        """Return SAP's work centre; nothing stays nothing."""
        mapped = self._codes.to_sap("work_center", name) if name else ""
        return self.limits.text(mapped, "work_center_id", 8)

    def user(self, person_id: str | None) -> str:
        """Return a person as a user name of SAP, where it has room for the name."""
        name = one_line(person_id or "")
        return name if 0 < width(name) <= 12 else cut(self._profile.external_user, 12)

    def local(self, moment: datetime | None) -> tuple[date, time] | None:
        """Return a moment as the day and time of the plant's clocks."""
        if moment is None:
            return None
        local = moment.astimezone(self._profile.time_zone)
        return local.date(), local.time().replace(microsecond=0)

    def _issue(
        self, document: GoodsIssue, line: GoodsIssueLine, components: Sequence[OrderComponent]
    ) -> MovementRow:
        found = _component(line.material_id, document.operation_id, components)
        return self._consumption(
            line, document.site_id, document.order_id, found, cut(one_line(document.text), 50)
        )

    def _consumed(
        self, document: ProductionConfirmation, components: Sequence[OrderComponent]
    ) -> Iterator[MovementRow]:
        """Write what a confirmation moves itself: its consumption, and the receipt with it."""
        for line in document.consumed:
            found = _component(line.material_id, document.operation_id, components)
            yield self._consumption(line, document.site_id, document.order_id, found, "")
        if document.consumed and document.to_stock and document.yield_quantity.value:
            product = GoodsMovementLine(
                document.material_id,
                document.yield_quantity,
                document.lot_id,
                document.storage_location,
            )
            movement = MOVEMENTS["receipt_from_order"]
            yield self._moved(product, movement, document.site_id, document.order_id, "")

    def _consumption(
        self,
        line: GoodsIssueLine,
        site_id: str,
        order_id: str,
        component: OrderComponent | None,
        text: str,
    ) -> MovementRow:
        reserved = component.storage_location if component else self._profile.issue_location
        place = line.storage_location or reserved
        return MovementRow(
            material=self._material(line.material_id),
            plant=component.plant if component and component.plant else self.plant(site_id),
            movement_type=MOVEMENTS["issue_to_order"].type,
            quantity=self.limits.quantity(line.quantity.value),
            unit=self.unit(line.quantity.unit),
            storage_location=self.storage_location(place),
            batch=self._batch(line.lot_id or (component.lot_id if component else "")),
            order=self.limits.identifier(order_id, "order_id", 12),
            reservation=component.reservation if component else "",
            reservation_item=component.reservation_item if component else "",
            text=text,
        )

    def _moved(
        self,
        line: GoodsMovementLine,
        movement: MovementType,
        site_id: str,
        order_id: str,
        text: str,
    ) -> MovementRow:
        self._require(line, movement, order_id)
        order = self.limits.identifier(order_id, "order_id", 12)
        return MovementRow(
            material=self._material(line.material_id),
            plant=self.plant(site_id),
            movement_type=movement.type,
            quantity=self.limits.quantity(line.quantity.value),
            unit=self.unit(line.quantity.unit),
            ref_doc_type=movement.ref_doc_type,
            storage_location=self.storage_location(line.storage_location),
            batch=self._batch(line.lot_id),
            order=order if movement.needs == "order" else "",
            purchase_order=self.limits.text(line.purchase_order_id, "purchase_order_id", 10),
            purchase_order_item=self.limits.text(line.purchase_order_item, "purchase_order_id", 5),
            cost_center=self.limits.identifier(line.cost_center, "cost_center", 10),
            account=self._profile.scrap_account if movement.needs == "cost_center" else "",
            reason=self._reason("movement_reason", line.reason_code, "reason_code"),
            to_material=self._material(line.to_material_id) if line.to_material_id else "",
            to_batch=self._batch(line.to_lot_id),
            to_plant=self.plant(line.to_site_id) if line.to_site_id else "",
            to_storage_location=self.storage_location(line.to_storage_location),
            unloading_point=order if movement.needs != "order" else "",
            text=cut(one_line(text), 50),
        )

    def _require(self, line: GoodsMovementLine, movement: MovementType, order_id: str) -> None:
        present = {
            "order": order_id,
            "purchase_order": line.purchase_order_id,
            "to_storage_location": line.to_storage_location,
            "to_material": line.to_material_id,
        }
        if not present.get(movement.needs, "not asked for"):
            raise self._triage.refusal(
                "LINE_LACKS",
                field=_NEEDED_FIELDS[movement.needs],
                what=movement.needs.replace("to_", "receiving ").replace("_", " "),
                material=line.material_id,
            )

    def _material_document(
        self, code: str, posting_date: date, key: str, rows: Sequence[MovementRow]
    ) -> MaterialDocument:
        return MaterialDocument(code, posting_date, reference_of(key), cut(key, 25), tuple(rows))

    def _one_unit(self, document: ProductionConfirmation) -> str:
        parts = (document.yield_quantity, document.scrap_quantity, document.rework_quantity)
        units = list(dict.fromkeys(part.unit for part in parts if part is not None))
        if len(units) > 1:
            raise self._triage.refusal("UNIT_DIFFERS", document, units=" and ".join(units))
        return self.unit(units[0])

    def _part(self, part: Quantity | None, field: str) -> str:
        return self.limits.quantity(part.value if part else Decimal(0), field)

    def _activities(self, document: ProductionConfirmation) -> Iterator[ActivityRow]:
        times = {
            "setup": document.setup_time,
            "machine": document.machine_time,
            "labor": document.labor_time,
        }
        for position, name in enumerate(self._profile.activities, start=1):
            spent = times.get(name)
            if spent is not None:
                quantity = self.limits.quantity(spent.value, f"{name}_time")
                yield ActivityRow(position, quantity, self.unit(spent.unit))

    def _reason(self, kind: CodeKind, code: str | None, field: str) -> str:
        return self.limits.text(self._codes.to_sap(kind, code) if code else "", field, 4)

    def _material(self, material_id: str) -> str:
        return self.limits.identifier(material_id, "material_id", 40)

    def _batch(self, lot_id: str | None) -> str:
        return self.limits.text(lot_id, "lot_id", 10)


_NEEDED_FIELDS = {
    "order": "production_order_id",
    "purchase_order": "purchase_order_id",
    "to_storage_location": "to_storage_location",
    "to_material": "to_material_id",
}


def _component(
    material_id: str, operation_id: str, components: Sequence[OrderComponent]
) -> OrderComponent | None:
    """Return the component that a material is: of the operation, or else of the order."""
    fitting = [row for row in components if same_id(row.material_id, material_id)]
    own = [row for row in fitting if short_id(row.operation_id) == short_id(operation_id)]
    return next(iter((*own, *fitting)), None)
