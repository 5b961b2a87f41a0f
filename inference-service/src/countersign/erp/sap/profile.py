"""The profile: how an SAP installation wants its documents, as the options of its address say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from countersign.erp.errors import ConfigurationError
from countersign.erp.sap.codes import Codes
from countersign.erp.sap.triage import Triage

OrderCategory = Literal["production", "process", "both"]
Activity = Literal["setup", "machine", "labor"]

TEXTS = frozenset(
    {
        "activities",
        "codes",
        "confirmed_by",
        "external_user",
        "final_confirmations",
        "goods_movements",
        "issue_location",
        "journal_user",
        "notification_type",
        "orders",
        "purchasing_group",
        "requisition_type",
        "scrap_account",
        "scrap_cost_center",
        "sites",
        "time_zone",
        "triage",
    }
)
_PLAIN_TEXTS = frozenset(
    {
        "external_user",
        "issue_location",
        "journal_user",
        "notification_type",
        "purchasing_group",
        "requisition_type",
        "scrap_account",
        "scrap_cost_center",
    }
)
Loaded = TypeVar("Loaded")

NUMBERS = frozenset({"call_timeout_s", "connect_timeout_s", "settle_s", "max_in_flight"})


@dataclass(frozen=True)
class Profile:
    """How documents are written for one SAP installation.

    ``time_zone`` is the plant's: SAP keeps local times. ``orders`` says whether orders are
    production orders, process orders, or to be looked up. Without ``confirms_floor`` Digital
    Manufacturing confirms to S/4HANA what the floor reports, and we do not. ``backflush`` leaves
    goods movements of a confirmation to SAP; without it a confirmation moves only what it carries.
    ``closes_operations`` lets a final confirmation finish its operation in SAP, which then takes no
    more of it: neither what was reported later nor what a person decides later.
    ``issue_location`` is where materials lie that are no components of their order.
    ``activities`` are the standard values in the positions of the work centre.
    """

    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    orders: OrderCategory = "production"
    confirms_floor: bool = True
    backflush: bool = True
    closes_operations: bool = True
    activities: tuple[Activity, ...] = ("setup", "machine", "labor")
    sites: tuple[str, ...] = ()
    external_user: str = "COUNTERSIGN"
    journal_user: str = "COUNTERSIGN"
    issue_location: str = ""
    scrap_cost_center: str = ""
    scrap_account: str = ""
    purchasing_group: str = ""
    requisition_type: str = "NB"
    notification_type: str = "M2"
    max_in_flight: int = 8
    call_timeout_s: float = 30.0
    connect_timeout_s: float = 5.0
    settle_s: float = 10.0
    codes: Codes = field(default_factory=Codes.load)
    triage: Triage = field(default_factory=Triage.load)

    @classmethod
    def of(cls, options: Mapping[str, str]) -> Profile:
        """Read the options of an address that every way into SAP understands.

        Raises:
            ConfigurationError: an option is unknown or makes no sense.
        """
        unknown = sorted(set(options) - TEXTS - NUMBERS)
        if unknown:
            known = ", ".join(sorted(TEXTS | NUMBERS))
            raise _refused(f"SAP's address has no option {unknown[0]}; known are {known}.")
        texts = {name: text for name, text in options.items() if name in _PLAIN_TEXTS}
        numbers = {name: _number(name, options[name]) for name in options.keys() & NUMBERS}
        profile = cls(
            time_zone=_zone(options.get("time_zone", "UTC")),
            orders=_one_of("orders", options.get("orders", "production")),
            confirms_floor=_is_first(options, "confirmed_by", ("countersign", "dm")),
            backflush=_is_first(options, "goods_movements", ("standard", "none")),
            closes_operations=_is_first(options, "final_confirmations", ("close", "keep_open")),
            activities=_activities(options.get("activities", "setup,machine,labor")),
            sites=tuple(filter(None, options.get("sites", "").split(","))),
            codes=_file(Codes.load, options.get("codes")),
            triage=_file(Triage.load, options.get("triage")),
        )
        in_flight = int(numbers.pop("max_in_flight", profile.max_in_flight))
        return replace(profile, max_in_flight=in_flight, **cast(Any, {**texts, **numbers}))


def _refused(text: str) -> ConfigurationError:
    return ConfigurationError(text, code="ERP_ADDRESS")


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (isfinite(value) and value > 0):
        raise _refused(f"The option {name} of SAP's address is a number above 0.")
    return value


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _refused(f"{name} is no time zone; write for example Europe/Berlin.") from error


def _one_of(name: str, text: str) -> OrderCategory:
    if text not in get_args(OrderCategory):
        raise _refused(f"The option {name} of SAP's address is one of production, process, both.")
    return cast(OrderCategory, text)


def _is_first(options: Mapping[str, str], name: str, choices: tuple[str, str]) -> bool:
    """Tell whether an option of two choices is the first one, which it is where nothing is said."""
    text = options.get(name, choices[0])
    if text not in choices:
        raise _refused(f"The option {name} of SAP's address is {' or '.join(choices)}.")
    return text == choices[0]


def _activities(text: str) -> tuple[Activity, ...]:
    names = tuple(text.split(","))
    if len(names) > 6 or not set(names) <= {*get_args(Activity), ""}:
        raise _refused(
            "The option activities of SAP's address names up to six of setup, machine, labor,"
            " in the positions of the standard values; a position may be empty."
        )
    return cast(tuple[Activity, ...], names)


def _file(load: Callable[[Path | None], Loaded], path: str | None) -> Loaded:
    try:
        return load(Path(path) if path else None)
    except (OSError, ValueError) as error:
        raise _refused(f"{path} cannot be used: {error}.") from error
