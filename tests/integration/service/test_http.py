"""The HTTP interface: what good input gets, and what nonsense gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from integration.service.desk import ORDER, open_desk, scrap
from werkzeug.test import TestResponse

from countersign.settings import Settings
from countersign.store import api_keys, people
from countersign.store.database import Database
from countersign.web.app import create_app

GOODS_ISSUE = {
    "kind": "goods_issue",
    "site_id": "1000",
    "order_id": ORDER,
    "operation_id": "0010",
    "posting_date": "2026-11-20",
    "lines": [
        {"material_id": "SEAL-01", "quantity": {"quantity_string": "2", "unit_of_measure": "C62"}}
    ],
}


class Client:
    """A client of the interface with one key."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str, **headers: str) -> TestResponse:
        """Read something."""
        return self._client.get(path, headers=self._headers | headers)

    def post(self, path: str, body: Any, **headers: str) -> TestResponse:
        """Send JSON, or bytes as they are."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        content = {"Content-Type": "application/json"}
        return self._client.post(path, data=data, headers=self._headers | content | headers)

    def put(self, path: str, body: Any) -> TestResponse:
        """Replace something."""
        return self._client.put(path, json=body, headers=self._headers)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/service.sqlite"


@pytest.fixture
def http(url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    with open_desk(url) as desk:
        desk.use_policy("supervise")
    settings = Settings(
        database_url=url,
        models_dir=tmp_path / "models",
        erps={"demo": "sandbox+http://clerk:none@127.0.0.1:9"},
        max_body_bytes=200_000,
    )
    app = create_app(settings)
    yield app.test_client()
    app.extensions["countersign"].close()


def key(url: str, *scopes: str, expires_at: datetime | None = None) -> str:
    """Make a key directly in the database."""
    database = Database(url)
    try:
        with database.write() as connection:
            now = datetime.now(UTC)
            people.put(connection, "olga", "Olga", ["operator", "supervisor"], now)
            return api_keys.create(connection, "test", scopes, now, expires_at)
    finally:
        database.close()


@pytest.fixture
def gateway(http: FlaskClient, url: str) -> Client:
    return Client(http, key(url, "events.write", "events.read", "approve"))


@pytest.fixture
def clerk(http: FlaskClient, url: str) -> Client:
    return Client(http, key(url, "postings.read", "mm.im"))


def test_one_event_is_taken_and_answered_again_when_it_comes_again(gateway: Client) -> None:
    first, again = (gateway.post("/v1/events", scrap()) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.get_json() | {"status": "duplicate"} == again.get_json()


def test_the_whole_trace_of_an_event_can_be_read(gateway: Client) -> None:
    event_id = gateway.post("/v1/events", scrap()).get_json()["event_id"]
    trace = gateway.get(f"/v1/events/{event_id}").get_json()
    assert trace["event"] == scrap()
    assert trace["decision"]["outcome"] == "review"
    assert [row["approval_id"] for row in trace["approvals"]] == [event_id]
    assert trace["audit"][0]["step"] == "event_received"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?locale=en", "3 pcs SEAL-01 were reported on order 100234/0010."),
        ("?locale=de", "Auf Auftrag 100234/0010 wurden 3 Stk SEAL-01 gemeldet."),
        ("", "3 pcs SEAL-01 were reported on order 100234/0010."),
    ],
)
def test_an_event_is_told_in_the_language_that_was_asked_for(
    gateway: Client, query: str, said: str
) -> None:
    event_id = gateway.post("/v1/events", scrap()).get_json()["event_id"]
    told = gateway.get(f"/v1/events/{event_id}/narrative{query}").get_json()
    assert told["text"].startswith(said)
    assert told["origin"] == "template"
    refused = gateway.get(f"/v1/events/{event_id}/narrative?locale=fr")
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("query", "headers", "said"),
    [
        ("", {}, "The ERP has no material GLUE."),
        ("?locale=de", {}, "Das ERP kennt kein Material GLUE."),
        ("", {"Accept-Language": "nl-NL, en;q=0.5"}, "Het ERP kent geen materiaal GLUE."),
    ],
)
def test_a_task_says_why_in_the_language_that_was_asked_for(
    gateway: Client, query: str, headers: dict[str, str], said: str
) -> None:
    task = gateway.post("/v1/events", scrap(material_id="GLUE")).get_json()["event_id"]
    stored = gateway.get(f"/v1/events/{task}").get_json()["assessment"]
    shown = gateway.get(f"/v1/approvals/{task}{query}", **headers).get_json()
    texts = [finding["text"] for finding in shown["assessment"]["findings"]]
    codes = [finding["code"] for finding in shown["assessment"]["findings"]]
    assert codes == [finding["code"] for finding in stored["findings"]]
    assert said in texts
    assert said in shown["why"]
    assert "The ERP has no material GLUE." in [one["text"] for one in stored["findings"]]
    assert gateway.get(f"/v1/approvals/{task}?locale=fr").status_code == 400


def test_a_journal_entry_is_told_and_a_goods_issue_without_trouble_is_not(
    http: FlaskClient, url: str
) -> None:
    team = Client(http, key(url, "fi", "mm.im", "postings.read"))
    entry = {
        "kind": "journal_entry",
        "company_code": "1000",
        "posting_date": "2026-10-31",
        "document_date": "2026-10-31",
        "currency": "EUR",
        "text": "energy of line 3",
        "lines": [
            {"account_id": "471000", "amount": "1200.00", "cost_center": "CC-10", "text": ""},
            {"account_id": "160000", "amount": "-1200.00", "text": ""},
        ],
    }
    texts = []
    for number, document in enumerate((entry, GOODS_ISSUE)):
        body = {"erp": "demo", "document": document, "reason": "month-end"}
        created = team.post("/v1/postings", body, **{"Idempotency-Key": f"entry-number-{number}"})
        assert created.status_code == 202, created.get_json()
        posting_id = created.get_json()["posting_id"]
        texts.append(team.get(f"/v1/postings/{posting_id}/narrative?locale=nl"))
    assert texts[0].get_json()["text"] == (
        "€ 1.200,00 geboekt in administratie 1000 op 31 okt 2026 voor energy of line 3: "
        "debet 471000, credit 160000. Ten laste van kostenplaats CC-10."
    )
    assert texts[1].status_code == 404


def test_outcomes_are_read_by_cursor(gateway: Client) -> None:
    gateway.post("/v1/events", [scrap(1), scrap(2), scrap(3)])
    first = gateway.get("/v1/outcomes?limit=2").get_json()
    rest = gateway.get(f"/v1/outcomes?after={first['next_after']}").get_json()
    end = gateway.get(f"/v1/outcomes?after={rest['next_after']}").get_json()
    assert [row["id"] for row in first["items"]] == ["evt-00000001", "evt-00000002"]
    assert [row["id"] for row in rest["items"]] == ["evt-00000003"]
    assert end == {"items": [], "next_after": rest["next_after"]}


def test_a_batch_answers_each_event_in_the_order_sent(gateway: Client) -> None:
    broken = scrap(2, quantity={"quantity_string": "1e5", "unit_of_measure": "C62"})
    answer = gateway.post("/v1/events", [scrap(1), broken, "nonsense", scrap(1, note="other")])
    results = answer.get_json()["results"]
    assert answer.status_code == 200
    assert [row["status"] for row in results] == ["accepted", "refused", "refused", "conflict"]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/data/quantity/quantity_string"
    assert results[3]["problem"]["status"] == 409


def test_another_body_under_the_same_id_is_a_conflict_with_both_digests(gateway: Client) -> None:
    gateway.post("/v1/events", scrap())
    answer = gateway.post("/v1/events", scrap(note="other"))
    problem = answer.get_json()
    assert answer.status_code == 409
    assert answer.mimetype == "application/problem+json"
    assert len({problem["digest"], problem["first_digest"]}) == 2


def _with_time(text: str) -> dict[str, Any]:
    return scrap() | {"time": text}


NONSENSE: list[tuple[str, Any, dict[str, str], int]] = [
    ("no JSON", b"{", {}, 400),
    ("nothing", b"", {}, 400),
    ("NaN", b'{"a": NaN}', {}, 400),
    ("a member twice", b'{"a": 1, "a": 2}', {}, 400),
    ("no UTF-8", b"\xff", {}, 400),
    ("nested 10,000 deep", b"[" * 10_000 + b"]" * 10_000, {}, 400),
    ("text", b"hello", {"Content-Type": "text/plain"}, 415),
    ("too long", b" " * 200_001, {}, 413),
    ("1,001 events", [scrap()] * 1001, {}, 413),
    ("a number", 5, {}, 422),
    ("an empty object", {}, {}, 422),
    ("no offset", _with_time("2026-11-20T11:00:00"), {}, 422),
    ("no such day", _with_time("2026-02-30T11:00:00Z"), {}, 422),
    ("control characters", scrap(note="a\x07b"), {}, 422),
    ("half a surrogate pair", scrap(note="\ud800"), {}, 422),
    (
        "a float as quantity",
        scrap(quantity={"quantity_string": 3.5, "unit_of_measure": "C62"}),
        {},
        422,
    ),
    ("an unknown field", scrap(colour="red"), {}, 422),
]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [case[1:] for case in NONSENSE],
    ids=[case[0] for case in NONSENSE],
)
def test_nonsense_gets_a_problem_that_helps(
    gateway: Client, body: Any, headers: dict[str, str], status: int
) -> None:
    answer = gateway.post("/v1/events", body, **headers)
    problem = answer.get_json()
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert problem["status"] == status
    assert problem.get("detail") or problem["errors"]


def test_an_empty_batch_is_answered(gateway: Client) -> None:
    assert gateway.post("/v1/events", []).get_json() == {"results": []}


@pytest.mark.parametrize(
    "header", [None, "", "Basic eDp5", "Bearer", "Bearer csk_1_2", "Bearer csk_0000_" + "x" * 43]
)
def test_without_a_valid_key_nothing_is_answered(http: FlaskClient, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = http.post("/v1/events", json=scrap(), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_expired_key_opens_nothing(http: FlaskClient, url: str) -> None:
    old = key(url, "events.write", expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert Client(http, old).post("/v1/events", scrap()).status_code == 401


def test_a_key_opens_only_what_its_scopes_say(http: FlaskClient, url: str) -> None:
    reader = Client(http, key(url, "events.read"))
    assert reader.post("/v1/events", scrap()).status_code == 403
    assert reader.get("/metrics").status_code == 403
    assert Client(http, key(url, "metrics")).get("/metrics").status_code == 200


def test_a_person_decides_over_the_gateway_with_the_roles_the_service_knows(
    gateway: Client,
) -> None:
    task = gateway.post("/v1/events", scrap()).get_json()["approval_id"]
    card = gateway.get(f"/v1/approvals/{task}").get_json()
    body = {"acting_user": "olga", "context_hash": card["context_hash"]}
    stranger = gateway.post(f"/v1/approvals/{task}/approve", body | {"acting_user": "nobody"})
    nameless = gateway.post(f"/v1/approvals/{task}/approve", {"context_hash": card["context_hash"]})
    decided = gateway.post(f"/v1/approvals/{task}/approve", body)
    assert stranger.status_code == 403
    assert nameless.status_code == 422
    assert (decided.status_code, decided.get_json()["state"]) == (200, "approved")
    assert gateway.get(f"/v1/approvals/{'0' * 32}").status_code == 404


def test_a_document_of_the_erp_team_is_queued_once_under_its_key(clerk: Client) -> None:
    message = {"document": GOODS_ISSUE, "reason": "forgotten"}
    first, again = (
        clerk.post("/v1/postings", message, **{"Idempotency-Key": '"a-1"'}) for _ in range(2)
    )
    other = clerk.post("/v1/postings", message | {"reason": "other"}, **{"Idempotency-Key": "a-1"})
    assert first.status_code == again.status_code == 202
    assert first.get_json() == again.get_json()
    assert other.status_code == 422
    assert len(clerk.get("/v1/postings").get_json()["items"]) == 1


def test_a_posting_endpoint_needs_an_idempotency_key(clerk: Client) -> None:
    answer = clerk.post("/v1/postings", {"document": GOODS_ISSUE, "reason": "forgotten"})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.get_json()["detail"]


def test_a_document_needs_the_scope_of_its_module(http: FlaskClient, url: str) -> None:
    controller = Client(http, key(url, "pp.order"))
    message = {"document": GOODS_ISSUE, "reason": "forgotten"}
    answer = controller.post("/v1/postings", message, **{"Idempotency-Key": "b-1"})
    assert answer.status_code == 403


def test_what_may_not_be_done_to_a_posting_says_what_may(clerk: Client) -> None:
    made = clerk.post(
        "/v1/postings",
        {"document": GOODS_ISSUE, "reason": "forgotten"},
        **{"Idempotency-Key": "c-1"},
    ).get_json()
    address = f"/v1/postings/{made['posting_id']}"
    refused = clerk.post(f"{address}/reverse", {"reason": "x"}, **{"Idempotency-Key": "c-2"})
    given_up = clerk.post(f"{address}/cancel", {"reason": "x"}, **{"Idempotency-Key": "c-3"})
    unknown = clerk.post(f"{address}/explode", {"reason": "x"}, **{"Idempotency-Key": "c-4"})
    assert (refused.status_code, unknown.status_code) == (409, 404)
    assert "waiting to be sent" in refused.get_json()["detail"]
    assert given_up.get_json()["state"] == "cancelled"


def test_a_policy_is_changed_on_the_version_that_was_read(http: FlaskClient, url: str) -> None:
    admin = Client(http, key(url, "admin"))
    current = admin.get("/v1/policy").get_json()
    change = {
        "policy": current["policy"] | {"undo_seconds": 10},
        "based_on_version": current["version"],
        "reason": "give people time",
    }
    changed, outdated = admin.put("/v1/policy", change), admin.put("/v1/policy", change)
    assert changed.get_json()["version"] == current["version"] + 1
    assert outdated.status_code == 409
    assert len(admin.get("/v1/policy/versions").get_json()["items"]) == 2


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz"])
def test_health_needs_no_key(http: FlaskClient, path: str) -> None:
    assert http.get(path).get_json() == {"status": "ok"}


def test_every_answer_carries_the_security_headers(http: FlaskClient) -> None:
    headers = http.get("/nowhere").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["Cache-Control"] == "no-store"
