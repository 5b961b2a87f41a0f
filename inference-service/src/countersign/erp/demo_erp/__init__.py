"""The connector of the sandbox ERP: the pattern for the connectors of real ones."""

from __future__ import annotations

import math
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from countersign.erp.demo_erp.client import Client
from countersign.erp.demo_erp.connector import DemoErp
from countersign.erp.errors import ConfigurationError

OPTIONS = ("call_timeout_s", "connect_timeout_s", "settle_s", "max_in_flight")

__all__ = ["DemoErp", "from_url"]


def from_url(url: str) -> DemoErp:
    """Return the connector for ``sandbox+http://user:password@host:port?call_timeout_s=30``.

    Options: ``call_timeout_s``, ``connect_timeout_s``, ``settle_s``, ``max_in_flight``.

    Raises:
        ConfigurationError: user, password or port is missing, or an option is unknown.
    """
    parts = urlsplit(url)
    port = _port(parts)
    if not (parts.hostname and port and parts.username and parts.password):
        raise ConfigurationError(
            "The address of the sandbox ERP needs user, password, host and port.",
            code="ERP_ADDRESS",
        )
    numbers = _numbers(parts.query)
    call_timeout_s = numbers.get("call_timeout_s", 30.0)
    client = Client(
        f"{parts.scheme.partition('+')[2]}://{parts.hostname}:{port}",
        unquote(parts.username),
        unquote(parts.password),
        connect_timeout_s=numbers.get("connect_timeout_s", 3.0),
        call_timeout_s=call_timeout_s,
    )
    return DemoErp(
        client,
        call_timeout_s=call_timeout_s,
        settle_s=numbers.get("settle_s", 2.0),
        max_in_flight=int(numbers.get("max_in_flight", 32)),
    )


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return None


def _numbers(query: str) -> dict[str, float]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    try:
        numbers = {name: float(value) for name, value in options.items() if name in OPTIONS}
    except ValueError:
        numbers = {}
    usable = all(math.isfinite(value) and value > 0 for value in numbers.values())
    if numbers.keys() != options.keys() or not usable:
        raise ConfigurationError(
            f"Options of the sandbox ERP's address are numbers above 0: {', '.join(OPTIONS)}.",
            code="ERP_ADDRESS",
        )
    return numbers
