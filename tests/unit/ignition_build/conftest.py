"""What the tests of the build share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from unit.ignition_build.project_folder import ProjectFolder

PROTOTYPES = Path(__file__).resolve().parents[4] / "shared" / "prototypes" / "ignition"


@pytest.fixture
def project(tmp_path: Path) -> ProjectFolder:
    return ProjectFolder(tmp_path / "project")


@pytest.fixture
def prototypes(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The encoders that were measured on real files, where they are at hand."""
    if not PROTOTYPES.is_dir():
        pytest.skip("the prototypes are not on this machine")
    monkeypatch.syspath_prepend(str(PROTOTYPES))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    import binxml2
    import ges81
    import tgbuild
    import tgxml

    yield SimpleNamespace(binxml2=binxml2, ges81=ges81, tgbuild=tgbuild, tgxml=tgxml)
    for name in ("binxml2", "ges81", "tgbuild", "tgxml"):
        sys.modules.pop(name, None)
