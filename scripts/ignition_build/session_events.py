"""Session events of Perspective for 8.1: the text resources of 8.3 as the one file that 8.1 reads.

That file is plain JSON although its name says otherwise: one text for each event, indented as the
body of a function, and a list of message handlers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from ignition_build.designer_form import sorted_json
from ignition_build.resources import PERSPECTIVE, BuildError, Resource, generated

FOLDER = PurePosixPath(PERSPECTIVE, "session-scripts")
MESSAGE = "message"
NAME_IN_81 = {
    "startup": "onStartup",
    "shutdown": "onShutdown",
    "page-startup": "onPageStartup",
    "barcode": "onBarcodeDataReceived",
    "bluetooth": "onBluetoothReceived",
    "accelerometer": "onAccelerometerDataReceived",
    "nfc-scan": "onNdefDataReceived",
}
MISSING_IN_81 = ("auth-challenge", "form-submission-handler", "key-event")
NOTHING = "\t"


def is_session_event(resource: Resource) -> bool:
    """Tell whether a resource is a session event in the form of 8.3."""
    parts = resource.folder.parts
    known = (*NAME_IN_81, *MISSING_IN_81, MESSAGE)
    return parts[0] == PERSPECTIVE and len(parts) > 1 and parts[1] in known


def for_81(resources: Sequence[Resource]) -> Resource | None:
    """Return the resource that holds all session events in the form of 8.1, if there are any.

    Raises :class:`BuildError` for an event that 8.1 does not have.
    """
    events = [resource for resource in resources if is_session_event(resource)]
    if not events:
        return None
    scripts: dict[str, object] = dict.fromkeys(NAME_IN_81.values(), NOTHING)
    handlers = []
    for event in events:
        kind = event.folder.parts[1]
        if kind in MISSING_IN_81:
            raise BuildError(f"{event.folder}: 8.1 has no such event; do without it")
        is_enabled = event.attributes.get("enabled", True)
        if kind == MESSAGE:
            handlers.append({"name": event.name, "enabled": is_enabled, "script": _body(event)})
        elif is_enabled:
            scripts[NAME_IN_81[kind]] = _body(event)
    content = sorted_json({**scripts, "messageHandlers": handlers})
    return generated(FOLDER, content.encode("utf-8"))


def _body(event: Resource) -> str:
    (script,) = event.files.values()
    head, _, body = script.decode("utf-8").partition("\n")
    if not head.startswith("def ") or not body:
        raise BuildError(f"{event.folder}: the script must begin with a def line of its own")
    return body
