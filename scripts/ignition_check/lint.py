"""ignition-lint on the same project, without the false alarms that are listed with a reason."""

from __future__ import annotations

import fnmatch
import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ignition_check.findings import Finding

FALSE_ALARMS = Path(__file__).resolve().parent / "lint_false_alarms.json"
MODULE = "ignition_lint"
NAMES = ("--parameter-style", "snake_case", "--component-style-rgx", "^([A-Z][a-z0-9]*)+$")
"""How this project names parameters and components."""


class LintMissing(Exception):
    """ignition-lint is not installed for this Python."""


@dataclass(frozen=True)
class FalseAlarm:
    """A rule that is wrong about some files, or about all."""

    code: str
    files: str
    message: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Tell whether a finding of the linter is this false alarm."""
        return (
            finding.problem.startswith(f"{self.code}: ")
            and fnmatch.fnmatchcase(finding.file, self.files)
            and self.message in finding.problem
        )


def false_alarms() -> list[FalseAlarm]:
    """Return the list; ``files`` and ``message`` of an entry narrow it."""
    rows = json.loads(FALSE_ALARMS.read_text(encoding="utf-8"))["false_alarms"]
    return [
        FalseAlarm(row["code"], row.get("files", "*"), row.get("message", ""), row["reason"])
        for row in rows
    ]


def judged(said: list[Finding], known: list[FalseAlarm]) -> list[Finding]:
    """Return what the linter says and nobody has called a false alarm, and entries of no use."""
    found = [one for one in said if not any(alarm.covers(one) for alarm in known)]
    for alarm in known:
        if not any(alarm.covers(one) for one in said):
            problem = f"{alarm.code} in {alarm.files} is no alarm of ignition-lint any more"
            found.append(Finding(FALSE_ALARMS.name, "/", problem, "take the entry out"))
    return sorted(found)


def reports(folder: Path) -> list[Finding]:
    """Return everything that the linter says. Raises LintMissing."""
    if importlib.util.find_spec(MODULE) is None:
        raise LintMissing("ignition-lint is not installed for this Python; scripts/test has it")
    command = [sys.executable, "-m", f"{MODULE}.cli", "--project", str(folder.resolve())]
    command += ["--profile", "full", "--report-format", "json", *NAMES]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.lstrip().startswith("{"):
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return [_finding(folder.resolve(), one) for one in json.loads(done.stdout)["issues"]]


def _finding(folder: Path, issue: dict[str, Any]) -> Finding:
    file = Path(issue["file_path"])
    place = str(issue.get("component_path") or "")
    line = f"line {issue['line_number']}" if issue.get("line_number") else ""
    return Finding(
        file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file),
        " ".join(part for part in (place, line) if part) or "/",
        f"{issue['code']}: {issue['message']} (ignition-lint, {issue['severity']})",
        str(issue.get("suggestion") or "or an entry in lint_false_alarms.json"),
    )
