"""Start the SAP sandbox as a process of its own."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from countersign.erp.sandbox.sap.server import run

PASSWORD_VARIABLE = "SAP_SANDBOX_PASSWORD"
SECRET_VARIABLE = "SAP_SANDBOX_CLIENT_SECRET"
DEFAULT_PASSWORD = DEFAULT_SECRET = "sandbox"
USER = "IGNITION"
CLIENT_ID = "countersign"


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m countersign.erp.sandbox.sap",
        description="An SAP-like system with faults on demand. Prints its ports when ready.",
        epilog=f"Log in as {USER} with the password in {PASSWORD_VARIABLE}, or fetch an OAuth2"
        f" token as client {CLIENT_ID} with the secret in {SECRET_VARIABLE}"
        f" (without them: {DEFAULT_PASSWORD}).",
    )
    parser.add_argument("--database", type=Path, required=True, help="SQLite file, made if absent")
    parser.add_argument("--port", type=int, default=0, help="business port, 0 for a free one")
    parser.add_argument("--admin-port", type=int, default=0, help="port of the administration")
    parser.add_argument("--seed", type=Path, help="JSON seed, taken when the database is new")
    parser.add_argument("--plant", type=Path, help="demo plant in JSON, taken when it is new")
    options = parser.parse_args()
    run(
        port=options.port,
        admin_port=options.admin_port,
        database=options.database,
        seed_file=options.seed,
        plant_file=options.plant,
        users={USER: os.environ.get(PASSWORD_VARIABLE, DEFAULT_PASSWORD)},
        clients={CLIENT_ID: os.environ.get(SECRET_VARIABLE, DEFAULT_SECRET)},
    )


if __name__ == "__main__":
    main()
