"""A batch: shown as it was when it was opened, posted as it was shown, refused ones said first."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module
from messages import answer, example

batch = module("screens_batch")
commands = module("commands")
readers = module("reader")
times = module("times")

NOW = times.milliseconds("2026-03-02T14:00:00Z")


def reader():
    return readers.Reader("anna", "operator", "en", "EUR", NOW)


def listed():
    items = [
        example("approval", "in-a-list", approval_id="%020x" % n, deviation=side, cause="x")
        for n, side in ((1, "above"), (2, "above"), (3, "below"), (4, "above"))
    ]
    return answer({"items": items})


def rows():
    return batch.tasks_of(listed(), "x", "above", reader())


def test_the_rows_are_those_of_one_cause_and_side_with_the_hash_of_what_is_shown():
    found = rows()
    assert [row["approval_id"] for row in found] == ["%020x" % n for n in (1, 2, 4)]
    assert {row["context_hash"] for row in found} == {
        example("approval", "in-a-list")["context_hash"]
    }
    assert batch.tasks_of(listed(), "x", "below", reader()) == []
    assert batch.tasks_of(answer(None, None), "x", "above", reader()) == []


def test_the_batch_never_opens_larger_than_the_screen():
    assert batch.popup_position(1280, 800) == {"width": 860, "height": 640}
    assert batch.popup_position(390, 600) == {"width": 390, "height": 600}


def test_rows_can_be_left_out_and_taken_in_again():
    left_out = batch.toggle("", "%020x" % 2)
    shown = batch.content(rows(), left_out, "over_order_need", "above", "en", "EUR")
    assert (shown["title"], shown["post"]) == ("Post 2 together", "Post all 2")
    assert shown["sum"] == "2 chosen, 2,500.00 EUR"
    assert shown["same"].endswith("More than the order needs. All lie above what was expected.")
    assert [row["action"] for row in shown["rows"]] == ["Leave out", "Take in again", "Leave out"]
    assert batch.toggle(left_out, "%020x" % 2) == ""
    everything = " ".join("%020x" % n for n in (1, 2, 4))
    assert not batch.content(rows(), everything, "x", "", "en", "EUR")["may_post"]


def test_each_task_is_approved_by_a_command_of_its_own_as_it_was_shown():
    submitted = []

    def submit(session, name, body):
        submitted.append((session, name, body))
        return "c%d" % len(submitted)

    kept, commands.submit = commands.submit, submit
    try:
        ids = batch.post("session", rows(), "%020x" % 1)
    finally:
        commands.submit = kept
    assert ids == "c1 c2"
    shown = example("approval", "in-a-list")["context_hash"]
    assert submitted == [
        ("session", "approve", {"approval_id": "%020x" % n, "context_hash": shown}) for n in (2, 4)
    ]


def test_the_progress_counts_what_is_decided_and_says_why_something_is_not():
    done, queued = commands.state_of("done"), commands.state_of("queued")
    stale = commands.state_of("refused", "the order changed", code="approval-stale")
    away = commands.state_of("unreachable", "no route", code="trying_again")
    for states, tone, is_over, text in (
        ([done, queued], "Done", False, "1 of 2 decided"),
        ([done, done], "Done", True, "2 of 2 decided"),
        ([done, away], "Doubt", False, "1 of 2 decided. 1 wait for the service"),
        ([done, stale, stale], "Trouble", True, "1 of 3 decided. 2 refused: the order changed"),
    ):
        progress = batch.progress_of(states, "en")
        assert (progress["tone"], progress["is_over"]) == (tone, is_over)
        assert progress["text"].startswith(text), progress["text"]
    assert not batch.progress_of([], "en")["is_shown"]
