"""A setting: how this system is customised; changed while it runs, kept over a restart."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any


class SettingsError(Exception):
    """A setting that does not exist or has no sensible value."""


@dataclass(slots=True)
class Settings:
    """What an administrator may change.

    ``overdelivery`` is what a quantity above the tolerance is: ``error`` or ``warning`` (told in
    the ``sap-message`` header). ``posting_lock_ms`` keeps an order locked after a confirmation, as
    background processing of its goods movements does. ``repeatability`` lets a call that comes
    again under its ``RequestID`` be answered with its first answer; off, as SAP delivers it.
    ``code_style`` writes message codes ``M7/021`` or ``M7021``; ``message_style`` the message of an
    error as ``object`` or ``array``; ``error_targets`` tells which field an error is about.
    Asynchronous journal entries are confirmed at ``journal_confirmation_url``, the status of an
    IDoc is told (SYSTAT01) at ``idoc_status_url``; empty: to nobody.
    """

    client: str = "100"
    overdelivery: str = "error"
    posting_lock_ms: float = 0.0
    repeatability: bool = False
    code_style: str = "M7/021"
    message_style: str = "object"
    error_targets: bool = True
    page_size: int = 1000
    session_lifetime_s: float = 1800.0
    token_lifetime_s: float = 3600.0
    idoc_delay_ms: float = 0.0
    journal_delay_ms: float = 0.0
    journal_confirmation_url: str = ""
    idoc_status_url: str = ""

    def change(self, data: dict[str, Any]) -> dict[str, Any]:
        """Change some settings, all or none, and return all of them."""
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        values = {}
        for name, value in data.items():
            if name not in known:
                raise SettingsError(f"no such setting: {name}; known: {sorted(known)}")
            if known[name] is float and type(value) is int:
                value = float(value)
            choices = _CHOICES.get(name, (value,))
            if type(value) is not known[name] or value not in choices or _is_negative(value):
                raise SettingsError(f"{name}: {value!r} is not possible")
            values[name] = value
        for name, value in values.items():
            setattr(self, name, value)
        return asdict(self)


_CHOICES: dict[str, tuple[Any, ...]] = {
    "overdelivery": ("error", "warning"),
    "code_style": ("M7/021", "M7021"),
    "message_style": ("object", "array"),
}


def _is_negative(value: Any) -> bool:
    return isinstance(value, int | float) and value < 0
