"""Inbox and card over the real service: what a person taps becomes a decision, or says why not.

The gateway's own modules run here: presenters, board, commands and the runner of commands.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from integration.service.desk import Desk, confirmation, open_desk, scrap
from integration.service.test_gateway_screens import Wall, module

from countersign.settings import Settings
from countersign.store import api_keys, people
from countersign.web.app import create_app

ROLES = "operator"


class Session(dict[str, Any]):
    """A Perspective session of a person who is signed in."""

    def __init__(self, user: str) -> None:
        name = {"userName": user, "roles": ["countersign-operator"]}
        super().__init__(props={"auth": {"user": name}})


class Service:
    """The service as the gateway calls it, without the network between."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def get(self, path: str, params: dict[str, Any]) -> Any:
        """Read."""
        return self._answer(self._client.get(path, query_string=params, headers=self._headers))

    def post(self, path: str, body: str, idempotency_key: str) -> Any:
        """Decide."""
        return self._answer(self._client.post(path, data=body, headers=self._headers))

    def person_of_badge(self, badge: str) -> Any:
        """Ask whose badge this is."""
        return self.get(module("http").PEOPLE_PATH, {"badge_id": badge})

    def _answer(self, answer: Any) -> Any:
        return module("http").Answer(answer.status_code, answer.content_type, "", answer.text)


class Board:
    """A board that is always read anew."""

    def expire(self) -> None:
        """Nothing is kept."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(f"sqlite:///{tmp_path}/service.sqlite") as opened:
        opened.now = datetime.now(UTC)
        opened.use_policy("supervise", undo_seconds=10)
        yield opened


@pytest.fixture(autouse=True)
def gateway(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with desk.database.write() as connection:
        key = api_keys.create(connection, "gw1", ["events.read", "approve"], desk.now)
        people.put(connection, "anna", "Anna", ["operator"], desk.now, badge_id="4711")
        people.put(connection, "olga", "Olga", ["supervisor"], desk.now, badge_id="4712")
    url = f"sqlite:///{tmp_path}/service.sqlite"
    erps = {"demo": "sandbox+http://127.0.0.1:9"}
    app = create_app(Settings(url, models_dir=tmp_path / "models", erps=erps))
    client = app.test_client()
    tables: dict[str, Any] = {module("board").TABLE: Wall(client, key)}
    monkeypatch.setattr(module("shared"), "table", lambda name: tables.setdefault(name, {}))
    runner = module("commandrunner").CommandRunner(
        tables.setdefault(module("commands").TABLE, {}),
        Service(client, key),
        None,
        Board(),
        lambda roles: {role.removeprefix("countersign-") for role in roles},
        lambda: 0,
    )

    def ask(handler: str, payload: dict[str, str]) -> None:
        runner.take(json.loads(payload["request"]))
        runner.run()

    monkeypatch.setattr(module("shared"), "ask_gateway", ask)
    yield
    app.extensions["countersign"].close()


def inbox(user: str = "anna") -> dict[str, Any]:
    page: dict[str, Any] = module("screens_inbox").content(user, ROLES, "en", "EUR", "", "all", "")
    return page


def card(task: str, user: str = "anna", shown: str = "", badge: str = "") -> dict[str, Any]:
    content = module("screens_card").content
    found: dict[str, Any] = content(task, user, ROLES, "en", "EUR", shown, badge)
    return found


def state(command_id: str) -> dict[str, Any]:
    found: dict[str, Any] = module("commands").state(command_id)
    return found


def live(command_id: str, task: str) -> dict[str, Any]:
    content = module("screens_progress").content
    found: dict[str, Any] = content(command_id, task, "anna", ROLES, "en")
    return found


def asked(desk: Desk, envelope: dict[str, Any] | None = None) -> str:
    (receipt,) = desk.receive(envelope or scrap())
    return str(receipt.approval_id)


def post(user: str, task: str, badge: str = "", *, as_first: bool = False) -> str:
    shown = card(task, user)["context_hash"]
    command_id: str = module("screens_card").post(Session(user), task, shown, badge, as_first)
    return command_id


def test_the_inbox_lists_the_task_and_the_card_says_what_it_is(desk: Desk) -> None:
    task = asked(desk)
    (group,) = inbox()["groups"]
    assert [entry["page"] for entry in group["entries"]] == [f"/card/{task}"]
    shown = card(task)
    assert shown["title"] == "Scrap 3 pcs SEAL-01 of order 100234/0010 (SURF)"
    assert shown["actions"]["may_decide"]
    facts = {fact["label"]: fact["text"] for fact in shown["evidence"]["facts"]}
    assert facts["Needs"] == "1,000 pcs SEAL-01"


def test_opening_a_card_claims_the_task_and_others_see_it(desk: Desk) -> None:
    task = asked(desk)
    module("screens_card").keep(Session("anna"), task, ROLES, 0)
    assert card(task)["standing"]["kind"] == "mine"
    assert card(task, "olga")["standing"]["kind"] == "theirs"
    assert inbox("olga")["groups"][0]["entries"][0]["mark"]["text"] == "anna is at it"
    refused = state(post("olga", task))
    assert (refused["state"], refused["code"]) == ("refused", "approval-claimed")
    module("screens_card").release(Session("anna"), task, ROLES)
    assert card(task, "olga")["standing"]["kind"] == "free"


def test_posting_is_acknowledged_queued_and_can_be_taken_back(desk: Desk) -> None:
    task = asked(desk)
    command_id = post("anna", task)
    assert state(command_id)["state"] == "done"
    assert not module("screens_progress").keeps_actions(command_id)
    shown = live(command_id, task)
    assert shown["text"].startswith("Goes to demo in ")
    assert shown["may_undo"]
    undo = module("screens_progress").undo(Session("anna"), task)
    assert state(undo)["state"] == "done"
    assert module("screens_progress").keeps_actions(undo)
    assert not live(undo, task)["is_shown"]
    assert card(task)["actions"]["may_decide"]
    assert desk.postings() == []


def test_a_correction_is_booked_as_it_was_typed(desk: Desk) -> None:
    task = asked(desk)
    correction = module("screens_correction")
    shown, place = card(task)["context_hash"], correction.begin(task)
    form = correction.content(task, "{}", place, "2", "miscounted", "", "en")
    assert (form["old"], form["new"], form["may_post"]) == ("3 pcs", "2 pcs", True)
    command_id = correction.post(
        Session("anna"), task, shown, "{}", place, "2", "miscounted", "", ""
    )
    assert state(command_id)["state"] == "done"
    (posting,) = desk.postings()
    assert '"quantity_string":"2"' in posting.document
    assert "Quantity 3 pcs \u2192 2 pcs (Miscounted)" in card(task)["standing"]["text"]


def test_two_people_decide_at_one_panel_the_second_by_badge(desk: Desk) -> None:
    desk.use_policy("supervise", four_eyes_above="5")
    task = asked(desk)
    assert state(post("anna", task))["result"]["state"] == "awaiting_second"
    waiting = card(task)
    assert not waiting["actions"]["may_decide"]
    assert state(post("anna", task))["code"] == "approval-same-person"
    assert state(post("anna", task, "0000"))["code"] == "unknown_badge"
    assert state(post("anna", task, "4711"))["code"] == "approval-same-person"
    assert card(task, badge="4712")["actions"]["may_decide"]
    assert state(post("anna", task, "4712"))["result"]["decided_by"] == "olga"


def test_the_second_person_confirms_a_correction(desk: Desk) -> None:
    desk.use_policy("supervise", four_eyes_above="5")
    task = asked(desk)
    correction = module("screens_correction")
    shown, place = card(task)["context_hash"], correction.begin(task)
    correction.post(Session("anna"), task, shown, "{}", place, "2", "miscounted", "", "")
    second = card(task, badge="4712")
    assert "anna has corrected it: Quantity 3 pcs \u2192 2 pcs." in second["standing"]["text"]
    assert second["actions"]["is_correction"]
    done = state(post("anna", task, "4712", as_first=True))
    assert done["result"]["state"] == "corrected"


def test_a_card_goes_stale_when_the_order_moves_on(desk: Desk) -> None:
    task = asked(desk)
    shown = card(task)["context_hash"]
    desk.receive(confirmation(9))
    assert card(task, shown=shown)["actions"]["is_stale"]
    command_id = module("screens_card").post(Session("anna"), task, shown, "", False)
    assert state(command_id)["code"] == "approval-stale"
    assert live(command_id, task)["text"].endswith("changed meanwhile")


def test_holding_and_rejecting_take_the_reason_of_the_tile(desk: Desk) -> None:
    task = asked(desk)
    say = module("screens_say").submit
    for action, after in (("hold", "held"), ("reject", "rejected")):
        shown = card(task)["context_hash"]
        command_id = say(Session("anna"), action, task, "", shown, "other", "see box 7", "")
        assert state(command_id)["result"]["state"] == after
        assert "see box 7" in card(task)["standing"]["text"]


def test_a_batch_is_decided_task_by_task_and_the_pace_is_seen(desk: Desk) -> None:
    tasks = [asked(desk, scrap(number)) for number in (1, 2, 3)]
    (group,) = inbox()["groups"]
    assert group["batches"][0]["text"] == "Post 3 together \u2026"
    batch = module("screens_batch")
    rows = batch.tasks(group["cause"], "", "anna", "en", "EUR")
    left_out = batch.toggle("", tasks[0])
    ids = batch.post(Session("anna"), rows, left_out)
    assert batch.progress(ids, "en")["text"] == "2 of 2 decided"
    assert len(desk.postings()) == 2
    page = module("screens_inbox").content("olga", "supervisor", "en", "EUR", "", "all", "")
    assert page["pace"]["text"] == "2 decided in the last hour"
