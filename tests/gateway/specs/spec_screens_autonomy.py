"""Autonomy: phase, bound, coverage and money, in figures that do not flatter."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module

autonomy = module("screens_autonomy")
times = module("times")

NOW = times.milliseconds("2026-03-10T09:32:00Z")
CLASS = {
    "segment": "1000",
    "threshold": 0.934,
    "lower_bound": 0.98996,
    "target": 0.99,
    "confirmed": 1864,
    "wrong": 9,
    "coverage": 0.8,
    "reason": "1855 of 1864 were right",
    "amount_covered": "412880.40",
    "amount_at_risk": "3633.35",
}
USE_CASE = {
    "use_case": "scrap_report",
    "phase": "supervise",
    "amount_cap": "5000",
    "four_eyes_above": "20000.5",
    "classes": [CLASS],
}
COMPARED = {
    "use_case": "scrap_report",
    "events": 3000,
    "would_post": 2100,
    "compared": 402,
    "booked_wrong": 6,
    "asked_in_vain": 37,
    "agreement": 0.893,
    "coverage": 0.806,
    "accuracy": 0.9815,
    "lower_bound": 0.9642,
    "amount_wrong": "2411.2",
    "weeks": [],
}


def answer(payload):
    return {"payload": payload, "read_at_ms": NOW, "problem": None}


def figures(rows):
    return {row["label"]: (row["value"], row["note"]) for row in rows}


def test_a_share_is_cut_and_never_rounded_up_to_what_was_promised():
    for share, locale, shown in (
        (0.98996, "en", "98.9 %"),
        (0.99, "en", "99.0 %"),
        (0.29, "de", "29,0 %"),
        (1.0, "nl", "100,0 %"),
        (0.0, "en", "0.0 %"),
        (None, "en", "-"),
    ):
        assert autonomy.percent(share, locale) == shown


def test_a_class_shows_bound_coverage_and_money_at_risk():
    shown = autonomy.class_of(CLASS, "EUR", "en")
    assert shown["earned"] == "may go from confidence 0.934"
    assert figures(shown["figures"]) == {
        "Surely right": ("98.9 %", "promised 99.0 %"),
        "It would take": ("80.0 %", "1,864 confirmed, 9 wrong"),
        "Money at risk": ("3,633.35 EUR", "of 412,880.40 EUR"),
    }


def test_a_class_that_earned_nothing_says_so():
    shown = autonomy.class_of(dict(CLASS, threshold=None), "EUR", "de")
    assert shown["earned"] == "noch nicht verdient"
    assert shown["earned_icon"] != autonomy.class_of(CLASS, "EUR", "de")["earned_icon"]


def test_every_phase_is_named_and_explained():
    for phase in ("observe", "supervise", "automate"):
        card = autonomy.card_of(dict(USE_CASE, phase=phase), None, "EUR", "en")
        assert card["phase"]
        assert card["means"]
        assert card["limits"] == "Alone up to 5,000.00 EUR; two people above 20,000.50 EUR."


def test_the_parallel_run_tells_what_the_machine_would_have_done_wrong():
    shown = autonomy.comparison_of(COMPARED, "EUR", "en")
    assert shown["text"] == "It would have booked 2,100 of 3,000."
    assert figures(shown["figures"]) == {
        "Same as people": ("89.3 %", "402 of 3,000 known"),
        "Its bookings right": ("98.1 %", "surely 96.4 % or more"),
        "It would take": ("80.6 %", "37 asked in vain"),
        "Booked wrongly": ("6", "2,411.20 EUR"),
    }


def test_without_anything_to_compare_no_figure_pretends_otherwise():
    shown = autonomy.comparison_of(dict(COMPARED, compared=0), "EUR", "en")
    assert shown["figures"] == []
    assert "Nothing could be compared" in shown["text"]
    assert not autonomy.comparison_of(None, "EUR", "en")["is_known"]


def test_a_machine_that_would_have_booked_nothing_claims_no_accuracy():
    none = dict(COMPARED, accuracy=None, lower_bound=0.0, booked_wrong=0, amount_wrong="0.00")
    shown = figures(autonomy.comparison_of(none, "EUR", "en")["figures"])
    assert shown["Its bookings right"] == ("-", "")


def test_the_course_is_drawn_from_two_weeks_on():
    weeks = [{"agreement": 0.8119}, {"agreement": None}, {"agreement": 0.893}]
    shown = autonomy.comparison_of(dict(COMPARED, weeks=weeks), "EUR", "de")["course"]
    assert shown["points"] == [81.1, 89.3]
    assert shown["text"] == "Wie die Menschen je Woche: 81,1 %, jetzt 89,3 %"
    for few in ([], weeks[:2]):
        row = dict(COMPARED, weeks=few)
        assert not autonomy.comparison_of(row, "EUR", "en")["course"]["is_shown"]


def test_the_page_puts_both_answers_together():
    page = autonomy.page_of(
        answer({"currency": "EUR", "items": [USE_CASE]}),
        answer({"from_at": "2026-02-08T09:32:00Z", "items": [COMPARED]}),
        NOW,
        "en",
    )
    (card,) = page["cards"]
    assert card["title"] == "Scrap report"
    assert card["compared"]["is_known"]
    assert page["span"].startswith("Since 08.02.")
    unread = autonomy.page_of(dict(answer(None), read_at_ms=None), answer(None), NOW, "en")
    assert (unread["cards"], unread["span"]) == ([], "")
    assert unread["notice"]["is_shown"]
