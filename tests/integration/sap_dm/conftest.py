"""What the tests of the connector of Digital Manufacturing share: a running SAP sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.sap_dm.subject import DmSubject
from sap_sandbox_process import SapSandboxProcess


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DmSubject]:
    """The connector with a running sandbox that knows the demo plant, for one module."""
    process = SapSandboxProcess(tmp_path_factory.mktemp("sap")).start()
    subject = DmSubject(process)
    yield subject
    subject.connector.close()
    process.close()
