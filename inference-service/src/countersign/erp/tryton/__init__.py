"""The connector of Tryton 8, an open-source ERP, over its JSON-RPC interface."""

from __future__ import annotations

from math import isfinite
from urllib.parse import parse_qsl, unquote, urlsplit

from countersign.erp.errors import ConfigurationError
from countersign.erp.tryton.client import Client
from countersign.erp.tryton.connector import Tryton

OPTIONS = frozenset({"call_timeout_s", "closes_orders", "connect_timeout_s", "settle_s"})

__all__ = ["Tryton", "from_url"]


def from_url(url: str) -> Tryton:
    """Return the connector for ``tryton+http://user:password@host:port/database``.

    Options, as query: ``call_timeout_s``, ``connect_timeout_s``, ``settle_s``.

    Raises:
        ConfigurationError: user, password or database is missing, or an option is unknown.
    """
    parts = urlsplit(url)
    database = parts.path.strip("/")
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = database = ""
    if not (parts.hostname and parts.username and parts.password and database):
        raise ConfigurationError(
            "The address of Tryton needs user, password, host, port and database.",
            code="ERP_ADDRESS",
        )
    numbers = _numbers(parts.query)
    call_timeout_s = numbers.get("call_timeout_s", 30.0)
    client = Client(
        f"{parts.scheme.partition('+')[2]}://{parts.hostname}{port}/{database}/rpc/",
        unquote(parts.username),
        unquote(parts.password),
        connect_timeout_s=numbers.get("connect_timeout_s", 3.0),
        call_timeout_s=call_timeout_s,
    )
    return Tryton(
        client,
        call_timeout_s=call_timeout_s,
        settle_s=numbers.get("settle_s", 2.0),
        closes_orders="closes_orders" in numbers,
    )


def _is_usable(seconds: float) -> bool:
    return isfinite(seconds) and seconds > 0


def _numbers(query: str) -> dict[str, float]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    try:
        numbers = {name: float(text) for name, text in options.items() if name in OPTIONS}
    except ValueError:
        numbers = {}
    if numbers.keys() != options.keys() or not all(map(_is_usable, numbers.values())):
        raise ConfigurationError(
            f"Options of Tryton's address are numbers above 0: {', '.join(sorted(OPTIONS))}.",
            code="ERP_ADDRESS",
        )
    return numbers
