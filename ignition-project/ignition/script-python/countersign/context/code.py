"""Context: what surrounds a work centre, read every few seconds and put beside its events.

Alarms and history are queries, so none of this is read when a trigger comes: an event gets what
was read last, with its time. Nothing is booked from it, and what a plant has not set up is left
out.
"""

from __future__ import absolute_import, division, unicode_literals

import json
from decimal import Decimal

import countersign.quantities as quantities
import countersign.times as times
import countersign.versions as versions

OLDEST_MS = 120 * 1000
"""What was read before that says nothing about an event."""

ALARMS_SHOWN = 20
SHARES = ("oee", "availability", "performance", "quality", "work_in_process")
TAGS = {
    "MachineState": "machine_state",
    "Oee": "oee",
    "Availability": "availability",
    "Performance": "performance",
    "Quality": "quality",
    "WorkInProcess": "work_in_process",
    "LineSideStock": "line_side_stock",
    "OperatorSkills": "operator_skills",
}
"""The tags of a work centre, by the names of the README, and what they fill."""


class Contexts(object):
    """The newest context of each work centre that has reported or may report."""

    def __init__(self, configuration, tags, asks, clock_ms, alarms):
        """``asks`` has history() and active_alarms() as the module versions has them."""
        self._configuration = configuration
        self._tags = tags
        self._asks = asks
        self._clock_ms = clock_ms
        self._alarms = alarms
        self._contexts = {}

    def watch(self, folder):
        """Read the context of a work centre from now on."""
        self._contexts.setdefault(folder, None)

    def of(self, folder):
        """Return the context of a work centre as the contract has it, None without a fresh one."""
        read = self._contexts.get(folder)
        if read is None or self._clock_ms() - read[0] > OLDEST_MS:
            return None
        return read[1]

    def run(self):
        """Read the contexts of all work centres."""
        if not self._configuration.context:
            return
        problems = []
        standing = self._standing_alarms(problems)
        for folder in sorted(self._contexts):
            now_ms = self._clock_ms()
            context = self._from_tags(folder)
            alarms = [alarm for source, alarm in standing if _is_in(folder, source)]
            if alarms:
                context["active_alarms"] = alarms[:ALARMS_SHOWN]
            history = self._history(folder, now_ms, problems)
            if history:
                context["history"] = history
            if context:
                context["read_at"] = times.rfc3339(now_ms)
            self._contexts[folder] = (now_ms, context) if context else None
        if problems:
            self._alarms.set("context", problems[0])
        else:
            self._alarms.clear("context")

    def _from_tags(self, folder):
        names = sorted(TAGS)
        paths = [self._configuration.tag(folder, name) for name in names]
        context = {}
        for name, reading in zip(names, self._tags.read(paths)):
            if reading.is_good and reading.value not in (None, ""):
                value = _filled(TAGS[name], reading.value)
                if value:
                    context[TAGS[name]] = value
        return context

    def _standing_alarms(self, problems):
        """Return (source path, alarm as the contract has it) of all alarms that stand."""
        if not self._configuration.context_alarms:
            return []
        try:
            found = self._asks.active_alarms()
        except versions.NotAvailable as problem:
            problems.append("the standing alarms cannot be read: %s" % problem)
            return []
        return [(source, {"name": name, "priority": how}) for source, name, how in found]

    def _history(self, folder, now_ms, problems):
        begins_at_ms = now_ms - self._configuration.history_minutes * 60 * 1000
        found = []
        for name, value_id in sorted(self._configuration.history_tags.items()):
            try:
                values = self._asks.history(folder + "/" + name, begins_at_ms, now_ms)
                found += _summary(value_id, begins_at_ms, values)
            except versions.NotAvailable as problem:
                problems.append("the history of %s cannot be read: %s" % (name, problem))
        return found


def _is_in(folder, source):
    """Tell whether an alarm's source lies there, such as ``prov:default:/tag:Plant/PRESS1/Oil``."""
    provider, _, path = folder.lstrip("[").partition("]")
    return source.startswith("prov:%s:/tag:%s/" % (provider, path))


def _filled(field, value):
    """Return a tag's value as the contract has it, None when it is not of that kind."""
    try:
        if field in SHARES:
            number = quantities.decimal_text(value)
            return None if number.startswith("-") else number
        if field == "machine_state":
            return ("%s" % value).strip()
        if field == "operator_skills":
            return [skill.strip() for skill in ("%s" % value).split(",") if skill.strip()]
        return [_stock(row) for row in json.loads(value, parse_float=Decimal)]
    except (ValueError, KeyError, TypeError):
        return None


def _stock(row):
    """Return a row of the tag LineSideStock, which is written as those of Materials are."""
    stock = {
        "material_id": "%s" % row["material_id"],
        "quantity": {
            "quantity_string": quantities.decimal_text(row["quantity_string"]),
            "unit_of_measure": row["unit_of_measure"],
        },
    }
    if row.get("material_lot_id"):
        stock["material_lot_id"] = row["material_lot_id"]
    return stock


def _summary(value_id, begins_at_ms, values):
    """Return what a value did over the time as a list of one summary, empty without a value."""
    if not values:
        return []
    numbers = [Decimal(quantities.decimal_text(value)) for value in values]
    shown = {
        "minimum": min(numbers),
        "maximum": max(numbers),
        "mean": sum(numbers) / len(numbers),
        "last": numbers[-1],
    }
    summary = {name: quantities.decimal_text(number) for name, number in shown.items()}
    summary.update({"id": value_id, "begins_at": times.rfc3339(begins_at_ms)})
    return [summary]
