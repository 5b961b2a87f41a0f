"""Settings: read once from the environment; secrets only from files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

STAGING_MAPPINGS = ("consumption_group", "production_count_group", "labor_time_group")
DEFAULT_SENDER = "countersign@localhost"


class SettingsError(Exception):
    """A setting is missing or makes no sense; the text says which and what to write."""


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """Which language model may say a text better; with an empty ``url`` none is asked.

    ``price_per_1000_tokens`` and ``daily_limit`` are in the plant's currency.
    """

    url: str = ""
    model: str = ""
    key: str = field(default="", repr=False)
    locales: tuple[str, ...] = ("en",)
    timeout_s: int = 10
    price_per_1000_tokens: Decimal = Decimal(0)
    daily_limit: Decimal = Decimal(5)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where letters go and to whom; with an empty ``url`` none is sent."""

    url: str = field(default="", repr=False)
    sender: str = DEFAULT_SENDER
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings:
    """How this installation runs.

    ``erps`` maps a short name to a connection URL, the first one is where events are booked;
    passwords in it come from the file that the setting names. ``time_zone`` is the plant's: it
    decides which day an event at midnight is booked on. ``lease_s``: after so many seconds without
    a sign of life another worker takes over what a worker had in hand. ``staging_url`` is the
    plant's database where transaction groups write, ``staging_mappings`` say how to read it.
    ``forecast_tables`` names tables or views in it that forecasts are made from, by their spec;
    trouble that is at least as likely as ``forecast_alarm_from`` is pointed out to people.
    ``scrap_encoder`` (``package.module:factory``) looks at the pictures in ``pictures_dir`` that
    scrap reports name; without one nobody does.
    """

    database_url: str
    models_dir: Path
    erps: Mapping[str, str] = field(default_factory=dict)
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    currency: str = "EUR"
    session_secret: str = ""
    max_body_bytes: int = 4 * 1024 * 1024
    max_waiting_events: int = 5_000
    master_data_every_s: float = 30.0
    staging_url: str = ""
    staging_mappings: tuple[str, ...] = STAGING_MAPPINGS
    staging_every_s: float = 2.0
    forecast_tables: Mapping[str, str] = field(default_factory=dict)
    forecast_alarm_from: float = 0.5
    worker_id: str = "worker"
    lease_s: int = 15
    language: LanguageSettings = field(default_factory=LanguageSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    scrap_encoder: str = ""
    pictures_dir: Path | None = None

    @property
    def default_erp(self) -> str:
        """Return the name of the ERP where events are booked; ``none`` when none is set up."""
        return next(iter(self.erps), "none")

    @property
    def takes_rows(self) -> bool:
        """Tell whether events come from rows of transaction groups as well."""
        return bool(self.staging_url and self.staging_mappings)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; raises :class:`SettingsError`.

        ``COUNTERSIGN_ERPS`` (or the file ``COUNTERSIGN_ERPS_FILE``) holds one ``name=url`` per
        line or comma. A setting ``X_FILE`` always wins over ``X``.
        """
        read = _Reader(environment)
        return cls(
            database_url=read.text("COUNTERSIGN_DATABASE_URL", "sqlite:///countersign.sqlite"),
            models_dir=Path(read.text("COUNTERSIGN_MODELS_DIR", "models")),
            erps=_erps(read.text("COUNTERSIGN_ERPS", "")),
            time_zone=_zone(read.text("COUNTERSIGN_TIME_ZONE", "UTC")),
            currency=read.text("COUNTERSIGN_CURRENCY", "EUR"),
            session_secret=read.text("COUNTERSIGN_SESSION_SECRET", ""),
            max_body_bytes=read.number("COUNTERSIGN_MAX_BODY_BYTES", 4 * 1024 * 1024),
            max_waiting_events=read.number("COUNTERSIGN_MAX_WAITING_EVENTS", 5_000),
            master_data_every_s=read.number("COUNTERSIGN_MASTER_DATA_EVERY_S", 30),
            staging_url=read.text("COUNTERSIGN_STAGING_URL", ""),
            staging_mappings=_names(
                read.text("COUNTERSIGN_STAGING_MAPPINGS", ",".join(STAGING_MAPPINGS))
            ),
            staging_every_s=read.number("COUNTERSIGN_STAGING_EVERY_S", 2),
            forecast_tables=_tables(read.text("COUNTERSIGN_FORECAST_TABLES", "")),
            forecast_alarm_from=read.share("COUNTERSIGN_FORECAST_ALARM_FROM", "0.5"),
            worker_id=read.text("COUNTERSIGN_WORKER_ID", f"worker-{os.getpid()}"),
            lease_s=read.number("COUNTERSIGN_LEASE_S", 15),
            language=_language(read),
            mail=_mail(read),
            **_pictures(read),
        )


class _Reader:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def text(self, name: str, default: str) -> str:
        path = self._environment.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingsError(f"{name}_FILE: {path} cannot be read: {error}") from error
        return self._environment.get(name, default)

    def number(self, name: str, default: int) -> int:
        text = self._environment.get(name, str(default))
        try:
            value = int(text)
        except ValueError as error:
            raise SettingsError(f"{name} must be a whole number, not {text!r}") from error
        if value <= 0:
            raise SettingsError(f"{name} must be above zero, not {value}")
        return value

    def amount(self, name: str, default: str) -> Decimal:
        text = self._environment.get(name, default)
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise SettingsError(f"{name} must be a decimal number, not {text!r}") from error
        if not value.is_finite() or value < 0:
            raise SettingsError(f"{name} must not be below zero, not {value}")
        return value

    def share(self, name: str, default: str) -> float:
        value = self.amount(name, default)
        if not 0 < value <= 1:
            raise SettingsError(f"{name} must be above 0 and at most 1, not {value}")
        return float(value)


def _language(read: _Reader) -> LanguageSettings:
    url = read.text("COUNTERSIGN_LANGUAGE_URL", "")
    model = read.text("COUNTERSIGN_LANGUAGE_MODEL", "")
    locales = tuple(read.text("COUNTERSIGN_LANGUAGE_LOCALES", "en").replace(",", " ").split())
    strange = set(locales) - {"en", "de", "nl"}
    if strange:
        raise SettingsError(f"COUNTERSIGN_LANGUAGE_LOCALES: {min(strange)!r} is not en, de or nl")
    if url and not model:
        raise SettingsError("COUNTERSIGN_LANGUAGE_MODEL must name the model to ask")
    return LanguageSettings(
        url=url,
        model=model,
        key=read.text("COUNTERSIGN_LANGUAGE_KEY", ""),
        locales=locales,
        timeout_s=read.number("COUNTERSIGN_LANGUAGE_TIMEOUT_S", 10),
        price_per_1000_tokens=read.amount("COUNTERSIGN_LANGUAGE_PRICE_PER_1000_TOKENS", "0"),
        daily_limit=read.amount("COUNTERSIGN_LANGUAGE_DAILY_LIMIT", "5"),
    )


def _pictures(read: _Reader) -> dict[str, Any]:
    encoder = read.text("COUNTERSIGN_SCRAP_ENCODER", "")
    folder = read.text("COUNTERSIGN_PICTURES_DIR", "")
    if encoder and not folder:
        raise SettingsError(
            "COUNTERSIGN_PICTURES_DIR must name the folder of the pictures that scrap reports name"
        )
    return {"scrap_encoder": encoder, "pictures_dir": Path(folder) if folder else None}


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _tables(text: str) -> dict[str, str]:
    tables = {}
    for entry in _names(text.replace("\n", ",")):
        spec, separator, table = entry.rpartition("=")
        if not separator or not spec.strip() or not table.strip():
            raise SettingsError(
                "COUNTERSIGN_FORECAST_TABLES wants spec=table, "
                "for example energy_per_hour=energy_hours"
            )
        tables[spec.strip()] = table.strip()
    return tables


def _mail(read: _Reader) -> MailSettings:
    url = read.text("COUNTERSIGN_MAIL_URL", "")
    recipients = _names(read.text("COUNTERSIGN_MAIL_TO", ""))
    if url and not url.startswith(("smtp://", "smtps://")):
        raise SettingsError(
            "COUNTERSIGN_MAIL_URL wants smtp://host:25, smtp://host:587?starttls=1 or smtps://host"
        )
    if url and not recipients:
        raise SettingsError("COUNTERSIGN_MAIL_TO must name who gets the letters")
    return MailSettings(url, read.text("COUNTERSIGN_MAIL_FROM", DEFAULT_SENDER), recipients)


def _erps(text: str) -> dict[str, str]:
    erps: dict[str, str] = {}
    for entry in text.replace("\n", ",").split(","):
        if not entry.strip():
            continue
        name, separator, url = entry.strip().partition("=")
        if not separator or "://" not in url:
            raise SettingsError(
                "COUNTERSIGN_ERPS wants name=url, for example demo=sandbox+http://…"
            )
        erps[name.strip()] = url.strip()
    return erps


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(
            f"COUNTERSIGN_TIME_ZONE: {name!r} is no time zone; write for example Europe/Berlin"
        ) from error
