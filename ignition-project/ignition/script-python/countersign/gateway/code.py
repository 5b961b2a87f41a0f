"""Gateway: what the gateway events and screens of this project call, one function each."""

from __future__ import absolute_import, unicode_literals

import json
import traceback
from collections import deque

import countersign.board as board
import countersign.commands as commands
import countersign.push as push
import countersign.runtime as runtime
import countersign.tags as tags

try:
    from java.lang import Throwable
except ImportError:
    Throwable = OSError

ALARM_TAG = "[default]Countersign/Alarm"

_last_failures = {}
_missed = deque()
"""Triggers that came while the journal could not be opened; their machines still wait."""


def on_startup():
    """Open the journal, so that a wrong configuration shows at once and not at the first event."""
    if _guarded("startup", runtime.current):
        system.util.invokeAsynchronous(on_master_data_schedule)


def on_shutdown():
    """Close the journal and the connection to the service."""
    _guarded("shutdown", runtime.close)


def on_trigger(is_initial, new_value, tag_path):
    """Capture the change of a trigger tag."""
    reading = tags.reading(new_value)
    trigger = ("%s" % tag_path, reading, bool(is_initial))
    if not _guarded("capture", lambda: runtime.current().capture.on_trigger(*trigger)):
        _missed.append(trigger)


def on_forward_timer():
    """Hand journalled events over to the service."""
    _guarded("forward", lambda: runtime.current().forward())


def on_outbox_timer():
    """Move journalled events to the outbox of a redundant pair."""
    _guarded("outbox", lambda: runtime.current().move_to_outbox())


def on_outcome_timer():
    """Show on the tags what became of the events."""
    _guarded("outcomes", lambda: runtime.current().outcomes.run())


def on_context_timer():
    """Read what surrounds the work centres, for the events to come."""
    _guarded("context", lambda: runtime.current().contexts.run())


def on_master_data_schedule():
    """Read the ERP's released orders from the service."""
    _guarded("master data", _refresh_master_data)


def on_health_timer():
    """Show on the tags how this package is doing."""
    if _guarded("health", lambda: runtime.current().publish_health()) and _missed:
        _guarded("capture", _capture_missed)


def on_command_timer():
    """Carry out what people at screens have commanded."""
    _guarded("commands", lambda: runtime.current().commands.run())


def on_board_timer():
    """Read from the service what screens look at."""
    _guarded("board", lambda: runtime.current().refresher.run())


def on_command(payload):
    """Take a command of a screen (see commands.submit) and return its state."""
    return runtime.current().commands.take(json.loads(payload["request"]))


def on_command_state(payload):
    """Return the state of a command to a client that runs outside of the gateway."""
    return commands.state(payload["command_id"])


def on_board(payload):
    """Return what the board shows to a client that runs outside of the gateway."""
    return board.read(payload["name"], json.loads(payload.get("params") or "{}"))


def on_orders_push(request):
    """Take orders that an ERP pushes over WebDev; return what the platform answers."""
    status, content = push.take_orders(request["data"], runtime.current().service)
    request["servletResponse"].setStatus(status)
    return {"json": content}


def health():
    """Return the state of the package now, for screens and scripts; the tags follow in seconds."""
    return runtime.current().health()


def _refresh_master_data():
    """Refresh the known orders; that it failed is no alarm, the forwarder has one for that."""
    problem = runtime.current().master_data.refresh()
    if problem is not None:
        system.util.getLogger("countersign").debug("master data: %s" % problem)


def _capture_missed():
    """Capture the triggers whose machines wait; one that has gone on is refused by capture."""
    while _missed:
        runtime.current().capture.on_trigger(*_missed[0])
        _missed.popleft()


def _guarded(name, function):
    """Call a function and tell whether it went well.

    What goes wrong is logged once, raised as an alarm and not swallowed. An exception of Java is
    none of Python's, so both kinds are caught.
    """
    try:
        function()
    except (Exception, Throwable) as problem:
        text = "%s: %s" % (name, problem)
        if _last_failures.get(name) != text:
            _last_failures[name] = text
            detail = traceback.format_exc().decode("utf-8", "replace")
            system.util.getLogger("countersign").error("%s\n%s" % (text, detail))
        _show(name, text)
        return False
    if _last_failures.pop(name, None) is not None:
        _show(name, None)
    return True


def _show(name, text):
    opened = runtime.opened()
    if opened is None:
        tags.GatewayTags().write({ALARM_TAG: text or ""})
    elif text is None:
        opened.alarms.clear(name)
    else:
        opened.alarms.set(name, text)
