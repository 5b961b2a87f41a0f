"""What the integration tests share: the sandbox ERP as a real process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("integration.erp_conformance")

from sandbox_plant import master_rows  # noqa: E402
from sandbox_process import SandboxProcess  # noqa: E402


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A running sandbox ERP with the master data of ``sandbox_plant``, for one module."""
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox"), fast=True).start()
    process.seed(master_rows())
    yield process
    process.close()
