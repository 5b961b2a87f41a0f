# coding: utf-8
"""Integration health: every row says in words how it stands."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module

health = module("screens_health")
times = module("times")

NOW = times.milliseconds("2026-03-10T09:32:00Z")
WELL = {"Alarm": "", "JournalDepth": 0, "JournalAgeSeconds": 0, "DeadLetters": 0}
ERP = {
    "erp": "sap",
    "state": "called",
    "reason": "",
    "next_try_at": None,
    "last_posted_at": "2026-03-10T09:31:00Z",
    "postings": {},
}
STATUS = {
    "erps": [ERP],
    "workers": [{"worker_id": "w1", "seen_at": "2026-03-10T09:31:50Z"}],
    "open_approvals": 6,
    "postings_in_trouble": 0,
}


def answer(payload, **changes):
    found = {"payload": payload, "read_at_ms": NOW, "problem": None}
    found.update(changes)
    return found


def page(gateway=None, status=None, problem=None, alarms=()):
    found = answer({"service": {}, "gateway": dict(WELL, **(gateway or {}))}, problem=problem)
    shown = answer(dict(STATUS, **(status or {})))
    return health.page_of(found, shown, answer({"items": list(alarms)}), NOW, "en")


def tones(rows):
    return {row["name"]: (row["tone"], row["text"]) for row in rows}


def test_when_all_is_well_nothing_is_coloured():
    shown = page()
    rows = shown["gateway"] + shown["service"] + shown["alarms"]
    assert {row["tone"] for row in rows} == {"Calm"}
    assert shown["alarms"][0]["text"] == "No alarm."
    assert tones(shown["service"])["sap"][1] == "answers; nothing waits"


def test_a_full_journal_is_trouble_only_when_it_is_old():
    fresh = tones(page({"JournalDepth": 1200, "JournalAgeSeconds": 20})["gateway"])
    old = tones(page({"JournalDepth": 3, "JournalAgeSeconds": 1560})["gateway"])
    assert fresh["Waiting in the journal"] == ("Calm", "1,200 events")
    assert old["Oldest of them"] == ("Doubt", "26 min")


def test_dead_letters_and_alarms_need_somebody():
    shown = page({"Alarm": "disk is full; key is wrong", "DeadLetters": 2})
    assert [row["text"] for row in shown["alarms"]] == ["Disk is full.", "Key is wrong."]
    assert tones(shown["gateway"])["Nobody can book as they are"][0] == "Trouble"


def test_what_the_service_watches_is_an_alarm_until_somebody_clears_it():
    alarm = {
        "use_case": "scrap_report",
        "segment": "1000",
        "text": "quantities lie 3 times higher than before",
        "raised_at": "2026-03-10T08:00:00Z",
    }
    (shown,) = page(alarms=[alarm])["alarms"]
    assert shown["tone"] == "Trouble"
    assert shown["text"].startswith("Scrap report, site 1000, since ")
    assert shown["text"].endswith(": Quantities lie 3 times higher than before.")
    cleared = dict(alarm, cleared_at="2026-03-10T09:00:00Z")
    assert page(alarms=[cleared])["alarms"][0]["text"] == "No alarm."


def test_a_service_that_is_away_is_said_with_since_when():
    away = tones(page(problem="refused")["service"])["Service"]
    assert away[0] == "Trouble"
    assert away[1].startswith("unreachable since ")


def test_an_erp_that_is_not_called_says_why_and_what_waits():
    for changes, tone, part in (
        ({"state": "silent", "next_try_at": "2026-03-10T09:33:00Z"}, "Trouble", "next try "),
        ({"state": "silent"}, "Trouble", "next try -"),
        ({"state": "paused", "reason": "stock-taking"}, "Doubt", "paused: stock-taking"),
        ({"postings": {"queued": 12, "rejected": 2}}, "Calm", "14 postings wait, none lost"),
    ):
        found = tones(page(status={"erps": [dict(ERP, **changes)]})["service"])["sap"]
        assert found[0] == tone, changes
        assert part in found[1], found


def test_without_a_worker_nothing_is_booked_and_that_is_said():
    for seen_at in ("2026-03-10T09:30:00Z", None):
        workers = [{"worker_id": "w", "seen_at": seen_at}] if seen_at else []
        shown = tones(page(status={"workers": workers})["service"])["Delivery"]
        assert shown == ("Trouble", "no worker runs: nothing is booked")


def test_an_erp_that_never_posted_and_a_page_that_was_never_read():
    never = tones(page(status={"erps": [dict(ERP, last_posted_at=None)]})["service"])
    assert never["Last posting"][1] == "never"
    unread = answer(None, read_at_ms=None)
    shown = health.page_of(unread, unread, unread, NOW, "en")
    assert (shown["gateway"], shown["alarms"]) == ([], [])
    assert tones(shown["service"])["Service"] == ("Calm", "Being read …")
