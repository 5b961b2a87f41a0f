"""All checks of a project, in one call."""

from __future__ import annotations

from pathlib import Path

from ignition_check import (
    bindings,
    components,
    literals,
    navigation,
    resources,
    roles,
    scriptchecks,
    tags,
    texts,
)
from ignition_check.findings import Finding
from ignition_check.project import Project

CHECKS = (
    resources.check,
    components.check,
    bindings.check,
    navigation.check,
    literals.check,
    roles.check,
    texts.check,
    tags.check,
    scriptchecks.check,
)


def findings(folder: Path) -> list[Finding]:
    """Return everything that is wrong in a project folder, sorted by place."""
    project = Project(folder)
    found = {finding for check in CHECKS for finding in check(project)}
    return sorted({*found, *project.unreadable})
