"""Keys: where a posting's key goes in each SAP document, so that it can be searched there.

SAP does not refuse a document that was sent twice. Everything rests on a field that is written
with the document and can be searched afterwards; which one it is depends on the document.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid

from countersign.erp.sap.values import cut, one_line

REFERENCE_LENGTH = 16
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:countersign:sap")
_KEY = re.compile(r"[A-Z0-9]{1,24}")


def reference_of(key: str) -> str:
    """Return 80 bits of the key as 16 capital letters and digits.

    For fields of 16: ``ReferenceDocument`` (XBLNR), ``DocumentReferenceID``, ``REF_DOC_NO``.
    """
    digest = hashlib.sha256(key.encode()).digest()
    return base64.b32encode(digest[:10]).decode("ascii")


def guid_of(key: str) -> uuid.UUID:
    """Return the key as a GUID, for ``ExternalSystemConfirmation``, message ids and the like."""
    return uuid.uuid5(_NAMESPACE, key)


def reversal_key(key: str) -> str:
    """Return the key of the document that reverses the one under this key."""
    return f"{key}/reversal"


def keyed_text(key: str, text: str, length: int) -> str:
    """Return the key and as much of a person's text as fits behind it."""
    return cut(f"{key} {one_line(text)}".strip(), length)


def key_in(text: str) -> str:
    """Return the key at the beginning of a text that :func:`keyed_text` wrote, or nothing."""
    first = text.split(" ", 1)[0]
    return first if _KEY.fullmatch(first) else ""


def text_with_reference(key: str, text: str, length: int) -> str:
    """Return a person's text with the key's reference behind it, for fields that people read."""
    reference = reference_of(key)
    return f"{cut(one_line(text), length - REFERENCE_LENGTH - 1)} {reference}".strip()
