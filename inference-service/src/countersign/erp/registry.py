"""The registry: which connector serves which address."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

from countersign.erp.error_table import ErrorTable
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

ERROR_TABLES: dict[str, tuple[str, str]] = {
    "sandbox": ("countersign.erp.demo_erp", "errors.csv"),
    "sap-dm": ("countersign.erp.sap", "triage.csv"),
    "sap-idoc": ("countersign.erp.sap", "triage.csv"),
    "sap-odata": ("countersign.erp.sap", "triage.csv"),
    "sap-rfc": ("countersign.erp.sap", "triage.csv"),
    "tryton": ("countersign.erp.tryton", "errors.csv"),
}
OWN_TABLE_OPTION = "triage"
"""The option of an address that names the installation's own rows of the error table."""

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


def error_table(url: str) -> ErrorTable:
    """Return what the codes of the ERP behind an address mean, the installation's own rows on top.

    The connector is not loaded. Raises ``ValueError`` or ``OSError`` for a table that cannot be
    read; of an ERP without a table nothing is known.
    """
    split = urlsplit(url)
    home = ERROR_TABLES.get(split.scheme.partition("+")[0])
    if home is None:
        return ErrorTable([])
    table = ErrorTable.load(*home)
    own = parse_qs(split.query).get(OWN_TABLE_OPTION)
    return table.overlaid(ErrorTable.read(Path(own[0]))) if own else table
