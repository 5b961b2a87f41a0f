"""The command: scripts/check-ignition."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from ignition_check import lint
from ignition_check.check import findings
from ignition_check.project import Project

REPOSITORY = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a project and print every finding; exit 1 when there is one."""
    parser = argparse.ArgumentParser(
        prog="scripts/check-ignition",
        description="Check that all that an Ignition project refers to exists and fits.",
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, default=REPOSITORY / "ignition-project", help="the project"
    )
    parser.add_argument(
        "--lint", action="store_true", help="run ignition-lint instead of the project's own checks"
    )
    options = parser.parse_args(arguments)
    folder = options.folder
    if not (folder / "project.json").is_file():
        parser.error(f"{folder} is no Ignition project: it has no project.json")
    started = time.monotonic()
    if options.lint:
        found = lint.judged(lint.reports(folder), lint.false_alarms())
    else:
        found = findings(folder)
    for finding in found:
        print(finding)
    count = len(Project(folder).files)
    seconds = time.monotonic() - started
    print(f"{count} files, {len(found)} findings, {seconds:.1f} s", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
