"""Start the sandbox ERP as a process of its own."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from countersign.erp.sandbox.server import run

PASSWORD_VARIABLE = "SANDBOX_ERP_PASSWORD"
DEFAULT_PASSWORD = "sandbox"
USER = "clerk"


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m countersign.erp.sandbox",
        description="A small ERP with faults on demand. Prints its ports as JSON when ready.",
        epilog=f"Log in as {USER} with the password in {PASSWORD_VARIABLE}"
        f" (without it: {DEFAULT_PASSWORD}).",
    )
    parser.add_argument("--database", type=Path, required=True, help="SQLite file, made if absent")
    parser.add_argument("--port", type=int, default=0, help="business port, 0 for a free one")
    parser.add_argument("--admin-port", type=int, default=0, help="port of the administration")
    parser.add_argument("--seed", type=Path, help="JSON file with items, orders, periods, stock")
    parser.add_argument(
        "--fast",
        action="store_true",
        help="do not wait for the disk: a kill loses nothing, a power cut may",
    )
    options = parser.parse_args()
    run(
        port=options.port,
        admin_port=options.admin_port,
        database=options.database,
        seed=options.seed,
        users={USER: os.environ.get(PASSWORD_VARIABLE, DEFAULT_PASSWORD)},
        durable=not options.fast,
    )


if __name__ == "__main__":
    main()
