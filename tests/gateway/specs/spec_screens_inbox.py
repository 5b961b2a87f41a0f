"""The inbox: groups by cause, the most urgent first; batches of one cause and one side."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module
from messages import answer, example

inbox = module("screens_inbox")
readers = module("reader")
times = module("times")

NOW = times.milliseconds("2026-03-02T14:00:00Z")
WELL = answer({"erps": [{"erp": "sap", "state": "called", "since": "", "postings": {}}]})


def reader(user_id="anna", roles="operator", locale="en-US"):
    return readers.Reader(user_id, roles, locale, "EUR", NOW)


def at(minutes):
    return times.rfc3339(NOW + minutes * 60000)


def task(number, cause="quantity_unexpected", due=60, **changes):
    own = {"approval_id": "%020x" % number, "cause": cause, "due_at": at(due)}
    own["requested_at"] = at(-30)
    own.update(changes)
    return example("approval", "in-a-list", **own)


def page(tasks, status=WELL, pace=None, **more):
    listed = dict({"items": tasks}, **more.pop("members", {}))
    return inbox.page_of(answer(listed, NOW), status, pace, more.pop("who", reader()), **more)


def test_the_group_with_the_oldest_deadline_comes_first_and_keeps_its_order():
    tasks = [
        task(1, "over_order_need", due=-5),
        task(2, due=18),
        task(3, "supervised", due=20),
        task(4, due=30),
    ]
    shown = page(tasks)
    assert [group["cause"] for group in shown["groups"]] == [
        "over_order_need",
        "quantity_unexpected",
        "supervised",
    ]
    assert [entry["page"] for entry in shown["groups"][1]["entries"]] == [
        "/card/%020x" % 2,
        "/card/%020x" % 4,
    ]
    assert shown["summary"] == "4 waiting \u00b7 1 overdue \u00b7 5,000.00 EUR in all"


def test_a_row_says_what_it_is_worth_when_it_was_asked_and_when_it_is_due():
    for due, text, tone in ((-5, "overdue 5 min", "Trouble"), (75, "due in 1 h 15", "Calm")):
        entry = inbox.entry_of(task(1, due=due), reader())
        assert entry["title"] == "Consume 4,612.5 kg RM-100 on order 100234/0020"
        assert (entry["due"], entry["due_tone"]) == (text, tone)
        assert (entry["money"], entry["age"]) == ("1,250.00 EUR", "asked 30 min ago")
    german = inbox.entry_of(task(1), reader(locale="de-DE"))
    assert german["title"] == "Verbrauch 4.612,5 kg RM-100 auf Auftrag 100234/0020"


def test_a_row_says_in_words_what_sets_it_apart():
    claimed = {"state": "claimed", "claimed_until": at(1)}
    for changes, said in (
        ({}, ""),
        (dict(claimed, claimed_by="bram"), "bram is at it"),
        (dict(claimed, claimed_by="anna"), "you are at it"),
        (dict(claimed, claimed_by="bram", claimed_until=at(-1)), ""),
        ({"state": "held"}, "on hold"),
        ({"four_eyes": True}, "two people"),
        ({"state": "awaiting_second", "four_eyes": True}, "second person needed"),
    ):
        mark = inbox.entry_of(task(1, **changes), reader())["mark"]
        assert (mark["text"], mark["is_shown"]) == (said, bool(said)), changes


def test_a_batch_holds_one_cause_and_one_side():
    tasks = [
        task(1, deviation="above"),
        task(2, deviation="above"),
        task(3, deviation="below"),
        task(4, deviation="below"),
        task(5),
    ]
    found = inbox.batches("quantity_unexpected", tasks, reader())
    assert [(side, len(batch)) for side, batch in found] == [("above", 2), ("below", 2)]
    buttons = page(tasks)["groups"][0]["batches"]
    assert [button["text"] for button in buttons] == [
        "Post 2 above expected \u2026",
        "Post 2 below expected \u2026",
    ]


def test_what_needs_a_look_of_its_own_is_in_no_batch():
    for changes in (
        {"four_eyes": True},
        {"state": "held"},
        {"state": "awaiting_second"},
        {"posting_id": "CSMZXW6YTBOI7PQ2A5KLRNVE"},
        {"state": "claimed", "claimed_by": "bram", "claimed_until": at(1)},
    ):
        tasks = [task(1), task(2, **changes)]
        assert inbox.batches("supervised", tasks, reader()) == [], changes
    mine = task(2, state="claimed", claimed_by="anna", claimed_until=at(1))
    assert len(inbox.batches("supervised", [task(1), mine], reader())) == 1
    assert inbox.batches("order_unknown", [task(1), task(2)], reader()) == []


def test_nothing_is_decided_on_a_list_that_may_be_old():
    given = answer({"items": [task(1), task(2)]}, NOW, "no route")
    (group,) = inbox.page_of(given, WELL, None, reader())["groups"]
    assert [button["is_shown"] for button in group["batches"]] == [False, False]


def test_the_list_can_be_cut_down_to_what_is_free_or_mine():
    tasks = [
        task(1),
        task(2, state="claimed", claimed_by="bram", claimed_until=at(1)),
        task(3, state="claimed", claimed_by="anna", claimed_until=at(1)),
    ]
    for whose, numbers in (("all", [1, 2, 3]), ("free", [1, 3]), ("mine", [3])):
        groups = page(tasks, whose=whose)["groups"]
        shown = [entry["page"] for group in groups for entry in group["entries"]]
        assert shown == ["/card/%020x" % number for number in numbers], whose


def test_an_empty_list_says_why_it_is_empty():
    for given, filtered, part in (
        (answer({"items": []}), False, "Nothing waits for a decision"),
        (answer({"items": []}), True, "fits the filter"),
        (answer(None, None), False, "being read"),
        (answer(None, None, "no route"), False, "nothing could be read"),
    ):
        shown = inbox.page_of(given, WELL, None, reader(), is_filtered=filtered)
        assert shown["is_empty"]
        assert part in shown["empty"], shown["empty"]


def test_nobody_has_to_guess_what_happens_while_service_or_erp_are_away():
    silent = {"erp": "sap", "state": "silent", "since": at(-90), "postings": {"queued": 14}}
    paused = dict(silent, state="paused", postings={"queued": 1, "rejected": 2})
    clock = times.milliseconds(at(-90))
    wording = module("wording")
    for given, status, tone, text in (
        (answer({"items": []}, NOW), WELL, "Calm", ""),
        (
            answer({"items": []}, NOW),
            answer({"erps": [silent]}),
            "Doubt",
            "sap unreachable since %s: 14 postings waiting, none lost." % wording.clock(clock, NOW),
        ),
        (
            answer({"items": []}, NOW),
            answer({"erps": [paused]}),
            "Doubt",
            "sap paused since %s: 3 postings waiting, none lost." % wording.clock(clock, NOW),
        ),
        (
            answer({"items": []}, clock, "no route"),
            answer(None, None),
            "Trouble",
            "Service unreachable. What you see is of %s; decide when it is back."
            % wording.clock(clock, NOW),
        ),
    ):
        banner = inbox.banner_of(given, status, reader())
        assert (banner["tone"], banner["text"]) == (tone, text)
        assert banner["is_shown"] == bool(text)


def test_only_who_looks_after_others_sees_their_pace_with_the_rubber_stamps():
    item = {"person_id": "bram", "decided": 14, "hasty": 9, "unopened": 0}
    calm = {"person_id": "anna", "decided": 23, "hasty": 0, "unopened": 6}
    pace = answer({"since": at(-60), "hasty_ms": 2000, "items": [calm, item]})
    shown = page([], pace=pace)["pace"]
    assert shown["text"] == "37 decided in the last hour"
    assert shown["flag"] == "bram: 9 of 14 approved in under 2 s"
    assert shown["is_flagged"]
    assert not page([], pace=None)["pace"]["is_shown"]
    alone = answer({"since": at(-60), "hasty_ms": 2000, "items": [calm]})
    assert not page([], pace=alone)["pace"]["is_flagged"]


def test_a_list_that_goes_on_says_so():
    shown = page([task(1)], members={"next_after": "x"})
    assert "The oldest 1 are shown." in shown["summary"]


def test_an_amount_that_is_unknown_does_not_spoil_the_sum():
    tasks = [task(1, amount="0.10"), dict(task(2), amount=None), task(3, amount="0.20")]
    assert inbox.total_of(tasks) == "0.30"
    assert inbox.entry_of(tasks[1], reader())["money"] == "amount unknown"
