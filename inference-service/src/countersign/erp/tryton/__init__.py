"""The connector of Tryton 8, an open-source ERP, over its JSON-RPC interface."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from countersign.erp.errors import ConfigurationError
from countersign.erp.tryton.client import Client
from countersign.erp.tryton.connector import Tryton

OPTIONS = frozenset({"call_timeout_s", "connect_timeout_s", "settle_s"})

__all__ = ["Tryton", "from_url"]


def from_url(url: str) -> Tryton:
    """Return the connector for ``tryton+http://user:password@host:port/database``.

    Options, as query: ``call_timeout_s``, ``connect_timeout_s``, ``settle_s``.

    Raises:
        ConfigurationError: user, password or database is missing, or an option is unknown.
    """
    parts = urlsplit(url)
    database = parts.path.strip("/")
    if not (parts.hostname and parts.username and parts.password and database):
        raise ConfigurationError(
            "The address of Tryton needs user, password, host and database.", code="ERP_ADDRESS"
        )
    options = dict(parse_qsl(parts.query))
    try:
        numbers = {name: float(value) for name, value in options.items() if name in OPTIONS}
    except ValueError:
        numbers = {}
    if numbers.keys() != options.keys() or any(value <= 0 for value in numbers.values()):
        raise ConfigurationError(
            f"Options of Tryton's address are numbers above 0: {', '.join(sorted(OPTIONS))}.",
            code="ERP_ADDRESS",
        )
    call_timeout_s = numbers.get("call_timeout_s", 30.0)
    port = f":{parts.port}" if parts.port else ""
    client = Client(
        f"{parts.scheme.partition('+')[2]}://{parts.hostname}{port}/{database}/rpc/",
        unquote(parts.username),
        unquote(parts.password),
        connect_timeout_s=numbers.get("connect_timeout_s", 3.0),
        call_timeout_s=call_timeout_s,
    )
    return Tryton(client, call_timeout_s=call_timeout_s, settle_s=numbers.get("settle_s", 2.0))
