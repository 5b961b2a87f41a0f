"""The server: one SAP system behind two loopback ports, until SIGTERM."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from countersign.erp.sandbox.sap import demo_plant, seed
from countersign.erp.sandbox.sap.admin import Admin
from countersign.erp.sandbox.sap.gateway import Gateway
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
    ports = Ports(port, admin_port)
    admin = Admin(gateway, ports.go_down, ports.come_up)
    asyncio.run(ports.serve(gateway.handle, admin.handle))
    system.store.close()
