"""The postings monitor: failures by cause in plain words, and sending them again."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module

postings = module("screens_postings")
times = module("times")

NOW = times.milliseconds("2026-03-10T09:32:00Z")
CAUSE = {
    "erp": "sap",
    "fingerprint": "5f1d7a84db00d2fc",
    "code": "ITEM_UNKNOWN",
    "entity": "SEAL-09",
    "field": "material_id",
    "text": "Material SEAL-09 does not exist: 3 C62 wait.",
    "postings": 48,
    "waiting": 264,
    "oldest_at": "2026-03-10T06:25:00Z",
}
POSTING = {
    "posting_id": "CS1",
    "kind": "goods_issue",
    "order_id": "100234",
    "state": "rejected",
    "attempts": [{}, {}],
    "waits_behind": 6,
    "created_at": "2026-03-10T06:25:00Z",
}


def answer(payload, **changes):
    found = {"payload": payload, "read_at_ms": NOW, "problem": None}
    found.update(changes)
    return found


def cause(**changes):
    return postings.cause_of(dict(CAUSE, **changes), ("", ""), NOW, "en")


def test_a_cause_says_what_is_wrong_and_how_many_wait_for_it():
    row = cause()
    assert row["title"] == "Material SEAL-09 unknown"
    assert row["waits"] == "312 postings wait"
    assert row["split"] == "48 refused, 264 behind them"
    assert row["oldest"] == "oldest 3 h 07"
    assert cause(postings=1, waiting=0)["waits"] == "1 posting waits"


def test_codes_of_any_erp_become_words_from_what_they_are_about():
    for code, entity, field, title in (
        ("item_blocked", "M1", "material_id", "Material M1 blocked"),
        ("M7/042", "100238", "order_id", "Order 100238 not accepted"),
        ("M7/042", "", "order_id", "Refused by sap"),
        ("F5", "x", "colour", "Refused by sap"),
        (None, None, None, "Refused by sap"),
        ("reason_required", None, None, "Scrap reason missing"),
    ):
        assert cause(code=code, entity=entity, field=field)["title"] == title


def test_the_chosen_cause_is_marked():
    chosen = (CAUSE["fingerprint"], "sap")
    assert postings.cause_of(CAUSE, chosen, NOW, "en")["is_chosen"]
    assert not postings.cause_of(CAUSE, (CAUSE["fingerprint"], "other"), NOW, "en")["is_chosen"]


def test_the_figures_count_over_all_erps_and_colour_only_trouble():
    erps = [{"postings": {"queued": 2, "rejected": 1}}, {"postings": {"queued": 5}}]
    page = postings.page_of(answer({"items": [CAUSE]}), answer({"erps": erps}), ("", ""), NOW, "en")
    figures = {row["label"]: (row["value"], row["tone"]) for row in page["figures"]}
    assert figures["on their way"] == ("7", "Calm")
    assert figures["refused"] == ("1", "Trouble")
    assert figures["being looked up"] == ("0", "Calm")
    assert not page["is_empty"]
    assert not page["notice"]["is_shown"]


def test_a_page_without_causes_says_that_all_is_well_only_when_it_was_read():
    for payload, is_empty in (({"items": []}, True), (None, False)):
        found = postings.page_of(answer(payload), answer(None), ("", ""), NOW, "en")
        assert found["is_empty"] == is_empty


def test_the_detail_shows_what_the_erp_said_and_what_was_refused():
    shown = postings.detail_of(CAUSE, answer({"items": [POSTING], "next_before": 3}), NOW, "en")
    assert shown["text"] == "Material SEAL-09 does not exist: 3 pcs wait."
    assert shown["says"] == "What sap says"
    (row,) = shown["rows"]
    assert (row["title"], row["tried"]) == ("Goods issue  100234", "tried 2 times")
    assert row["behind"] == "6 wait behind it"
    assert shown["more"] == "The newest 1 are shown."


def test_a_cause_that_is_gone_closes_its_detail():
    shown = postings.detail_of(None, None, NOW, "en")
    assert not shown["is_chosen"]
    assert shown["rows"] == []


def test_only_the_erp_team_sends_again_and_says_what_was_done():
    for roles, reason, can_send in (
        ("operator erp", "created", True),
        ("operator erp", " ", False),
        ("erp", None, False),
        ("supervisor", "created", False),
        (None, "created", False),
    ):
        found = postings.readiness(roles, reason, "en")
        assert found["can_send"] == can_send, (roles, reason)
        assert bool(found["text"]) != can_send


def test_what_became_of_sending_again_is_said():
    for state, result, tone, part in (
        ("queued", None, "Calm", "Being sent again"),
        ("done", {"postings": 48}, "Done", "48 postings are on their way"),
        ("refused", None, "Trouble", "Not sent: why"),
        ("unreachable", None, "Trouble", "why"),
    ):
        strip = postings.progress_of({"state": state, "text": "why", "result": result}, "en")
        assert strip["tone"] == tone
        assert part in strip["text"], strip
    assert not postings.progress(None, "en")["is_shown"]
