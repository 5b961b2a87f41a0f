"""A message: what SAP says, with class and number, and a refusal that carries some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from countersign.erp.sandbox.sap.tables import rows_of


@dataclass(frozen=True, slots=True)
class Message:
    """``code`` is class and number (``M7/021``); ``target`` the field it speaks of, if any."""

    code: str
    text: str
    variables: tuple[str, ...] = ()
    severity: str = "error"
    target: str = ""

    @property
    def message_class(self) -> str:
        """Return the class, ``M7`` of ``M7/021``."""
        return self.code.rpartition("/")[0]

    @property
    def number(self) -> str:
        """Return the number, ``021`` of ``M7/021``."""
        return self.code.rpartition("/")[2]


class Refusal(Exception):
    """A call that is not executed; the first message decides the HTTP status."""

    def __init__(self, messages: Sequence[Message], status: int = 400) -> None:
        super().__init__("; ".join(f"{message.code} {message.text}" for message in messages))
        self.messages = tuple(messages)
        self.status = status


def message(code: str, *variables: str, target: str = "", severity: str = "error") -> Message:
    """Return a message of ``messages.csv`` with its variables filled in."""
    text = _table()[code][0]
    for number, value in enumerate(variables, start=1):
        text = text.replace(f"&{number}", value)
    return Message(code, text, variables, severity, target)


def refusal(code: str, *variables: str, target: str = "") -> Refusal:
    """Return a refusal by one message, with the status that the table gives."""
    return Refusal([message(code, *variables, target=target)], _table()[code][1])


def as_warning(one: Message) -> Message:
    """Return the same message as a warning, as customising can turn it."""
    return replace(one, severity="warning")


@cache
def _table() -> dict[str, tuple[str, int]]:
    return {row["code"]: (row["text"], int(row["http_status"])) for row in rows_of("messages.csv")}
