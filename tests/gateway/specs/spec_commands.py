"""What people at screens command: checked, queued, carried out, answered."""

from __future__ import absolute_import, unicode_literals

import contextlib
import json

from fakes import Clock, Service, answer, problem
from gatewaylibrary import module

boards = module("board")
commandrunner = module("commandrunner")
commands = module("commands")
configuration = module("configuration")
http = module("http")

DECISION = {"approval_id": "A1", "context_hash": "c", "reason": "counted again"}


class Reports(object):
    """Stands for the entry of reports."""

    def report(self, request):
        """Note it as journalled."""
        return commands.state_of(commands.DONE, "", {"id": request["command_id"]})


class Panel(object):
    """A screen with somebody signed in, and the gateway that carries out."""

    def __init__(self, *planned):
        self.clock = Clock(100.0)
        self.service = Service(*planned)
        self.states = {}
        settings = {
            "service_url": "http://127.0.0.1:1",
            "api_key_file": "key",
            "journal_folder": "journal",
            "source": "/gw1",
            "site_id": "1000",
        }
        self.runner = commandrunner.CommandRunner(
            self.states,
            self.service,
            Reports(),
            boards.Board({}, self.clock),
            configuration.Configuration(settings).roles_of,
            self.clock,
        )

    def submit(self, command, body, roles=("countersign-operator",), user="anna", key="k1"):
        """Command something and return its state."""
        return self.runner.take(
            {"command_id": key, "command": command, "user": user, "roles": roles, "body": body}
        )

    def pass_time(self, seconds):
        """Let time go by, then let the timer come."""
        self.clock.now += seconds
        self.runner.run()


def shown(state):
    return state["state"], state["text"], state["code"]


def test_a_decision_is_queued_then_sent_for_the_person_under_its_own_key():
    panel = Panel(answer(200, {"state": "approved"}))
    assert panel.submit("approve", DECISION)["state"] == "queued"
    panel.runner.run()
    body = {"context_hash": "c", "reason": "counted again", "acting_user": "anna"}
    assert panel.service.requests == [("/v1/approvals/A1/approve", body, "k1")]
    assert panel.states["k1"] == commands.state_of("done", "", {"state": "approved"})


def test_each_command_goes_to_its_route():
    for command, record, roles, path in (
        ("claim", "approval_id", "countersign-operator", "/v1/approvals/A1/claim"),
        ("release", "approval_id", "countersign-controller", "/v1/approvals/A1/release"),
        ("correct", "approval_id", "countersign-supervisor", "/v1/approvals/A1/correct"),
        ("reject", "approval_id", "countersign-operator", "/v1/approvals/A1/reject"),
        ("hold", "approval_id", "countersign-operator", "/v1/approvals/A1/hold"),
        ("retry", "posting_id", "countersign-erp", "/v1/postings/A1/retry"),
        ("reverse", "posting_id", "countersign-controller", "/v1/postings/A1/reverse"),
    ):
        panel = Panel(answer(200, {}))
        panel.submit(command, {record: "A1"}, [roles])
        panel.runner.run()
        assert panel.service.requests[0][0] == path


def test_a_whole_cause_is_sent_again_under_one_key():
    panel = Panel(answer(200, {"postings": 48}))
    cause = {"erp": "sap", "fingerprint": "5f1d7a84db00d2fc", "reason": "created"}
    panel.submit("retry_cause", cause, ["countersign-erp"])
    panel.runner.run()
    sent = ("/v1/postings/causes/retry", dict(cause, acting_user="anna"), "k1")
    assert panel.service.requests == [sent]
    assert panel.states["k1"]["result"] == {"postings": 48}


def test_what_may_not_be_commanded_is_refused_before_anything_is_sent():
    for command, body, roles, user, code in (
        ("approve", DECISION, ["Administrator"], "anna", "role_missing"),
        ("approve", DECISION, [], "anna", "role_missing"),
        ("retry", {"posting_id": "P"}, ["countersign-operator"], "anna", "role_missing"),
        ("approve", DECISION, ["countersign-operator"], None, "signed_out"),
        ("approve", {"context_hash": "c"}, ["countersign-operator"], "anna", "incomplete"),
        ("delete", DECISION, ["countersign-operator"], "anna", "unknown_command"),
    ):
        panel = Panel()
        state = panel.submit(command, body, roles, user)
        assert (state["state"], state["code"]) == ("refused", code)
        panel.runner.run()
        assert panel.service.requests == []


def test_a_command_submitted_twice_is_carried_out_once():
    panel = Panel(answer(200, {}))
    panel.submit("approve", DECISION)
    assert panel.submit("approve", DECISION)["state"] == "queued"
    panel.runner.run()
    panel.runner.run()
    assert panel.submit("approve", DECISION)["state"] == "done"
    assert len(panel.service.requests) == 1


def test_a_refusal_of_the_service_comes_back_in_its_words():
    refusal = {"type": "/problems/approval-stale", "detail": "the order has changed", "status": 409}
    panel = Panel(answer(409, refusal, "application/problem+json"))
    panel.submit("approve", DECISION)
    panel.runner.run()
    expected = ("refused", "the order has changed", "approval-stale")
    assert shown(panel.states["k1"]) == expected


def test_without_an_answer_the_command_is_sent_again_under_the_same_key():
    panel = Panel(http.Unreachable("timed out"), answer(200, {"state": "approved"}))
    panel.submit("approve", DECISION)
    panel.runner.run()
    text = "the service cannot be reached: timed out"
    assert shown(panel.states["k1"]) == ("unreachable", text, "trying_again")
    panel.pass_time(1)
    assert len(panel.service.requests) == 1
    panel.pass_time(1)
    assert panel.states["k1"]["state"] == "done"
    assert [request[2] for request in panel.service.requests] == ["k1", "k1"]


def test_a_decision_whose_answer_was_lost_is_found_made():
    decided = {"state": "approved", "decided_by": "anna"}
    panel = Panel(http.Unreachable("timed out"), problem(409, "decided"), answer(200, decided))
    panel.submit("approve", DECISION)
    panel.runner.run()
    panel.pass_time(2)
    assert panel.states["k1"] == commands.state_of("done", "", decided)
    assert panel.service.requests[-1] == ("/v1/approvals/A1", {})


def test_a_decision_that_somebody_else_made_meanwhile_is_a_refusal():
    for found in (
        {"state": "approved", "decided_by": "bert"},
        {"state": "rejected", "decided_by": "anna"},
    ):
        panel = Panel(http.Unreachable("cut"), problem(409, "decided"), answer(200, found))
        panel.submit("approve", DECISION)
        panel.runner.run()
        panel.pass_time(2)
        assert shown(panel.states["k1"])[:2] == ("refused", "decided")


def test_after_a_minute_without_answer_the_person_is_told_to_look():
    panel = Panel(*[http.Unreachable("no route")] * 40)
    panel.submit("approve", DECISION)
    for _ in range(40):
        panel.pass_time(2)
    state = panel.states["k1"]
    assert (state["state"], state["code"]) == ("unreachable", "given_up")
    assert "see whether it was done" in state["text"]
    assert panel.service.planned != []


def test_trouble_of_the_service_is_waited_out():
    page = answer(200, "<html></html>", "text/html")
    for planned in (problem(503, "busy"), problem(429, "slower"), problem(500, "oh"), page):
        panel = Panel(planned, answer(200, {}))
        panel.submit("approve", DECISION)
        panel.runner.run()
        assert panel.states["k1"]["state"] == "unreachable"
        panel.pass_time(2)
        assert panel.states["k1"]["state"] == "done"


def test_commands_on_one_approval_keep_their_order_and_others_do_not_wait():
    panel = Panel(http.Unreachable("cut"), answer(200, {}), answer(200, {}), answer(200, {}))
    panel.submit("claim", {"approval_id": "A1"}, key="k1")
    panel.submit("approve", DECISION, key="k2")
    panel.submit("claim", {"approval_id": "A2"}, key="k3")
    panel.runner.run()
    panel.pass_time(2)
    assert [request[2] for request in panel.service.requests] == ["k1", "k3", "k1", "k2"]


def test_who_scans_a_badge_acts_as_that_person():
    panel = Panel(answer(200, {"person_id": "bert"}), answer(200, {}))
    panel.submit("approve", dict(DECISION, badge="4711"))
    panel.runner.run()
    assert panel.service.requests[0] == ("badge", "4711")
    body = {"context_hash": "c", "reason": "counted again", "acting_user": "bert"}
    assert panel.service.requests[1][1] == body


def test_a_badge_that_nobody_has_is_refused():
    panel = Panel(problem(404, "nobody"))
    panel.submit("approve", dict(DECISION, badge="4711"))
    panel.runner.run()
    assert shown(panel.states["k1"]) == ("refused", "nobody has this badge", "unknown_badge")


def test_a_report_is_on_the_disk_when_the_command_is_taken():
    panel = Panel()
    assert panel.submit("scrap_report", {"order_id": "1"})["result"] == {"id": "k1"}
    assert panel.service.requests == []


def test_a_restart_answers_what_was_not_sent():
    panel = Panel()
    panel.submit("approve", DECISION)
    panel.runner.stop()
    assert panel.states["k1"]["code"] == "restarted"


def test_only_the_newest_states_are_kept():
    panel = Panel()
    for number in range(commandrunner.STATES_KEPT + 5):
        panel.submit("delete", {}, key="k%d" % number)
    assert len(panel.states) == commandrunner.STATES_KEPT
    assert "k0" not in panel.states


class Wrapped(object):
    """A property of Perspective: keys and items, but no dictionary."""

    def __init__(self, content):
        self.content = content

    def keys(self):
        """Return the names."""
        return list(self.content)

    def __getitem__(self, name):
        return self.content[name]


class FakeShared(object):
    """The shared tables, and a gateway that notes what it is asked."""

    def __init__(self):
        self.tables = {}
        self.asked = []
        self.failure = None

    def table(self, name):
        """Return a table."""
        return self.tables.setdefault(name, {})

    def ask_gateway(self, handler, payload):
        """Note the message."""
        if self.failure is not None:
            raise self.failure
        self.asked.append((handler, json.loads(payload["request"])))


@contextlib.contextmanager
def gateway():
    original, commands.shared = commands.shared, FakeShared()
    try:
        yield commands.shared
    finally:
        commands.shared = original


SESSION = {
    "props": {"auth": {"user": {"userName": "anna", "roles": ["countersign-operator", "Other"]}}}
}


def test_a_screen_sends_user_roles_and_body_as_plain_values():
    with gateway() as shared:
        body = Wrapped({"approval_id": "A1", "correction": Wrapped({"lots": ["L1"]}), "gone": None})
        key = commands.submit(SESSION, "correct", body)
        ((handler, request),) = shared.asked
        assert handler == "countersign-command"
        assert request == {
            "command_id": key,
            "command": "correct",
            "user": "anna",
            "roles": ["countersign-operator", "Other"],
            "body": {"approval_id": "A1", "correction": {"lots": ["L1"]}, "gone": None},
        }


def test_each_submission_has_an_id_of_its_own_unless_it_is_the_same_form():
    with gateway():
        first = commands.submit(SESSION, "claim", {"approval_id": "A1"})
        assert first != commands.submit(SESSION, "claim", {"approval_id": "A1"})
        assert commands.submit(SESSION, "scrap_report", {"entry_id": "form-1"}) == "form-1"


def test_nobody_signed_in_is_left_to_the_gateway_to_refuse():
    with gateway() as shared:
        commands.submit({"props": {"auth": {}}}, "claim", {})
        assert shared.asked[0][1]["user"] is None
        assert shared.asked[0][1]["roles"] == []


def test_a_gateway_that_does_not_take_it_is_a_refused_command():
    with gateway() as shared:
        shared.failure = ValueError("no handler")
        key = commands.submit(SESSION, "claim", {})
        expected = ("refused", "the gateway did not take the command: no handler", "gateway")
        assert shown(commands.state(key)) == expected


def test_a_command_that_was_forgotten_is_not_called_done():
    with gateway():
        state = commands.state("of yesterday")
        assert (state["state"], state["code"]) == ("unreachable", "forgotten")
