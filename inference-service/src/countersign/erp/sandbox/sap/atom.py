"""An Atom document: what SAP Gateway sends when nobody asked for JSON."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from countersign.erp.sandbox.sap.tables import EntityType

MEDIA_TYPE = "application/atom+xml;charset=utf-8"
_SPACES = (
    'xmlns="http://www.w3.org/2005/Atom"'
    ' xmlns:m="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"'
    ' xmlns:d="http://schemas.microsoft.com/ado/2007/08/dataservices"'
)


def document(data: dict[str, Any], type_: EntityType) -> str:
    """Write an entry, or a feed where ``data`` has results; navigations are left out."""
    head = '<?xml version="1.0" encoding="utf-8"?>'
    if "results" not in data:
        return head + _entry(data, type_, _SPACES)
    entries = "".join(_entry(row, type_, "") for row in data["results"])
    return f"{head}<feed {_SPACES}><title>{type_.name}</title>{entries}</feed>"


def _entry(row: dict[str, Any], type_: EntityType, spaces: str) -> str:
    address = row["__metadata"]["uri"]
    properties = "".join(
        f"<d:{name}>{escape(str(row[name]))}</d:{name}>"
        if row[name] is not None
        else f'<d:{name} m:null="true"/>'
        for name in type_.properties
        if name in row
    )
    return (
        f"<entry {spaces}><id>{escape(address)}</id>"
        f'<link href={quoteattr(address)} rel="self"/>'
        f'<content type="application/xml"><m:properties>{properties}</m:properties></content>'
        "</entry>"
    )
