"""What becomes of a decision: acknowledged at once, then queued, sent, posted, or why not."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module
from messages import example

commands = module("commands")
progress = module("screens_progress")
readers = module("reader")
times = module("times")

NOW = times.milliseconds("2026-03-02T13:08:00Z")


def reader(roles="operator", locale="en"):
    return readers.Reader("anna", roles, locale, "EUR", NOW)


def posting(state, **changes):
    return example("posting", "queued", state=state, erp="sap", **changes)


def shown(state=None, postings=(), who=None):
    return progress.progress_of(state, list(postings), who or reader())


def test_the_tap_is_acknowledged_with_the_second_it_was_made():
    said = progress.acknowledged("en")
    assert said.startswith("Taken at ")
    assert said.count(":") == 2


def test_a_command_on_its_way_says_where_it_is():
    for state, code, tone, part in (
        ("queued", None, "Calm", "The service is asked"),
        ("sent", None, "Calm", "The service is asked"),
        ("done", None, "Calm", "The service is asked"),
        ("unreachable", "trying_again", "Doubt", "tried again by itself"),
        ("unreachable", "given_up", "Trouble", "Not known whether it was done"),
        ("unreachable", "restarted", "Trouble", "Not known whether it was done"),
        ("refused", "approval-stale", "Trouble", "changed meanwhile"),
        ("refused", "approval-claimed", "Trouble", "somebody else is at it now"),
        ("refused", "unknown_badge", "Trouble", "nobody has this badge"),
        ("refused", "approval-still-blocked", "Trouble", "what the service said"),
    ):
        given = commands.state_of(state, "what the service said", code=code)
        found = shown(given)
        assert (found["tone"], found["is_shown"]) == (tone, True), state
        assert part in found["text"], found["text"]


def test_every_state_of_a_posting_has_words_a_step_and_an_owner_where_one_is_needed():
    error = {"code": "M7 053", "text": "Period is closed", "entity": "", "field": ""}
    for state, step, tone, part in (
        ("queued", 0, "Calm", "Waits to be sent to sap."),
        ("sending", 1, "Calm", "On its way to sap."),
        ("accepted", 1, "Calm", "sap has taken it over"),
        ("posted", 2, "Calm", "Booked in sap as 4900001234."),
        ("reversing", 2, "Calm", "Being reversed in sap."),
        ("reversed", 2, "Calm", "Reversed in sap."),
        ("cancelled", 0, "Calm", "Given up"),
        ("rejected", 1, "Trouble", "Period is closed. The ERP team has it."),
        ("outcome_unknown", 1, "Doubt", "is being found out"),
        ("awaiting_approval", 1, "Doubt", "An approver answers."),
    ):
        more = {"error": error} if tone != "Calm" else {}
        if state == "posted":
            more = {"document_id": "4900001234"}
        found = shown(postings=[posting(state, **more)])
        assert found["tone"] == tone, state
        assert part in found["text"], found["text"]
        reached = [each["icon"] == "material/check_circle" for each in found["steps"]]
        assert reached == [number <= step for number in range(3)], state
    assert found["steps"][2]["text"] == "Posted"


def test_the_last_step_names_the_document():
    found = shown(postings=[posting("posted", document_id="4900001234")])
    assert [each["text"] for each in found["steps"]] == ["Queued", "Sent", "Posted 4900001234"]


def test_a_posting_that_is_tried_again_says_when():
    error = {"code": "429", "text": "too many requests", "entity": "", "field": ""}
    found = shown(postings=[posting("queued", error=error, next_at="2026-03-02T13:09:00Z")])
    assert found["tone"] == "Doubt"
    assert "too many requests" in found["text"]
    assert "tried again at " in found["text"]


def test_of_several_postings_the_one_that_needs_somebody_is_shown():
    error = {"code": "x", "text": "no", "entity": "", "field": ""}
    found = shown(postings=[posting("posted", document_id="1"), posting("rejected", error=error)])
    assert found["tone"] == "Trouble"
    found = shown(postings=[posting("posted", document_id="1"), posting("sending")])
    assert found["text"] == "On its way to sap."


def test_what_is_booked_may_be_reversed_by_who_has_the_role():
    booked = [posting("posted", document_id="1")]
    assert shown(postings=booked, who=reader("controller"))["may_reverse"]
    assert not shown(postings=booked, who=reader("operator"))["may_reverse"]
    assert not shown(postings=[posting("sending")], who=reader("erp"))["may_reverse"]


def test_before_anything_was_decided_nothing_is_shown():
    found = shown()
    assert not found["is_shown"]
    assert len(found["steps"]) == 3
    assert sorted(found) == sorted(shown(postings=[posting("queued")]))


def test_the_actions_stay_open_as_long_as_nothing_is_decided():
    table = {}
    kept, commands.state = commands.state, lambda key: table[key]
    try:
        for state, after, stay in (
            ("queued", None, False),
            ("refused", None, True),
            ("unreachable", None, False),
            ("done", "approved", False),
            ("done", "held", False),
            ("done", "awaiting_second", True),
            ("done", "open", True),
        ):
            table["c1"] = commands.state_of(state, "", {"state": after} if after else None)
            assert progress.keeps_actions("c1") == stay, (state, after)
            assert progress.is_done("c1") == (state == "done")
    finally:
        commands.state = kept
    assert progress.keeps_actions("")
    assert not progress.is_done("")


def test_what_is_not_sent_yet_can_be_taken_back_and_says_for_how_long():
    soon = "2026-03-02T13:08:06.200Z"
    waiting = posting("queued", next_at=soon, attempts=[])
    found = progress.progress_of(None, [waiting], reader(), is_undoable=True)
    assert found["may_undo"]
    assert found["text"] == "Goes to sap in 7 s; until then it can be taken back."
    tried = posting("queued", attempts=[example("posting", "rejected")["attempts"][0]])
    for postings, is_undoable in (
        ([waiting], False),
        ([waiting, posting("sending")], True),
        ([tried], True),
        ([posting("posted", document_id="1")], True),
    ):
        assert not progress.progress_of(None, postings, reader(), is_undoable)["may_undo"]
