"""Entry: what a person enters at a screen becomes an event of the same journal as captures.

The data of the event is checked while the person still looks at it, so nothing of it goes to the
dead letters; and it is on the disk before the screen says so, whether the service is up or not.
"""

from __future__ import absolute_import, unicode_literals

import countersign.commands as commands
import countersign.contracts as contracts
import countersign.events as events
import countersign.identity as identity
import countersign.journal as journals
import countersign.quantities as quantities
import countersign.times as times

EVENT_TYPES = {
    "scrap_report": "countersign.scrap-report.v1",
    "consumption_report": "countersign.material-consumption.v1",
    "confirmation_report": "countersign.production-confirmation.v1",
}
"""The commands that are reports, and the events they become."""
NO_BADGE = "a badge decides about approvals; sign in to report under your own name"


class Entry(object):
    """Journals what people enter."""

    def __init__(self, configuration, capture, clock_ms, master_data):
        self._configuration = configuration
        self._capture = capture
        self._clock_ms = clock_ms
        self._master_data = master_data

    def report(self, request):
        """Journal a report and return the state of the command.

        The body is the data of the event; its quantities may be numbers. Who is signed in reports:
        only the service knows whose a badge is, and a report does not wait for the service.
        """
        data = dict(request["body"], site_id=self._configuration.site_id)
        if data.pop("badge", None):
            return commands.state_of(commands.REFUSED, NO_BADGE, code="badge")
        data["person_id"] = request["user"]
        try:
            _write_out(data)
        except quantities.QuantityError as problem:
            return commands.state_of(commands.REFUSED, "%s" % problem, code="invalid")
        event_type = EVENT_TYPES[request["command"]]
        event = self._event(event_type, request["command_id"], _without_empty(data))
        errors = ["%s: %s" % (pointer, text) for pointer, _, text in contracts.event_errors(event)]
        if errors:
            return commands.state_of(commands.REFUSED, "; ".join(errors), code="invalid")
        try:
            self._capture.enter(event)
        except (journals.JournalUnavailable, IOError, OSError) as problem:
            text = "it is not on the gateway's disk, enter it again: %s" % problem
            return commands.state_of(commands.REFUSED, text, code="journal")
        return commands.state_of(commands.DONE, self._master_data.remark(data), {"id": event["id"]})

    def _event(self, event_type, command_id, data):
        source = self._configuration.source
        return {
            "specversion": "1.0",
            "id": identity.event_key(source, "command/" + command_id, 1, 0),
            "source": source,
            "type": event_type,
            "time": times.rfc3339(self._clock_ms()),
            "datacontenttype": "application/json",
            "subject": events.subject_of(data),
            "data": data,
        }


def _write_out(value):
    """Replace the numbers of quantities, wherever they stand, by their decimal text."""
    if isinstance(value, list):
        for each in value:
            _write_out(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "quantity_string" and each is not None:
                value[name] = quantities.decimal_text(each)
            else:
                _write_out(each)


def _without_empty(data):
    return {name: value for name, value in data.items() if value not in (None, "")}
