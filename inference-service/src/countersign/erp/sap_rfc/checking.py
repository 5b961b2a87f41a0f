"""Checking: library, logon and authorisations, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from countersign.erp.errors import ErpError
from countersign.erp.port import CheckStep
from countersign.erp.sap_rfc.sessions import Sessions

TABLES = {
    "AFRU": "find confirmations",
    "AFWI": "find the goods movements of confirmations",
    "MKPF": "find material documents",
    "MSEG": "find material documents",
    "AUFK": "read orders",
    "AFKO": "read orders",
    "AFVC": "read operations",
    "RESB": "read components",
    "CRHD": "read work centres",
    "MARA": "read materials",
    "MAKT": "read materials",
    "MARD": "read stock",
}
OPTIONAL_TABLES = {
    "EBAN": "find purchase requisitions",
    "BKPF": "find journal entries",
    "QMEL": "find quality notifications",
}


def check_steps(address: str, sessions: Sessions) -> Iterator[CheckStep]:
    """Try to log on, then to read each table; stop where nothing can follow."""
    try:
        sessions.check()
    except ErpError as error:
        name = "library" if error.code == "RFC_LIBRARY" else "logon"
        yield CheckStep(name, False, error.text)
        return
    yield CheckStep("logon", True, f"{address} accepts the user")
    for needed, tables in ((True, TABLES), (False, OPTIONAL_TABLES)):
        for table, purpose in tables.items():
            yield _table(sessions, table, purpose, needed=needed)


def _table(sessions: Sessions, table: str, purpose: str, *, needed: bool) -> CheckStep:
    name = f"{table}: {purpose}"
    try:
        sessions.read("RFC_READ_TABLE", QUERY_TABLE=table, NO_DATA="X")
    except ErpError as error:
        return CheckStep(name, False, error.text, needed)
    return CheckStep(name, True, "the user may read it", needed)
