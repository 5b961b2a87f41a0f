"""What the tests of the RFC connector share: a running SAP sandbox behind the strict transport."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from integration.sap_idoc.subject import IdocSubject
from sap_sandbox_process import SapSandboxProcess


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdocSubject]:
    """The connector with a running sandbox that knows the demo plant, for one module."""
    folder = tmp_path_factory.mktemp("sap")
    process = SapSandboxProcess(folder).start()
    subject = IdocSubject(process, folder / "codes.csv")
    yield subject
    subject.connector.close()
    process.close()
