"""One SAP sandbox with the demo plant for all tests here, in order again before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.sap_sandbox.sap_client import SapClient
from sap_sandbox_process import SapSandboxProcess

DEFAULTS = {
    "overdelivery": "error",
    "posting_lock_ms": 0,
    "repeatability": False,
    "code_style": "M7/021",
    "message_style": "object",
    "error_targets": True,
    "page_size": 1000,
    "session_lifetime_s": 1800,
    "token_lifetime_s": 3600,
    "idoc_delay_ms": 0,
    "journal_confirmation_url": "",
    "idoc_status_url": "",
}


@pytest.fixture(scope="session")
def shared_sap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SapSandboxProcess]:
    process = SapSandboxProcess(tmp_path_factory.mktemp("sap")).start()
    yield process
    process.close()


@pytest.fixture
def sap(shared_sap: SapSandboxProcess) -> Iterator[SapSandboxProcess]:
    shared_sap.clear_faults()
    shared_sap.settings(**DEFAULTS)
    said_before = len(shared_sap.log())
    yield shared_sap
    shared_sap.clear_faults()
    assert "Traceback" not in shared_sap.log()[said_before:]


@pytest.fixture
def client(sap: SapSandboxProcess) -> Iterator[SapClient]:
    client = SapClient(sap)
    yield client
    client.close()
