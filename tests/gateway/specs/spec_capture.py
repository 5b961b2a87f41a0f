"""From a trigger to a journalled event, and the handshake with the machine."""

from __future__ import absolute_import, unicode_literals

import contextlib
import io
import json
import os

from fakes import Clock, Log, Tags, folder
from gatewaylibrary import module

alarms = module("alarms")
capture = module("capture")
configuration = module("configuration")
deadletters = module("deadletters")
disk = module("disk")
journals = module("journal")
recents = module("recent")
tags_module = module("tags")

PRESS = "[default]Plant/PRESS1/"
VALUES = {
    PRESS + "ConfirmTrigger": 1,
    PRESS + "ConfirmDone": 0,
    PRESS + "OrderId": "100200",
    PRESS + "OperationId": "0010",
    PRESS + "YieldQuantity": 480.0,
    PRESS + "Unit": "C62",
}


class Floor(object):
    """A work centre with its tags, and the capture under test."""

    def __init__(self, base):
        settings = {
            "service_url": "http://127.0.0.1:1",
            "api_key_file": "key",
            "journal_folder": base,
            "source": "/gw1",
            "site_id": "1000",
        }
        self.base = base
        self.watched, self.context = set(), None
        self.tags = Tags(VALUES)
        self.alarms = alarms.Alarms(Log())
        self.journal = journals.Journal(base, Clock(5000))
        self.recent = recents.RecentEvents()
        self.letters = deadletters.DeadLetters(base, Clock(5000))
        self.capture = capture.Capture(
            configuration.Configuration(settings),
            self.journal,
            self.recent,
            self.letters,
            self.tags,
            self.alarms,
            self,
        )

    def watch(self, folder):
        """Stand for the contexts: note a work centre."""
        self.watched.add(folder)

    def of(self, folder):
        """Stand for the contexts: give what the test has set."""
        return self.context

    def trigger(self, value, quality="Good", at_ms=1767225600000, initial=False, tag="Confirm"):
        path = PRESS + tag + "Trigger"
        self.tags.values[path] = value
        self.capture.on_trigger(path, tags_module.Reading(value, quality, at_ms), initial)

    def journalled(self):
        return [json.loads(record.text) for record in self.journal.next_batch(100).records]

    def dead(self):
        if not os.path.exists(self.letters.path):
            return []
        with io.open(self.letters.path, encoding="ascii") as letters:
            return [json.loads(line) for line in letters]

    def tag(self, name):
        return self.tags.values.get(PRESS + name)


@contextlib.contextmanager
def floor():
    with folder() as base:
        made = Floor(base)
        try:
            yield made
        finally:
            made.journal.close()


def test_a_trigger_is_journalled_and_then_answered():
    with floor() as press:
        press.trigger(1)
        (event,) = press.journalled()
        assert event["data"]["yield_quantity"]["quantity_string"] == "480"
        assert press.tag("ConfirmDone") == 1
        assert press.tag("LastEventId") == event["id"]
        assert press.tag("LastState") == "captured"
        assert press.alarms.text() == ""


def test_what_is_no_occurrence_is_no_event():
    for value, quality, initial in (
        (1, "Good", True),
        (2, "Bad_Stale", False),
        (2, "Uncertain", False),
        (None, "Good", False),
        (0, "Good", False),
    ):
        with floor() as press:
            press.tags.values[PRESS + "ConfirmDone"] = value
            press.trigger(value, quality, initial=initial)
            assert press.journalled() == [] and press.dead() == []


def test_a_tag_that_is_no_trigger_is_left_alone():
    with floor() as press:
        press.capture.on_trigger(PRESS + "OrderId", tags_module.Reading(5, "Good", 0), False)
        assert press.journalled() == []


def test_the_same_trigger_captured_twice_is_one_event():
    with floor() as press:
        press.trigger(1)
        press.tags.values[PRESS + "ConfirmDone"] = 0
        press.trigger(1)
        assert len(press.journalled()) == 1
        assert press.tag("ConfirmDone") == 1


def test_the_same_counter_at_another_time_is_another_event():
    with floor() as press:
        press.trigger(1, at_ms=1767225600000)
        press.trigger(1, at_ms=1767225600001)
        first, second = press.journalled()
        assert first["id"] != second["id"]


def test_values_of_a_later_trigger_are_never_booked_for_an_earlier_one():
    with floor() as press:
        late = tags_module.Reading(1, "Good", 1767225600000)
        press.tags.values[PRESS + "ConfirmTrigger"] = 2
        press.capture.on_trigger(PRESS + "ConfirmTrigger", late, False)
        assert press.journalled() == []
        (letter,) = press.dead()
        assert "went on to 2 before the values of 1 were read" in letter["reasons"][0]


def test_an_event_against_the_contract_goes_to_the_dead_letters_with_an_alarm():
    with floor() as press:
        press.tags.values[PRESS + "OrderId"] = "no blanks allowed"
        press.trigger(1)
        assert press.journalled() == []
        (letter,) = press.dead()
        assert letter["event"]["data"]["order_id"] == "no blanks allowed"
        assert letter["reasons"][0].startswith("/data/order_id: ")
        assert "/data/order_id" in press.alarms.text()
        assert press.tag("ConfirmDone") == 1
        assert press.tag("LastState") == "refused"
        assert press.tag("LastText").startswith("/data/order_id: ")


def test_a_value_of_bad_quality_is_not_booked():
    with floor() as press:
        press.tags.bad.add(PRESS + "YieldQuantity")
        press.trigger(1)
        assert press.journalled() == []
        assert "YieldQuantity has the quality Bad_Stale" in press.dead()[0]["reasons"]


def test_a_full_disk_keeps_events_in_order_and_answers_none_until_they_are_on_it():
    with floor() as press:
        sync, full = disk.write_all, [True]

        def write_all(target, content):
            if full[0]:
                raise IOError(28, "No space left on device")
            sync(target, content)

        disk.write_all = write_all
        try:
            press.trigger(1)
            press.trigger(2)
            assert press.tag("ConfirmDone") == 0
            assert "2 captured events are not on the disk" in press.alarms.text()
            full[0] = False
            press.capture.store_waiting()
        finally:
            disk.write_all = sync
        assert [event["sequence"] for event in press.journalled()] == ["1", "2"]
        assert press.tag("ConfirmDone") == 2
        assert press.alarms.text() == ""


def test_a_trigger_that_was_missed_raises_an_alarm_at_the_start():
    with floor() as press:
        press.trigger(5, initial=True)
        assert press.journalled() == []
        assert "ConfirmTrigger stands at 5 and was never answered (0 is)" in press.alarms.text()
        assert press.tag("ConfirmDone") == 0
        press.trigger(6)
        assert press.alarms.text() == ""


def test_a_trigger_that_was_journalled_but_not_answered_is_answered_at_the_start():
    with floor() as press:
        press.trigger(5)
        press.tags.values[PRESS + "ConfirmDone"] = 4
        press.trigger(5, initial=True)
        assert press.tag("ConfirmDone") == 5
        assert press.alarms.text() == ""


def test_each_kind_has_its_own_trigger_and_answer():
    with floor() as press:
        press.tags.values[PRESS + "Materials"] = (
            '[{"material_id":"STEEL","quantity_string":"1","unit_of_measure":"KGM"}]'
        )
        press.tags.values[PRESS + "ScrapMaterialId"] = "HOUSING"
        press.tags.values[PRESS + "ScrapMaterialQuantity"] = 1
        press.tags.values[PRESS + "ScrapUnit"] = "C62"
        press.trigger(3, tag="Consume")
        press.trigger(4, tag="Scrap")
        assert [event["type"] for event in press.journalled()] == [
            "countersign.material-consumption.v1",
            "countersign.scrap-report.v1",
        ]
        assert (press.tag("ConsumeDone"), press.tag("ScrapDone")) == (3, 4)
        assert press.tag("ConfirmDone") == 0


def test_what_surrounds_the_work_centre_goes_with_its_event():
    with floor() as press:
        press.context = {"read_at": "2026-01-01T00:00:00.000Z", "machine_state": "running"}
        press.trigger(1)
        (event,) = press.journalled()
        assert event["data"]["context"] == press.context
        assert press.watched == {PRESS.rstrip("/")}


def test_a_work_centre_is_watched_before_its_first_event():
    with floor() as press:
        press.trigger(1, initial=True)
        assert press.watched == {PRESS.rstrip("/")}
