"""An address: which service, entity set, key, navigation or function a call speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from countersign.erp.sandbox.sap.edm import EdmError, from_literal
from countersign.erp.sandbox.sap.messages import Message, Refusal
from countersign.erp.sandbox.sap.payload import bad_request
from countersign.erp.sandbox.sap.tables import EntityType, Service, services

PREFIX = "/sap/opu/odata/sap/"

_SERVICE = re.compile(r"([A-Za-z0-9_]+)(?:;v=(\d{1,4}))?(?:/(.*))?", re.DOTALL)
_RESOURCE = re.compile(r"(\w+)(?:\((.*)\))?", re.DOTALL)
_PREDICATE = re.compile(r"(?:(\w+)=)?((?:\w+)?'(?:[^']|'')*'|[^,']+)(?:,|$)")


@dataclass(frozen=True, slots=True)
class Address:
    """``resource`` is an entity set, a function, ``$metadata``, ``$batch`` or empty.

    ``key`` are the values of one entity; ``rest`` a navigation name, ``$count`` or empty.
    """

    service: Service
    resource: str
    key: dict[str, str] | None
    rest: str

    @property
    def entity(self) -> EntityType:
        """Return the entity set.

        Raises:
            Refusal: the service has none of this name.
        """
        found = self.service.entities.get(self.resource)
        if found is None:
            raise not_found(f"Resource not found for the segment '{self.resource}'")
        return found


def read(path: str) -> Address:
    """Read the path of a call under :data:`PREFIX`.

    Raises:
        Refusal: it leads nowhere.
    """
    match = _SERVICE.fullmatch(path.removeprefix(PREFIX))
    service = services().get(match[1]) if match else None
    if match is None or service is None or service.odata != "2":
        name = match[1] if match else path
        raise _no_service(name, "0001")
    version = int(match[2] or "1")
    if version != int(service.version or "1"):
        raise _no_service(service.name, f"{version:04d}")
    return _resource(service, match[3] or "")


def not_found(text: str) -> Refusal:
    """Return the refusal of an address that leads nowhere."""
    return Refusal([Message("/IWBEP/CM_MGW_RT/020", text)], 404)


def _no_service(name: str, version: str) -> Refusal:
    text = f"No service found for namespace '', name '{name}', version '{version}'"
    return Refusal([Message("/IWFND/MED/170", text)], 403)


def _resource(service: Service, text: str) -> Address:
    first, rest = _split(text)
    match = _RESOURCE.fullmatch(first)
    if match is None:
        if first in ("", "$metadata", "$batch"):
            return Address(service, first, None, rest)
        raise not_found(f"Resource not found for the segment '{first}'")
    address = Address(service, match[1], None, rest)
    if match[2] is None:
        return address
    return Address(service, match[1], _key(address.entity, match[2]), rest)


def _split(text: str) -> tuple[str, str]:
    """Split at the first slash outside quotes."""
    quoted = False
    for position, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif character == "/" and not quoted:
            return text[:position], text[position + 1 :]
    return text, ""


def _key(type_: EntityType, predicate: str) -> dict[str, str]:
    values: dict[str, str] = {}
    position = 0
    while position < len(predicate):
        match = _PREDICATE.match(predicate, position)
        if match is None:
            raise bad_request("/IWBEP/CM_MGW_RT/176", f"Invalid key predicate: {predicate}")
        name = match[1] or (type_.keys[0] if len(type_.keys) == 1 else "")
        if name not in type_.keys:
            raise bad_request("/IWBEP/CM_MGW_RT/176", f"Invalid key predicate: {predicate}")
        try:
            values[name] = str(from_literal(type_.properties[name], match[2].strip()))
        except EdmError as error:
            raise bad_request("/IWBEP/CM_MGW_RT/176", f"Invalid key: {error}") from None
        position = match.end()
    if set(values) != set(type_.keys):
        raise bad_request("/IWBEP/CM_MGW_RT/176", f"Key predicate is incomplete: {predicate}")
    return values
