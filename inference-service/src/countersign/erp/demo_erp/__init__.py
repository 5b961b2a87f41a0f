"""The connector of the sandbox ERP: the pattern for the connectors of real ones."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from countersign.erp.demo_erp.client import Client
from countersign.erp.demo_erp.connector import DemoErp
from countersign.erp.errors import ConfigurationError

OPTIONS = frozenset({"call_timeout_s", "connect_timeout_s", "settle_s", "max_in_flight"})

__all__ = ["DemoErp", "from_url"]


def from_url(url: str) -> DemoErp:
    """Return the connector for ``sandbox+http://user:password@host:port?call_timeout_s=30``.

    Options: ``call_timeout_s``, ``connect_timeout_s``, ``settle_s``, ``max_in_flight``.

    Raises:
        ConfigurationError: user, password or port is missing, or an option is unknown.
    """
    parts = urlsplit(url)
    if not (parts.hostname and parts.port and parts.username and parts.password):
        raise ConfigurationError(
            "The address of the sandbox ERP needs user, password, host and port.",
            code="ERP_ADDRESS",
        )
    options = dict(parse_qsl(parts.query))
    try:
        numbers = {name: float(value) for name, value in options.items() if name in OPTIONS}
    except ValueError:
        numbers = {}
    if numbers.keys() != options.keys() or any(value <= 0 for value in numbers.values()):
        raise ConfigurationError(
            f"Options of the sandbox ERP's address are numbers above 0: {', '.join(OPTIONS)}.",
            code="ERP_ADDRESS",
        )
    call_timeout_s = numbers.get("call_timeout_s", 30.0)
    client = Client(
        f"{parts.scheme.partition('+')[2]}://{parts.hostname}:{parts.port}",
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
