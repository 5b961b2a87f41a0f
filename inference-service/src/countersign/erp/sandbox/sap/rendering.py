"""A rendering: stored rows as SAP Gateway shows them in OData V2 JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from countersign.erp.sandbox.sap.edm import to_json, to_literal
from countersign.erp.sandbox.sap.payload import bad_request
from countersign.erp.sandbox.sap.store import COLUMNS, Row, Store
from countersign.erp.sandbox.sap.tables import EntityType, Navigation, entity


class Rendering:
    """Writes rows for one call: ``base`` is the service's address as the client called it."""

    def __init__(self, store: Store, base: str, select: str = "", expand: str = "") -> None:
        self._store = store
        self._base = base
        self._select = _names(select)
        self._expand = _names(expand)

    def check(self, type_: EntityType) -> None:
        """Refuse ``$select`` and ``$expand`` of what the entity does not have.

        Raises:
            Refusal: a name is unknown.
        """
        for path in (*self._select, *self._expand):
            current = type_
            *way, last = path.split("/")
            for name in way:
                if name not in current.navigations:
                    raise _unknown(name, current)
                current = entity(current.navigations[name].target)
            known = current.navigations if path in self._expand else current.properties
            if last not in known and last not in current.navigations and last != "*":
                raise _unknown(last, current)

    def entry(self, type_: EntityType, row: Row, prefix: str = "") -> dict[str, Any]:
        """Write one row with its navigations, deferred or expanded."""
        address = self.address(type_, row)
        data: dict[str, Any] = {
            "__metadata": {
                "id": address,
                "uri": address,
                "type": f"{type_.service}.{type_.name}Type",
            }
        }
        if type_.etag:
            data["__metadata"]["etag"] = etag(type_, row)
        for name, prop in type_.properties.items():
            if self._selected(prefix + name, prefix):
                data[name] = to_json(prop, row.get(name))
        for name, navigation in type_.navigations.items():
            if prefix + name in self._expanded():
                data[name] = self._related(type_, row, navigation, f"{prefix}{name}/")
            elif self._selected(prefix + name, prefix):
                data[name] = {"__deferred": {"uri": f"{address}/{name}"}}
        return data

    def address(self, type_: EntityType, row: Row) -> str:
        """Return the address of a row."""
        literals = {name: to_literal(type_.properties[name], row[name]) for name in type_.keys}
        if len(literals) == 1:
            (predicate,) = literals.values()
        else:
            predicate = ",".join(f"{name}={literal}" for name, literal in literals.items())
        return f"{self._base}/{type_.name}({quote(predicate, safe=chr(39) + '=,')})"

    def _related(
        self, type_: EntityType, row: Row, navigation: Navigation, prefix: str
    ) -> dict[str, Any] | None:
        target = entity(navigation.target)
        entries = [
            self.entry(target, other, prefix)
            for other in related(self._store, type_, row, navigation)
        ]
        if navigation.many:
            return {"results": entries}
        return entries[0] if entries else None

    def _selected(self, path: str, prefix: str) -> bool:
        wanted = [one for one in self._select if one.startswith(prefix)]
        if not wanted:
            return True
        return any(one in (path, f"{prefix}*") or one.startswith(f"{path}/") for one in wanted)

    def _expanded(self) -> set[str]:
        found = set()
        for path in self._expand:
            parts = path.split("/")
            found |= {"/".join(parts[: count + 1]) for count in range(len(parts))}
        return found


def related(store: Store, type_: EntityType, row: Row, navigation: Navigation) -> list[Row]:
    """List the rows that a navigation leads to: those that agree in the key."""
    target = entity(navigation.target)
    names = type_.keys if navigation.many else target.keys
    equal = {
        name: row[name] for name in names if name in type_.properties and name in target.properties
    }
    by_column = [name for name in equal if name in COLUMNS]
    found = store.find(target.name, **{name: equal[name] for name in by_column or equal})
    return [other for other in found if all(other[name] == equal[name] for name in equal)]


def etag(type_: EntityType, row: Row) -> str:
    """Return the ETag of a row."""
    return f"W/\"'{row[type_.etag]}'\""


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _unknown(name: str, type_: EntityType) -> Exception:
    text = f"Property {name} not found in type {type_.name}Type"
    return bad_request("/IWBEP/CM_MGW_RT/020", text, name)
