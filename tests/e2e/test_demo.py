"""The demo with its troubles, in its short form: ERP and floor agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDERS = {"tryton": "4", "sap-sandbox": "2"}
TIMEOUT_S = 600


@pytest.mark.timeout(TIMEOUT_S)
@pytest.mark.parametrize("erp", ORDERS)
def test_after_kills_and_an_outage_the_erp_holds_what_happened_exactly_once(erp: str) -> None:
    chosen = ["--check", "--erp", erp, "--orders", ORDERS[erp]]
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "demo"), *chosen],
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S - 30,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["accepted"] == summary["events_captured"] > 0
    assert summary["erp_documents"] > 0
    assert (summary["missing"], summary["double"]) == (0, 0)
    assert summary["audit_ok"]
