"""Capture: a trigger on the floor becomes a journalled event, and the floor is told so.

The machine sets its values, then counts its trigger tag up and leaves the values alone until the
``Done`` tag of that kind shows the same number: then the event is on the disk. Everything is read
in one go; values that may belong to a later trigger are refused, not guessed.
"""

from __future__ import absolute_import, unicode_literals

import threading
from collections import deque

import countersign.contracts as contracts
import countersign.events as events
import countersign.journal as journals

CAPTURED = "captured"
REFUSED = "refused"


class Capture(object):
    """Turns triggers into journalled events, in the order in which they came."""

    def __init__(self, configuration, journal, recent, dead_letters, tags, alarms, contexts):
        self._configuration = configuration
        self._journal = journal
        self._recent = recent
        self._dead_letters = dead_letters
        self._tags = tags
        self._alarms = alarms
        self._contexts = contexts
        self._order = threading.RLock()
        self._unstored = deque()
        self._kinds = {configuration.tag("", kind.trigger_tag): kind for kind in events.KINDS}

    def on_trigger(self, tag_path, reading, is_initial):
        """Capture the change of a trigger tag.

        Bad quality, an empty tag and a counter of 0 (a machine that was reset) are no events. The
        initial change is none either, but a trigger that was never answered raises an alarm.
        """
        kind, folder = self._kind_and_folder(tag_path)
        if kind is None or not reading.is_good or not reading.value:
            return
        self._contexts.watch(folder)
        trigger = int(reading.value)
        occurrence = events.Occurrence(kind, folder, tag_path, trigger, reading.at_ms)
        if is_initial:
            self._check_handshake(occurrence)
            return
        capture = self._read(occurrence)
        with self._order:
            self._unstored.append(capture)
            self.store_waiting()

    def store_waiting(self):
        """Put captured events on the disk that were not there yet; called again by a timer."""
        with self._order:
            while self._unstored:
                try:
                    self._store(self._unstored[0])
                except (journals.JournalUnavailable, IOError, OSError) as problem:
                    text = "%d captured events are not on the disk: %s"
                    self._alarms.set("journal", text % (len(self._unstored), problem))
                    return
                self._tell_floor(self._unstored.popleft())
            self._alarms.clear("journal")

    def enter(self, event):
        """Journal an event that a person has entered. Raises JournalUnavailable."""
        with self._order:
            if not self._recent.knows(event["id"]):
                self._journal.append(events.json_text(event))
                self._recent.add(event)

    def _kind_and_folder(self, tag_path):
        for ending, kind in self._kinds.items():
            if tag_path.endswith(ending):
                return kind, tag_path[: -len(ending)]
        return None, None

    def _read(self, occurrence):
        """Read the work centre and return what is to be stored: event and reasons against it."""
        folder, kind = occurrence.folder, occurrence.kind
        paths = [occurrence.tag_path]
        paths += [self._configuration.tag(folder, name) for name in kind.tags]
        readings = self._tags.read(paths)
        by_name = dict(zip(kind.tags, readings[1:]))
        usable = {name: each.value for name, each in by_name.items() if each.is_good}
        event, problems = events.build(occurrence, usable, self._configuration)
        context = self._contexts.of(folder)
        if context is not None:
            event["data"]["context"] = context
        if readings[0].value != occurrence.trigger:
            text = "%s went on to %s before the values of %d were read: they are not known"
            problems.append(text % (kind.trigger_tag, readings[0].value, occurrence.trigger))
        for name in kind.tags:
            if by_name[name].is_unusable():
                problems.append("%s has the quality %s" % (name, by_name[name].quality))
        for pointer, _, text in contracts.event_errors(event):
            problems.append("%s: %s" % (pointer, text))
        return _Captured(occurrence, event, problems)

    def _store(self, captured):
        """Journal an event, or keep it as dead letter; one that is journalled already is not."""
        if captured.problems:
            self._dead_letters.add(captured.event, captured.problems)
            folder = captured.occurrence.folder
            text = "%s: an event is refused: %s" % (folder, "; ".join(captured.problems))
            self._alarms.set("dead letters", text)
        elif not self._recent.knows(captured.event["id"]):
            self._journal.append(events.json_text(captured.event))
            self._recent.add(captured.event)

    def _tell_floor(self, captured):
        folder, kind = captured.occurrence.folder, captured.occurrence.kind
        values = {
            kind.done_tag: captured.occurrence.trigger,
            "LastEventId": captured.event["id"],
            "LastState": REFUSED if captured.problems else CAPTURED,
            "LastText": "; ".join(captured.problems),
            "LastDocument": "",
        }
        self._alarms.clear(_handshake_of(captured.occurrence))
        tag = self._configuration.tag
        self._tags.write({tag(folder, name): values[name] for name in values})

    def _check_handshake(self, occurrence):
        """Answer a trigger whose event is journalled already; raise an alarm for another one."""
        path = self._configuration.tag(occurrence.folder, occurrence.kind.done_tag)
        done = self._tags.read([path])[0]
        if not done.is_good or done.value == occurrence.trigger:
            return
        if self._recent.is_last_trigger(occurrence.tag_path, occurrence.trigger):
            self._tags.write({path: occurrence.trigger})
            return
        text = "%s stands at %d and was never answered (%s is): no event was captured for it"
        text = text % (occurrence.tag_path, occurrence.trigger, done.value)
        self._alarms.set(_handshake_of(occurrence), text)


def _handshake_of(occurrence):
    return "handshake %s" % occurrence.tag_path


class _Captured(object):
    def __init__(self, occurrence, event, problems):
        self.occurrence = occurrence
        self.event = event
        self.problems = problems
