"""What became of events, on the tags of their work centres."""

from __future__ import absolute_import, unicode_literals

import contextlib

from fakes import Clock, Log, Service, Tags, answer, folder, problem
from gatewaylibrary import module

configuration = module("configuration")
contact = module("contact")
http = module("http")
outcomes = module("outcomes")
recents = module("recent")

PLANT = "[default]Plant/"


def reader(base, service):
    settings = {
        "service_url": "http://127.0.0.1:1",
        "api_key_file": "key",
        "journal_folder": base,
        "source": "/gw1",
        "site_id": "1000",
    }
    recent = recents.RecentEvents()
    for work_center in ("SAW", "PRESS"):
        path = PLANT + work_center + "/ConfirmTrigger"
        recent.add({"id": work_center + "-1", "sequence": "1", "data": {"tag_path": path}})
    clock = Clock(0.0)
    made = outcomes.OutcomeReader(
        configuration.Configuration(settings),
        service,
        Tags(),
        recent,
        contact.Contact("outcomes", clock, lambda: 1.0, Log()),
    )
    made.clock = clock
    return made


@contextlib.contextmanager
def made(*planned):
    with folder() as base:
        service = Service(*planned)
        yield reader(base, service), service


def page(next_after, *items):
    return answer(200, {"items": list(items), "next_after": next_after})


def outcome(key, state, source="/gw1", **more):
    content = {"source": source, "id": key, "state": state, "text": "as it is"}
    content.update(more)
    return content


def shown(reading, work_center):
    names = ("LastEventId", "LastState", "LastText", "LastDocument")
    return [reading._tags.values.get(PLANT + work_center + "/" + name) for name in names]


def test_the_newest_outcome_of_each_work_centre_is_shown():
    first = outcome("SAW-1", "queued")
    second = outcome("SAW-1", "posted", document_id="4900012")
    other = outcome("PRESS-1", "review")
    with made(page(9, first, other, second)) as (reading, _):
        reading.run()
        assert shown(reading, "SAW") == ["SAW-1", "posted", "as it is", "4900012"]
        assert shown(reading, "PRESS") == ["PRESS-1", "review", "as it is", ""]


def test_outcomes_of_others_and_of_forgotten_events_are_passed_over():
    with made(page(9, outcome("SAW-1", "posted", "/gw2"), outcome("SAW-0", "posted"))) as (
        reading,
        _,
    ):
        reading.run()
        assert reading._tags.values == {}


def test_the_cursor_survives_a_restart():
    with folder() as base:
        service = Service(page(9, outcome("SAW-1", "posted")), page(9))
        reader(base, service).run()
        reader(base, service).run()
        assert service.pages == [0, 9]


def test_full_pages_are_read_on_at_once():
    full = [outcome("SAW-1", "queued")] * outcomes.PAGE_SIZE
    with made(page(500, *full), page(501, outcome("SAW-1", "posted"))) as (reading, service):
        reading.run()
        assert service.pages == [0, 500]
        assert shown(reading, "SAW")[1] == "posted"


def test_an_answer_that_cannot_be_used_moves_nothing():
    for planned in (
        http.Unreachable("no route"),
        problem(401, "unknown key"),
        problem(503, "busy"),
        answer(200, "<html></html>", "text/html"),
        answer(200, {"items": 5, "next_after": 1}),
        answer(200, {"items": []}),
        answer(200, []),
    ):
        with made(planned, page(3, outcome("SAW-1", "posted"))) as (reading, service):
            reading.run()
            assert not reading.contact.is_good()
            reading.run()
            assert service.pages == [0]
            reading.clock.now += 1
            reading.run()
            assert service.pages == [0, 0]
            assert shown(reading, "SAW")[1] == "posted"
