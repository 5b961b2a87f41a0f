"""Each kind of fault, planted in a copy of the real project, is found where it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ignition.faults import FAULTS, Fault
from ignition.plant import Plant, copy
from ignition.sound import SOUND
from ignition_check.check import findings
from ignition_check.findings import Finding


@pytest.fixture(scope="module")
def project_copy(tmp_path_factory: pytest.TempPathFactory) -> Plant:
    """One copy for all faults; each is taken back."""
    return copy(tmp_path_factory.mktemp("ignition") / "project")


@pytest.fixture(scope="module")
def without_faults(project_copy: Plant) -> set[Finding]:
    """What is found in the project as it is."""
    return set(findings(project_copy.folder))


@pytest.fixture
def plant(project_copy: Plant, without_faults: set[Finding]) -> Iterator[Plant]:
    yield project_copy
    project_copy.undo()


def test_the_real_project_has_no_faults(without_faults: set[Finding]) -> None:
    assert not without_faults, "\n" + "\n".join(sorted(map(str, without_faults)))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_planted_fault_is_found(fault: Fault, plant: Plant, without_faults: set[Finding]) -> None:
    expected = fault.plant(plant)
    found = set(findings(plant.folder)) - without_faults
    at_place = [one for one in found if (one.file, one.place) == (expected.file, expected.place)]
    assert any(fault.names in str(one) for one in at_place), sorted(map(str, found)) or "nothing"


@pytest.mark.parametrize("construct", SOUND, ids=lambda name: name.replace(" ", "-"))
def test_what_is_right_is_left_alone(
    construct: str, plant: Plant, without_faults: set[Finding]
) -> None:
    SOUND[construct](plant)
    assert not [str(one) for one in set(findings(plant.folder)) - without_faults]


def test_taking_a_fault_back_leaves_nothing(
    project_copy: Plant, without_faults: set[Finding]
) -> None:
    assert set(findings(project_copy.folder)) == without_faults


def test_there_are_at_least_thirty_kinds() -> None:
    assert len({fault.name for fault in FAULTS}) >= 30
