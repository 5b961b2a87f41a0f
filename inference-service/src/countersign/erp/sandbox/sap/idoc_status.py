"""The status of an IDoc as the SYSTAT01 IDoc by which SAP tells it to the sender."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape


def status_document(row: dict[str, Any]) -> bytes:
    """Write what became of an inbound IDoc."""
    first = row["messages"][0] if row["messages"] else {"code": "", "text": ""}
    message_class, _, number = first["code"].rpartition("/")
    fields = {
        "DOCNUM": row["docnum"],
        "STATUS": row["status"],
        "STAMID": message_class,
        "STAMNO": number,
        "STATXT": first["text"][:70],
        "ARCKEY": row["arckey"],
    }
    text = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return (
        '<?xml version="1.0" encoding="utf-8"?><SYSTAT01><IDOC BEGIN="1">'
        '<EDI_DC40 SEGMENT="1"><IDOCTYP>SYSTAT01</IDOCTYP><MESTYP>STATUS</MESTYP>'
        "<SNDPRN>S4SCLNT100</SNDPRN></EDI_DC40>"
        f'<E1STATS SEGMENT="1">{text}</E1STATS></IDOC></SYSTAT01>'
    ).encode()
