"""Vision: the inbox as a dataset, decisions as whoever is logged in, on 8.1 and on 8.3."""

from __future__ import absolute_import, unicode_literals

import contextlib
import json

from gatewaylibrary import module
from messages import answer, example

commands = module("commands")
contracts = module("contracts")
readers = module("reader")
shared = module("shared")
times = module("times")
versions = module("versions")
vision = module("vision")

NOW = times.milliseconds("2026-03-02T14:00:00Z")
ROLES = ("countersign-operator", "Administrator")


class Functions(object):
    """A part of ``system``: functions by their names."""

    def __init__(self, **functions):
        self.__dict__.update(functions)


USER = Functions(getUsername=lambda: "anna", getRoles=lambda: ROLES)


class Client(object):
    """What a Vision client sees as ``system``, and the gateway behind its messages."""

    def __init__(self, is_83, answers):
        self.dataset = Functions(toDataSet=lambda headers, data: [headers] + data)
        self.tag = Functions(writeBlocking=self._write, readBlocking=self._read)
        self.written = {}
        self.asked = []
        self._answers = answers
        if is_83:
            self.security, self.vision = Functions(), USER
        else:
            self.security, self.vision = USER, Functions()

    def ask_gateway(self, handler, payload):
        """Answer a message as planned."""
        self.asked.append((handler, payload))
        return self._answers[payload.get("name", handler)]

    def _write(self, paths, values):
        self.written.update(zip(paths, values))

    def _read(self, paths):
        return [Functions(value=self.written.get(path)) for path in paths]


@contextlib.contextmanager
def client(is_83=True, **answers):
    """Let the modules run in a client; what they saw before comes back afterwards."""
    made = Client(is_83, answers)
    before = shared.ask_gateway
    shared.ask_gateway = made.ask_gateway
    vision.system = versions.system = made
    try:
        yield made
    finally:
        shared.ask_gateway = before
        del vision.system, versions.system


def task(number, cause, **changes):
    own = {
        "approval_id": "%020x" % number,
        "cause": cause,
        "due_at": times.rfc3339(NOW + number * 60000),
        "requested_at": times.rfc3339(NOW - 60000),
    }
    return example("approval", "in-a-list", **dict(own, **changes))


def test_the_tasks_stand_in_the_order_of_the_inbox():
    tasks = [task(1, "supervised"), task(2, "over_order_need"), task(3, "supervised")]
    reader = readers.Reader("anna", "operator", "en", "EUR", NOW)
    rows = vision.tasks_of(answer({"items": tasks}, NOW), reader)
    assert [row[0] for row in rows] == ["%020x" % number for number in (1, 3, 2)]
    assert all(len(row) == len(vision.HEADERS) for row in rows)
    assert rows[0][1] == "Every case is checked for now"
    assert vision.tasks_of(answer(None), reader) == []


def test_a_refresh_writes_the_client_tags_on_both_versions():
    for is_83 in (False, True):
        listed = answer({"items": [task(1, "supervised")]}, NOW)
        with client(is_83, approvals=listed) as seen:
            vision.refresh("en", "EUR")
        written = seen.written
        assert written["[client]Countersign/Count"] == 1
        assert written["[client]Countersign/Tasks"][0] == list(vision.HEADERS)
        assert written["[client]Countersign/Notice"] == ""
        assert seen.asked == [("countersign-board", {"name": "approvals", "params": "{}"})]


def test_an_old_list_says_so():
    old = answer({"items": []}, NOW, "no route")
    with client(approvals=old) as seen:
        vision.refresh("de", "EUR")
    assert "Dienst nicht erreichbar" in seen.written["[client]Countersign/Notice"]


def test_a_decision_is_made_as_who_is_logged_in():
    for is_83 in (False, True):
        with client(is_83, **{commands.HANDLER: None}) as seen:
            command_id = vision.decide("approve", "A1", "c" * 64, reason="counted")
        ((handler, payload),) = seen.asked
        request = json.loads(payload["request"])
        assert handler == commands.HANDLER
        assert request["command_id"] == command_id
        assert (request["user"], request["roles"]) == ("anna", list(ROLES))
        assert request["body"] == {
            "approval_id": "A1",
            "context_hash": "c" * 64,
            "reason": "counted",
        }


def test_a_decision_is_what_the_contract_wants():
    for command in ("claim", "release", "approve", "correct", "reject", "hold"):
        correction = {"order_id": "1"} if command == "correct" else None
        reason = None if command in ("claim", "release") else "counted"
        with client(**{commands.HANDLER: None}) as seen:
            vision.decide(command, "A1", "c" * 64, reason, correction)
        body = json.loads(seen.asked[0][1]["request"])["body"]
        del body["approval_id"]
        found = contracts.errors("approval-" + command, dict(body, acting_user="anna"))
        assert found == [], (command, found)


def test_the_state_of_a_command_is_asked_of_the_gateway():
    state = {"state": "done", "text": "", "result": None, "code": None}
    with client(**{vision.STATE_HANDLER: state}) as seen:
        assert vision.state("k1") == state
    assert seen.asked == [(vision.STATE_HANDLER, {"command_id": "k1"})]


def test_the_card_that_is_open_is_read_again_and_told_when_it_changed():
    tags = "[client]Countersign/"
    open_card = example("approval", "open")
    answers = {"status": answer({"erps": []}), "approvals": answer({"items": []}, NOW)}
    with client(approval=answer(open_card, NOW), **answers) as seen:
        seen.written[tags + "ApprovalId"] = "A1"
        vision.refresh("en", "EUR")
        first = json.loads(seen.written[tags + "Card"])
        assert seen.written[tags + "ContextHash"] == open_card["context_hash"]
        seen.written[tags + "ContextHash"] = "0" * 64
        vision.refresh("en", "EUR")
    assert first["is_there"]
    assert not first["actions"]["is_stale"]
    assert json.loads(seen.written[tags + "Card"])["actions"]["is_stale"]
    asked = [payload for _, payload in seen.asked if payload["name"] == "approval"]
    assert [json.loads(payload["params"]) for payload in asked] == [{"approval_id": "A1"}] * 2
