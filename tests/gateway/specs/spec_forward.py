"""Handing the journal over: every answer that a service, or a proxy before it, can give."""

from __future__ import absolute_import, unicode_literals

import contextlib
import io
import json
import os

from fakes import Clock, Log, Service, accepted, answer, folder, problem, refused
from gatewaylibrary import module

alarms = module("alarms")
contact = module("contact")
deadletters = module("deadletters")
forward = module("forward")
http = module("http")
journals = module("journal")


class Outbox(object):
    """A journal with events 0, 1, 2 and so on, and the forwarder under test."""

    def __init__(self, base, service, count, batch_size):
        self.service = service
        self.clock = Clock(0.0)
        self.log = Log()
        self.alarms = alarms.Alarms(self.log)
        self.journal = journals.Journal(base, Clock(5000))
        self.letters = deadletters.DeadLetters(base, Clock(5000))
        self.forwarder = forward.Forwarder(
            self.journal,
            self.letters,
            service,
            contact.Contact("events", self.clock, lambda: 1.0, self.log),
            self.alarms,
            batch_size,
        )
        for number in range(count):
            self.journal.append('{"id":"%d"}' % number)

    def run(self, seconds=0):
        self.clock.now += seconds
        self.forwarder.run()

    def dead(self):
        if not os.path.exists(self.letters.path):
            return []
        with io.open(self.letters.path, encoding="ascii") as letters:
            return [json.loads(line) for line in letters]


@contextlib.contextmanager
def outbox(service, count=5, batch_size=2):
    with folder() as base:
        made = Outbox(base, service, count, batch_size)
        try:
            yield made
        finally:
            made.journal.close()


def test_everything_goes_in_order_and_in_batches():
    service = Service()
    with outbox(service) as box:
        box.run()
        assert service.batches == [["0", "1"], ["2", "3"], ["4"]]
        assert box.journal.depth() == 0
        box.run()
        assert len(service.batches) == 3


def test_without_a_good_answer_the_same_events_are_sent_again():
    for planned in (
        http.Unreachable("ConnectException"),
        http.Unreachable("HttpTimeoutException"),
        answer(500, "oops", "text/plain"),
        answer(502, "<html>bad gateway</html>", "text/html"),
        answer(200, "<html>please log in</html>", "text/html"),
        answer(200, "{", "application/json"),
        answer(200, {"results": []}),
        answer(200, {"results": [1, 2]}),
        answer(302, "", "text/html"),
        answer(404, "<html>not found</html>", "text/html"),
        answer(400, "<html>bad request</html>", "text/html"),
        problem(401, "the key is unknown"),
        problem(403, "the key may not do this"),
        problem(404, "no such page"),
        problem(429, "slower"),
        problem(503, "busy"),
    ):
        service = Service(planned)
        with outbox(service) as box:
            box.run()
            assert service.batches == [["0", "1"]], planned
            assert box.journal.depth() == 5
            box.run()
            assert len(service.batches) == 1
            box.run(1)
            assert service.batches[1:] == [["0", "1"], ["2", "3"], ["4"]]
            assert box.dead() == []
            assert box.alarms.text() == ""


def test_what_a_person_must_mend_raises_an_alarm():
    for planned, part in (
        (problem(401, "the key is unknown"), "refuses the key of this gateway: 401 the key is"),
        (problem(404, "no such page"), "unexpected answer of the service: 404"),
        (answer(200, "<html>log in</html>", "text/html"), "200 text/html <html>log in</html>"),
    ):
        with outbox(Service(planned)) as box:
            box.run()
            assert part in box.alarms.text(), box.alarms.text()


def test_an_outage_is_no_alarm_of_its_own():
    with outbox(Service(http.Unreachable("x"), problem(503, "busy"))) as box:
        box.run()
        box.run(1)
        assert box.alarms.text() == ""
        assert [level for level, _ in box.log.lines] == ["warn", "warn"]


def test_a_pause_that_the_service_asks_for_is_kept():
    service = Service(problem(503, "busy", retry_after="30"))
    with outbox(service) as box:
        box.run()
        box.run(29)
        assert len(service.batches) == 1
        box.run(1)
        assert len(service.batches) == 4


def test_a_duplicate_is_taken():
    results = [{"status": "duplicate"}, {"status": "accepted"}]
    with outbox(Service(answer(200, {"results": results})), count=2) as box:
        box.run()
        assert box.journal.depth() == 0 and box.dead() == []


def test_an_event_that_can_never_be_taken_is_kept_apart_and_blocks_nothing():
    for result in (
        refused(422, "breaks the contract"),
        refused(409, "breaks the contract"),
        {"status": "conflict", "problem": {"status": 409, "detail": "breaks the contract"}},
    ):
        results = [result, {"status": "accepted"}]
        service = Service(answer(200, {"results": results}))
        with outbox(service) as box:
            box.run()
            assert box.journal.depth() == 0
            assert len(service.batches) == 3
            (letter,) = box.dead()
            assert letter["event"] == {"id": "0"}
            assert letter["reasons"] == ["breaks the contract"]
            assert "the service refuses an event: breaks the contract" in box.alarms.text()


def test_the_reasons_name_every_pointer():
    result = refused(422, "two mistakes")
    result["problem"]["errors"] = [
        {"pointer": "/data/order_id", "detail": "is missing"},
        {"pointer": "/time", "detail": "has no offset"},
    ]
    with outbox(Service(answer(200, {"results": [result]})), count=1) as box:
        box.run()
        reasons = ["two mistakes", "/data/order_id: is missing", "/time: has no offset"]
        assert box.dead()[0]["reasons"] == reasons


def test_an_event_that_cannot_be_taken_now_waits_with_those_behind_it():
    results = [{"status": "accepted"}, refused(503, "busy")]
    service = Service(answer(200, {"results": results}))
    with outbox(service) as box:
        box.run()
        assert box.journal.depth() == 4
        box.run(1)
        assert service.batches == [["0", "1"], ["1", "2"], ["3", "4"]]
        assert box.dead() == []


def test_a_batch_that_is_refused_as_a_whole_is_divided_until_the_culprit_is_alone():
    class Picky(Service):
        def post_events(self, body):
            self.batches.append([event["id"] for event in json.loads(body)])
            if "5" in self.batches[-1]:
                return problem(413, "too large")
            return accepted(len(self.batches[-1]))

    service = Picky()
    with outbox(service, count=9, batch_size=8) as box:
        box.run()
        assert box.journal.depth() == 0
        assert [letter["event"]["id"] for letter in box.dead()] == ["5"]
        taken = [key for batch in service.batches if "5" not in batch for key in batch]
        assert taken == ["0", "1", "2", "3", "4", "6", "7", "8"]


def test_a_stopped_forwarder_sends_no_more():
    service = Service()
    with outbox(service) as box:
        box.forwarder.stop()
        box.run()
        assert service.batches == []
