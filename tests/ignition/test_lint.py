"""ignition-lint is asked about the project, and its list of false alarms stays true."""

from __future__ import annotations

from pathlib import Path

from ignition.plant import PERSPECTIVE, Plant, copy
from ignition_check import lint
from ignition_check.findings import Finding


def test_what_the_linter_says_becomes_a_finding_with_its_place(tmp_path: Path) -> None:
    plant = copy(tmp_path / "project")
    where = plant.component(type="ia.display.lable")
    _keep_one_view(plant)
    found = [one for one in lint.reports(plant.folder) if one.file == where.file]
    assert any("ia.display.lable" in one.problem for one in found), found


def test_a_listed_false_alarm_is_left_out_where_it_is_listed() -> None:
    said = [_said("A", "views/X/view.json"), _said("A", "views/Y/view.json"), _said("B", "x.py")]
    known = [lint.FalseAlarm("A", "views/X/*", "", "a reason"), lint.FalseAlarm("B", "*", "", "b")]
    assert lint.judged(said, known) == [said[1]]


def test_an_entry_that_nothing_needs_is_a_finding() -> None:
    known = [lint.FalseAlarm("A", "*", "other words", "a reason")]
    (left, stale) = lint.judged([_said("A", "x.py")], known)
    assert {left.file, stale.file} == {"x.py", "lint_false_alarms.json"}


def test_every_false_alarm_has_a_reason() -> None:
    assert lint.false_alarms()
    assert all(len(one.reason.split()) > 4 for one in lint.false_alarms())


def _said(code: str, file: str) -> Finding:
    return Finding(file, "line 1", f"{code}: words", "")


def _keep_one_view(plant: Plant) -> None:
    """The linter is slow: one view will do."""
    for view in (plant.folder / PERSPECTIVE / "views").glob("**/view.json"):
        if view.relative_to(plant.folder).as_posix() != plant.view_file:
            view.unlink()
    for module in (plant.folder / "ignition/script-python").glob("**/code.py"):
        module.unlink()
