"""Archives: the zips that a Designer or gateway imports, and the files beside them.

The same project gives the same bytes: entries in the order of their names, no times, no owners.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ignition_build import gateway_events, session_events
from ignition_build.designer_form import manifest_json
from ignition_build.group_definition import (
    FOLDER,
    WORK_CENTERS_FILE,
    read_definitions,
    read_work_centers,
)
from ignition_build.resources import (
    MANIFEST,
    PROJECT_FILE,
    BuildError,
    Resource,
    read_resources,
)
from ignition_build.staging_tables import DIALECTS, ddl
from ignition_build.tag_exports import tag_exports
from ignition_build.transaction_groups import transaction_groups

VERSIONS = ("8.1", "8.3")
FIRST_TIME_OF_ZIP = (1980, 1, 1, 0, 0, 0)
PLAIN_FILE = 0o644 << 16
UNIX = 3


def build(project: Path, work_centers_file: Path | None = None) -> dict[str, bytes]:
    """Return everything that goes into ``dist/`` by file name; raises :class:`BuildError`."""
    definitions = read_definitions(project)
    work_centers = read_work_centers(work_centers_file or project / FOLDER / WORK_CENTERS_FILE)
    resources = read_resources(project)
    _refuse_generated(resources)
    resources += transaction_groups(definitions, work_centers)
    try:
        head = (project / PROJECT_FILE).read_bytes()
    except OSError as error:
        raise BuildError(f"{PROJECT_FILE} cannot be read: {error}") from error
    files = {
        f"countersign-ignition-{version}.zip": _zip(head, for_version(resources, version))
        for version in VERSIONS
    }
    files |= tag_exports(project)
    for path in sorted((project / "sql").glob("*.sql")):
        files[f"countersign-{path.name.replace('.', '-', 1)}"] = path.read_bytes()
    for dialect in DIALECTS:
        name = f"countersign-staging-{dialect.name}.sql"
        files[name] = ddl(definitions, dialect).encode("utf-8")
    return files


def for_version(resources: Iterable[Resource], version: str) -> list[Resource]:
    """Return the resources as one version of Ignition reads them; raises :class:`BuildError`."""
    resources = list(resources)
    if version == "8.3":
        return resources
    converted = [
        resource
        for resource in resources
        if not gateway_events.is_gateway_event(resource)
        and not session_events.is_session_event(resource)
    ]
    made = (gateway_events.for_81(resources), session_events.for_81(resources))
    return converted + [resource for resource in made if resource is not None]


def _refuse_generated(resources: Iterable[Resource]) -> None:
    """Gateway events in both forms would run twice."""
    for resource in resources:
        if resource.folder in (gateway_events.FOLDER, session_events.FOLDER):
            raise BuildError(f"{resource.folder} is generated for 8.1; keep the text form only")


def _zip(head: bytes, resources: Iterable[Resource]) -> bytes:
    entries = {PROJECT_FILE: head}
    for resource in resources:
        entries[f"{resource.folder}/{MANIFEST}"] = manifest_json(dict(resource.manifest)).encode(
            "utf-8"
        )
        for name, content in resource.files.items():
            entries[f"{resource.folder}/{name}"] = content
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(entries):
            info = ZipInfo(name, FIRST_TIME_OF_ZIP)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = PLAIN_FILE
            info.create_system = UNIX
            archive.writestr(info, entries[name])
    return target.getvalue()
