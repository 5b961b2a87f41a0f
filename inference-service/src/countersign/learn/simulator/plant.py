"""A plant as the ERP describes it: products, materials, operations, people; no hidden truth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from countersign.nouns.order import Component, Material, Operation, ProductionOrder
from countersign.nouns.quantity import Quantity

PIECE = "C62"
BULK_UNITS = ("KGM", "KGM", "KGM", "LTR", "MTR")
PACK_FACTORS = (10, 12, 25)


@dataclass(frozen=True, slots=True)
class ComponentPlan:
    """What one piece of a product needs of a material, by the bill of materials."""

    material_id: str
    per_piece: Decimal
    operation_id: str


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """A product with routing and bill of materials; ``typical_lot`` is the median order."""

    material_id: str
    operations: tuple[Operation, ...]
    components: tuple[ComponentPlan, ...]
    typical_lot: int

    def order(
        self, order_id: str, site_id: str, pieces: int, materials: Mapping[str, Material]
    ) -> ProductionOrder:
        """Return a released order for some pieces."""
        return ProductionOrder(
            order_id=order_id,
            site_id=site_id,
            material_id=self.material_id,
            quantity=Quantity(Decimal(pieces), materials[self.material_id].unit),
            state="released",
            components=tuple(
                Component(
                    plan.material_id,
                    Quantity(plan.per_piece * pieces, materials[plan.material_id].unit),
                    plan.operation_id,
                )
                for plan in self.components
            ),
            operations=self.operations,
        )


@dataclass(frozen=True, slots=True)
class PlantDescription:
    """A plant to simulate.

    ``machines`` are the equipment of each work centre. The first of ``scrap_reasons`` are those
    that people find convenient.
    """

    site_id: str
    products: tuple[ProductPlan, ...]
    materials: Mapping[str, Material]
    persons: tuple[str, ...]
    machines: Mapping[str, tuple[str, ...]]
    scrap_reasons: tuple[str, ...]
    storage_location: str = ""


def draw_plant(seed: int) -> PlantDescription:
    """Draw a plant: 5 to 9 products of 1 to 4 operations, from about twice as many materials."""
    rng = np.random.default_rng((seed, 1))
    centers = [f"WC{number}" for number in range(1, int(rng.integers(5, 9)))]
    materials = _draw_materials(rng)
    parts = sorted(materials)
    products = []
    for number in range(int(rng.integers(5, 10))):
        product_id = f"P{rng.integers(10_000, 99_999)}-{number}"
        price = Decimal(f"{rng.lognormal(math.log(40), 1.0):.2f}")
        materials[product_id] = Material(product_id, PIECE, price=price)
        products.append(_draw_product(rng, product_id, parts, materials, centers))
    codes = rng.permutation(np.arange(10, 99))[:8]
    return PlantDescription(
        site_id=f"{1000 + seed % 9000}",
        products=tuple(products),
        materials=materials,
        persons=tuple(f"U{rng.integers(1000, 9999)}" for _ in range(int(rng.integers(8, 16)))),
        machines={
            center: tuple(f"{center}-{n}" for n in range(1, int(rng.integers(2, 5))))
            for center in centers
        },
        scrap_reasons=tuple(f"{code:04d}" for code in codes),
    )


def _draw_materials(rng: np.random.Generator) -> dict[str, Material]:
    materials = {}
    for number in range(int(rng.integers(10, 20))):
        material_id = f"M{rng.integers(10_000, 99_999)}-{number}"
        counted = rng.random() < 0.5
        conversions: tuple[tuple[str, Decimal], ...] = ()
        if counted and rng.random() < 0.6:
            conversions = (("BX", Decimal(int(rng.choice(PACK_FACTORS)))),)
        materials[material_id] = Material(
            material_id,
            PIECE if counted else str(rng.choice(BULK_UNITS)),
            price=Decimal(f"{rng.lognormal(math.log(3), 1.0):.2f}"),
            lot_managed=bool(rng.random() < 0.3),
            conversions=conversions,
        )
    return materials


def _draw_product(
    rng: np.random.Generator,
    product_id: str,
    parts: list[str],
    materials: Mapping[str, Material],
    centers: list[str],
) -> ProductPlan:
    """Draw a product whose order keeps an operation busy for about three recorded stretches."""
    lot = max(int(rng.lognormal(math.log(40), 1.0)), 4)
    operations = tuple(
        Operation(
            operation_id=f"{10 * (step + 1):04d}",
            work_center_id=str(rng.choice(centers)),
            setup_minutes=Decimal(int(rng.integers(10, 90))),
            machine_minutes_per_piece=Decimal(f"{rng.lognormal(math.log(300 / lot), 0.5):.3f}"),
            cost_center=f"K{rng.integers(10, 30)}",
        )
        for step in range(int(rng.integers(1, 5)))
    )
    chosen = rng.permutation(parts)[: int(rng.integers(1, 6))]
    components = tuple(
        ComponentPlan(
            str(material_id),
            _per_piece(rng, materials[str(material_id)].unit),
            str(
                rng.choice([operation.operation_id for operation in operations[:-1] or operations])
            ),
        )
        for material_id in chosen
    )
    return ProductPlan(product_id, operations, components, lot)


def _per_piece(rng: np.random.Generator, unit: str) -> Decimal:
    if unit == PIECE:
        return Decimal(int(rng.choice((1, 1, 1, 2, 2, 3, 4, 6, 8))))
    return max(Decimal(f"{rng.lognormal(0.0, 1.3):.3f}"), Decimal("0.010"))
