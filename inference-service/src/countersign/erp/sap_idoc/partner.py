"""The partners: the names that both systems have in SAP's partner profiles (WE20)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Partner:
    """Logical systems and ports of sender and receiver."""

    client: str
    sender: str = "COUNTRSIGN"
    sender_port: str = "COUNTRSIGN"
    receiver: str = "SAP"
    receiver_port: str = "SAP"
