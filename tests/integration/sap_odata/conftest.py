"""What the tests of the OData connector share: a running SAP sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.sap_odata.subject import SapSubject
from sap_sandbox_process import SapSandboxProcess


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SapSubject]:
    """The connector with a running sandbox that knows the demo plant, for one module."""
    process = SapSandboxProcess(tmp_path_factory.mktemp("sap")).start()
    subject = SapSubject(process)
    yield subject
    subject.connector.close()
    process.close()
