"""A table: the entities of SAP's services with their fields, read from the CSV files beside."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

_DEFAULTS: dict[str, Any] = {
    "Edm.String": "",
    "Edm.Decimal": "0",
    "Edm.Boolean": False,
    "Edm.Int32": 0,
    "Edm.Double": 0.0,
}


@dataclass(frozen=True, slots=True)
class Property:
    """A field: ``type`` is an EDM name; ``conversion`` is SAP's (ALPHA: no leading zeros)."""

    name: str
    type: str
    length: int | None
    precision: int
    scale: int
    key: bool
    creatable: bool
    conversion: str

    @property
    def default(self) -> Any:
        """Return what SAP shows where nothing was given."""
        return _DEFAULTS.get(self.type)


@dataclass(frozen=True, slots=True)
class Navigation:
    """A way from an entity to others of the same service."""

    name: str
    target: str
    many: bool


@dataclass(frozen=True, slots=True)
class EntityType:
    """An entity set; ``create`` is yes, no, or deep (only inside its parent)."""

    service: str
    name: str
    create: str
    update: bool
    etag: str
    properties: dict[str, Property]
    navigations: dict[str, Navigation]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the names of the key fields in their order."""
        return tuple(name for name, prop in self.properties.items() if prop.key)

    def blank(self) -> dict[str, Any]:
        """Return a row with SAP's initial values."""
        return {name: prop.default for name, prop in self.properties.items()}

    def key_of(self, row: dict[str, Any]) -> tuple[str, ...]:
        """Return the values of a row's key."""
        return tuple(str(row[name]) for name in self.keys)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function import."""

    name: str
    type: str
    length: int | None
    mandatory: bool

    def as_property(self) -> Property:
        """Return the field whose rules its value obeys."""
        conversion = "ALPHA" if self.name in _ALPHA_PARAMETERS else ""
        return Property(self.name, self.type, self.length, 13, 3, False, True, conversion)


@dataclass(frozen=True, slots=True)
class Service:
    """A service of OData 2 or 4; a ``version`` must stand in its path."""

    name: str
    version: str
    odata: str
    entities: dict[str, EntityType] = field(default_factory=dict)
    functions: dict[str, tuple[str, dict[str, Parameter]]] = field(default_factory=dict)


_ALPHA_PARAMETERS = frozenset(
    {
        "ConfirmationCount",
        "ConfirmationGroup",
        "InspectionLot",
        "ManufacturingOrder",
        "ManufacturingOrderSequence",
        "MaintenanceNotification",
        "MaterialDocument",
        "MaterialDocumentItem",
        "OrderID",
        "PhysicalInventoryDocument",
        "PhysicalInventoryDocumentItem",
        "Sequence",
    }
)


def rows_of(name: str) -> list[dict[str, str]]:
    """Read a CSV file of the folder ``tables``."""
    return _rows(files(__package__) / "tables" / name)


@cache
def services() -> dict[str, Service]:
    """Return all services by name."""
    known = {
        row["service"]: Service(row["service"], row["version"], row["odata"])
        for row in rows_of("services.csv")
    }
    for row in rows_of("entity_sets.csv"):
        known[row["service"]].entities[row["entity"]] = _entity(row)
    for row in rows_of("functions.csv"):
        _, parameters = known[row["service"]].functions.setdefault(
            row["function"], (row["method"], {})
        )
        if row["parameter"]:
            length = int(row["length"]) if row["length"] else None
            parameters[row["parameter"]] = Parameter(
                row["parameter"], row["type"], length, row["mandatory"] == "yes"
            )
    return known


@cache
def entity(name: str) -> EntityType:
    """Return an entity set by its name, which is unique over the services."""
    for service in services().values():
        if name in service.entities:
            return service.entities[name]
    raise KeyError(name)


def _entity(row: dict[str, str]) -> EntityType:
    service, name = row["service"], row["entity"]
    navigations = {
        line["name"]: Navigation(line["name"], line["target"], line["many"] == "yes")
        for line in rows_of("navigations.csv")
        if (line["service"], line["entity"]) == (service, name)
    }
    path = files(__package__) / "tables" / "fields" / service / f"{name}.csv"
    properties = {line["name"]: _property(line) for line in _rows(path)}
    return EntityType(
        service, name, row["create"], row["update"] == "yes", row["etag"], properties, navigations
    )


def _property(line: dict[str, str]) -> Property:
    return Property(
        name=line["name"],
        type=line["type"],
        length=int(line["length"]) if line["length"] else None,
        precision=int(line["precision"] or 0),
        scale=int(line["scale"] or 0),
        key=line["key"] == "yes",
        creatable=line["creatable"] == "yes",
        conversion=line["conversion"],
    )


def _rows(path: Traversable) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
