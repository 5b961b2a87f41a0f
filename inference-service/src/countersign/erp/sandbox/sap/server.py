"""The server: one SAP system behind two loopback ports, until SIGTERM."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from countersign.erp.sandbox.sap import demo_plant, dm, idocs, journal, odata_v4, rfc, seed
from countersign.erp.sandbox.sap.admin import Admin
from countersign.erp.sandbox.sap.gateway import Gateway, Interface
from countersign.erp.sandbox.sap.idoc_status import status_document
from countersign.erp.sandbox.sap.outbound import Outbound
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import System
from countersign.erp.sandbox.server import Ports


def run(
    *,
    port: int,
    admin_port: int,
    database: Path,
    seed_file: Path | None,
    plant_file: Path | None,
    users: dict[str, str],
    clients: dict[str, str],
) -> None:
    """Open the system, seed it when it is new, and serve."""
    system = System(database)
    if system.store.count("A_Product") == 0:
        if plant_file is not None:
            plant = json.loads(plant_file.read_text(encoding="utf-8"))
            seed.take(system, demo_plant.seed_of(plant))
        if seed_file is not None:
            seed.take(system, json.loads(seed_file.read_text(encoding="utf-8")))
    gateway = Gateway(system, users, clients)
    outbound = Outbound()
    inbox = _register_interfaces(gateway, outbound, users)
    ports = Ports(port, admin_port)
    admin = Admin(gateway, outbound, ports.go_down, ports.come_up)

    async def serve() -> None:
        outbound.after(0, inbox.process_waiting)
        await ports.serve(gateway.handle, admin.handle)

    asyncio.run(serve())
    system.store.close()


def _register_interfaces(
    gateway: Gateway, outbound: Outbound, users: dict[str, str]
) -> idocs.IdocInbox:
    """Let the interfaces besides OData be served."""
    settings = gateway.system.settings

    def confirm(message: bytes) -> None:
        outbound.post(settings.journal_confirmation_url, message, settings.journal_delay_ms / 1000)

    def report(row: Row) -> None:
        if settings.idoc_status_url:
            outbound.post(settings.idoc_status_url, status_document(row))

    calls = rfc.RfcServer(gateway.system, users)
    gateway.register(
        rfc.PREFIX, Interface(calls.kind, calls.serve, calls.dropped, open_to_all=True)
    )
    planned = odata_v4.PlannedOrders(gateway.system)
    gateway.register(odata_v4.PREFIX, Interface(lambda _: "read", planned.serve))
    entries = journal.JournalService(confirm)
    for path in (journal.CLOUD_PATH, journal.ON_PREMISE_PATH, journal.ASYNCHRONOUS_PATH):
        gateway.register(path, Interface(lambda _: "journal", entries.serve))
    for prefix in dm.PREFIXES:
        gateway.register(prefix, Interface(dm.kind, dm.serve, refused=dm.refused))
    inbox = idocs.IdocInbox(
        gateway.system,
        lambda action: outbound.after(settings.idoc_delay_ms / 1000, action),
        report,
    )
    for path in idocs.PATHS:
        gateway.register(path, Interface(lambda _: "idoc", inbox.receive))
    gateway.register(idocs.STATUS_PATH, Interface(lambda _: "find", inbox.status))
    return inbox
