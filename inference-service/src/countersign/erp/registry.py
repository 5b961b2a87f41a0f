"""The registry: which connector serves which address."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast
from urllib.parse import urlsplit

from countersign.erp.errors import ConfigurationError
from countersign.erp.port import ErpPort

PACKAGES: dict[str, str] = {
    "sandbox": "countersign.erp.demo_erp",
    "sap-dm": "countersign.erp.sap_dm",
    "sap-idoc": "countersign.erp.sap_idoc",
    "sap-odata": "countersign.erp.sap_odata",
    "sap-rfc": "countersign.erp.sap_rfc",
    "tryton": "countersign.erp.tryton",
}
"""The word before the ``+`` of the scheme, and the package whose ``from_url`` understands it."""

TRANSPORTS = frozenset({"http", "https", "rfc"})


def connect(url: str) -> ErpPort:
    """Return the connector for an address such as ``sandbox+http://user:password@host:port``.

    Nothing is called yet; :meth:`ErpPort.check` tells whether the ERP answers. The package is
    imported only now, so an ERP's own libraries are needed only where it is used.

    Raises:
        ConfigurationError: no connector of that name, or the connector refuses the address.
    """
    name, plus, transport = urlsplit(url).scheme.partition("+")
    package = PACKAGES.get(name)
    if package is None or not plus or transport not in TRANSPORTS:
        known = ", ".join(f"{known}+http" for known in sorted(PACKAGES))
        raise ConfigurationError(
            f"No ERP is reached by an address that begins with {name}{plus}{transport}://;"
            f" known are {known}.",
            code="ERP_UNKNOWN",
        )
    from_url = cast(Callable[[str], ErpPort], import_module(package).from_url)
    return from_url(url)
