"""Dead letters, alarms and the memory of recent events."""

from __future__ import absolute_import, unicode_literals

import io
import json
import os

from fakes import Clock, Log, folder
from gatewaylibrary import module

alarms = module("alarms")
deadletters = module("deadletters")
recents = module("recent")


def test_a_dead_letter_keeps_event_reasons_and_time():
    with folder() as base:
        letters = deadletters.DeadLetters(base, Clock(1767225600000))
        assert letters.count() == 0
        letters.add({"id": "M\xfchle"}, ["broken"])
        with io.open(letters.path, encoding="ascii") as kept:
            assert json.loads(kept.read()) == {
                "at": "2026-01-01T00:00:00.000Z",
                "reasons": ["broken"],
                "event": {"id": "M\xfchle"},
            }


def test_the_count_follows_the_file_that_a_person_moves_away():
    with folder() as base:
        letters = deadletters.DeadLetters(base, Clock())
        for number in range(3):
            letters.add({"id": number}, ["broken"])
            assert letters.count() == number + 1
        assert deadletters.DeadLetters(base, Clock()).count() == 3
        os.remove(letters.path)
        assert letters.count() == 0


def test_an_alarm_is_logged_when_it_changes_and_shown_while_it_stands():
    log = Log()
    standing = alarms.Alarms(log)
    for _ in range(3):
        standing.set("b", "disk full")
    standing.set("a", "key refused")
    assert standing.text() == "key refused; disk full"
    standing.clear("b")
    standing.clear("b")
    assert standing.text() == "key refused"
    assert [level for level, _ in log.lines] == ["error", "error", "info"]


def test_only_the_newest_events_are_remembered():
    recent = recents.RecentEvents(limit=2)
    for number in (1, 2, 3):
        path = "[default]Plant/SAW%d/ScrapTrigger" % number
        recent.add({"id": "e%d" % number, "sequence": "7", "data": {"tag_path": path}})
    assert recent.folder_of("e1") is None
    assert recent.folder_of("e3") == "[default]Plant/SAW3"
    assert recent.is_last_trigger("[default]Plant/SAW3/ScrapTrigger", 7)
    assert not recent.is_last_trigger("[default]Plant/SAW3/ScrapTrigger", 8)
