"""What the running service answers is what its description says: status, media type, content."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import forecast_examples
import pytest
from contract_messages import files
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

from countersign.decide.policy import DEFAULT_POLICY
from countersign.settings import Settings
from countersign.store import alarms, api_keys, people
from countersign.store.alarms import Alarm
from countersign.web.app import create_app

BUNDLE = "urn:countersign:interface"
EXAMPLES = {(schema, name): message for schema, name, message in files.examples("valid")}
GOODS_ISSUE = EXAMPLES["document", "goods-issue"]
CONFIRMATION = EXAMPLES["document", "production-confirmation"]


def event(key: str, **data: Any) -> dict[str, Any]:
    message = copy.deepcopy(EXAMPLES["event", "consumption-of-two-materials"])
    message["data"].update(data)
    return {**message, "id": key}


@dataclass(frozen=True)
class Answer:
    status: int
    json: Any
    text: str


@dataclass(frozen=True)
class Caller:
    """Calls an operation and holds the answer against the description."""

    client: Any
    key: str
    description: dict[str, Any]

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: str = "",
        request_key: str | None = None,
        **places: str,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self.key}"}
        if request_key is not None:
            headers["Idempotency-Key"] = f'"{request_key}"'
        url = path.format(**places) + query
        content = {} if body is None else {"json": body}
        answer: TestResponse = self.client.open(url, method=method, headers=headers, **content)
        self.check(self.description["paths"][path][method.lower()], answer)
        return Answer(answer.status_code, answer.get_json(silent=True), answer.text)

    def check(self, operation: dict[str, Any], answer: TestResponse) -> None:
        documented = operation["responses"].get(str(answer.status_code))
        assert documented, f"{answer.status_code} is not described: {answer.text}"
        if "$ref" in documented:
            name = documented["$ref"].rsplit("/", 1)[1]
            documented = self.description["components"]["responses"][name]
        assert answer.mimetype in documented["content"]
        if answer.is_json:
            schema = documented["content"][answer.mimetype]["schema"]
            errors = [error.message for error in self._validator(schema).iter_errors(answer.json)]
            assert errors == []

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        resource = DRAFT202012.create_resource(self.description)
        registry: Registry[Any] = Registry().with_resource(BUNDLE, resource)
        absolute = _with_references_into_the_bundle(schema)
        return Draft202012Validator(absolute, registry=registry, format_checker=FormatChecker())


def _with_references_into_the_bundle(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_references_into_the_bundle(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        name: BUNDLE + entry if name == "$ref" else _with_references_into_the_bundle(entry)
        for name, entry in value.items()
    }


@contextmanager
def opened(folder: Path) -> Iterator[Caller]:
    """Run a service of its own; nobody listens at the ERP."""
    app = create_app(
        Settings(
            f"sqlite:///{folder}/service.sqlite",
            models_dir=folder,
            erps={"demo": "sandbox+http://127.0.0.1:9"},
        )
    )
    services = app.extensions["countersign"]
    now = datetime.now(UTC)
    with services.database.write() as connection:
        key = api_keys.create(connection, "test", ["admin"], now)
        people.put(
            connection, "anna", "Anna", ["supervisor", "operator"], now, badge_id="4711-ANNA"
        )
    client = app.test_client()
    yield Caller(client, key, json.loads(client.get("/openapi.json").text))
    services.close()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Caller]:
    with opened(tmp_path) as caller:
        yield caller


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A service that only meets what it refuses, so that many tests may share it."""
    with opened(tmp_path_factory.mktemp("refusing")) as caller:
        yield caller


@pytest.fixture
def supervised(service: Caller) -> Caller:
    """A service whose policy has a person decide everything."""
    policy = copy.deepcopy(DEFAULT_POLICY)
    for use_case in policy["use_cases"].values():
        use_case["phase"] = "supervise"
    change = {"policy": policy, "based_on_version": 0, "reason": "start"}
    assert service.call("PUT", "/v1/policy", change).status == 200
    return service


def test_an_event_is_taken_known_again_in_conflict_and_refused(service: Caller) -> None:
    first = service.call("POST", "/v1/events", event("consume-1"))
    assert first.status == 202
    again = service.call("POST", "/v1/events", event("consume-1"))
    assert (again.status, again.json["status"]) == (200, "duplicate")
    other = service.call("POST", "/v1/events", event("consume-1", note="changed"))
    assert (other.status, len(other.json["first_digest"])) == (409, 64)
    wrong = service.call("POST", "/v1/events", event("consume-2", order_id=""))
    assert wrong.status == 422
    assert {error["pointer"] for error in wrong.json["errors"]} == {"/data/order_id"}
    trace = service.call("GET", "/v1/events/{event_id}", event_id=first.json["event_id"])
    assert trace.json["event"] == event("consume-1")
    assert service.call("GET", "/v1/events/{event_id}", event_id="0" * 32).status == 404


def test_an_array_of_events_has_a_result_for_each(service: Caller) -> None:
    service.call("POST", "/v1/events", event("consume-1"))
    sent = [
        event("consume-1"),
        event("consume-1", note="changed"),
        event("consume-2"),
        event("consume-3", order_id=7),
        "no event",
    ]
    results = service.call("POST", "/v1/events", sent).json["results"]
    statuses = ["duplicate", "conflict", "accepted", "refused", "refused"]
    assert [result["status"] for result in results] == statuses
    page = service.call("GET", "/v1/outcomes", query="?after=0&limit=10").json
    assert len(page["items"]) == 2
    assert service.call("POST", "/v1/events", [event("x" * 8)] * 1_001).status == 413


def test_an_approval_is_listed_shown_claimed_and_decided(supervised: Caller) -> None:
    receipt = supervised.call("POST", "/v1/events", event("consume-1")).json
    place = {"approval_id": receipt["approval_id"]}
    listed = supervised.call("GET", "/v1/approvals", query="?limit=1").json["items"]
    assert [task["approval_id"] for task in listed] == [receipt["approval_id"]]
    card = supervised.call("GET", "/v1/approvals/{approval_id}", **place).json
    person = {"acting_user": "anna"}
    shown = {**person, "context_hash": card["context_hash"], "reason": "order is unknown"}
    path = "/v1/approvals/{approval_id}"
    assert supervised.call("POST", f"{path}/claim", person, **place).json["state"] == "claimed"
    assert supervised.call("POST", f"{path}/release", person, **place).json["state"] == "open"
    stale = {**shown, "context_hash": "0" * 64}
    assert supervised.call("POST", f"{path}/hold", stale, **place).status == 409
    assert supervised.call("POST", f"{path}/hold", shown, **place).json["state"] == "held"
    wrong = {**shown, "correction": {"order_id": "1"}}
    assert supervised.call("POST", f"{path}/correct", wrong, **place).status == 422
    unnamed = {"context_hash": card["context_hash"]}
    assert supervised.call("POST", f"{path}/approve", unnamed, **place).status == 422
    assert supervised.call("POST", f"{path}/undo", person, **place).status == 409
    assert supervised.call("POST", f"{path}/reject", shown, **place).json["state"] == "rejected"
    assert supervised.call("POST", f"{path}/reject", shown, **place).status == 409
    assert supervised.call("GET", path, approval_id="none").status == 404
    (pace,) = supervised.call("GET", "/v1/approvals/pace").json["items"]
    assert (pace["decided"], pace["unopened"]) == (1, 1)


def test_a_posting_is_created_once_and_mended(service: Caller) -> None:
    create = {"document": GOODS_ISSUE, "reason": "missed"}
    made = service.call("POST", "/v1/postings", create, request_key="1")
    assert made.status == 202
    again = service.call("POST", "/v1/postings", create, request_key="1")
    assert again.json == made.json
    other = {**create, "document": CONFIRMATION}
    assert service.call("POST", "/v1/postings", other, request_key="1").status == 422
    assert service.call("POST", "/v1/postings", create).status == 400
    place = {"posting_id": made.json["posting_id"]}
    path = "/v1/postings/{posting_id}"
    assert service.call("GET", path, **place).json["state"] == "queued"
    assert len(service.call("GET", "/v1/postings", query="?limit=1").json["items"]) == 1
    assert service.call("GET", "/v1/postings/causes").json["items"] == []
    why = {"reason": "not needed"}
    for number, (action, body, status) in enumerate(
        [
            ("retry", why, 200),
            ("correct", create, 409),
            ("reverse", why, 409),
            ("confirm-absent", why, 409),
            ("confirm-posted", {**why, "document_id": "49"}, 409),
            ("cancel", {}, 422),
            ("cancel", why, 200),
        ]
    ):
        key = f"change-{number}"
        answer = service.call("POST", f"{path}/{action}", body, request_key=key, **place)
        assert answer.status == status, answer.text
    assert service.call("GET", path, **place).json["state"] == "cancelled"
    assert service.call("GET", path, posting_id="NONE").status == 404


JOURNAL = EXAMPLES["posting-create", "journal-entry-with-its-supplier"]


def test_codes_are_suggested_and_what_is_known_is_kept(service: Caller) -> None:
    query = "?supplier_id=V-004&cost_center=CC-500&posting_date=2026-03-02"
    for path in ("/v1/suggestions/accounts", "/v1/suggestions/cost-objects"):
        assert service.call("GET", path, query=query).json["decided_by"] == "nothing"
        assert service.call("GET", path, query="?amount=many").status == 400
        for name in ("journal-line", "goods-movement-and-nothing-known"):
            lines = EXAMPLES["coding-question", name]
            told = service.call("POST", path, lines).json["items"]
            assert len(told) == len(lines["lines"])
        assert service.call("POST", path, {"lines": []}).status == 422
    made = service.call("POST", "/v1/postings", JOURNAL, request_key="1").json
    assert made["known"] == JOURNAL["known"]
    wrong = {"document": GOODS_ISSUE, "known": {"supplier_id": "V"}, "reason": "missed"}
    assert service.call("POST", "/v1/postings", wrong, request_key="2").status == 422


def test_a_cause_that_is_gone_or_a_queue_that_is_none_is_a_described_problem(
    refusing: Caller,
) -> None:
    path, body = "/v1/postings/causes/queue", EXAMPLES["cause-queue", "by-a-key"]
    assert refusing.call("POST", path, body, request_key="1").status == 404
    assert refusing.call("POST", path, {**body, "queue": "x"}, request_key="2").status == 422
    assert refusing.call("POST", path, body).status == 400
    assert refusing.call("GET", "/v1/postings/causes", query="?queue=x").status == 400


def test_policy_audit_models_and_health_are_shown(supervised: Caller) -> None:
    supervised.call("POST", "/v1/events", event("consume-1"))
    current = supervised.call("GET", "/v1/policy").json
    assert current["version"] == 1
    change = {"policy": current["policy"], "based_on_version": 0, "reason": "late"}
    assert supervised.call("PUT", "/v1/policy", change).status == 409
    assert supervised.call("PUT", "/v1/policy", {}).status == 422
    assert len(supervised.call("GET", "/v1/policy/versions").json["items"]) == 1
    records = supervised.call("GET", "/v1/audit", query="?order_id=100234&limit=1").json
    assert len(records["items"]) == 1
    assert supervised.call("GET", "/v1/audit", query="?limit=none").status == 400
    for path in ("/v1/models", "/livez", "/readyz", "/healthz", "/metrics"):
        assert supervised.call("GET", path).status == 200


def test_forecasts_are_shown_page_by_page_with_how_their_questions_stand(service: Caller) -> None:
    empty = service.call("GET", "/v1/forecasts/questions").json
    assert empty == {"items": []}
    told = forecast_examples.everything(
        service.client.application.extensions["countersign"].database
    )
    first = service.call("GET", "/v1/forecasts", query="?state=open&limit=3").json
    assert len(first["items"]) == 3
    more = service.call(
        "GET", "/v1/forecasts", query=f"?state=open&limit=3&before={first['next_before']}"
    ).json
    seen = [item["forecast_id"] for item in (*first["items"], *more["items"])]
    assert sorted(seen) == sorted(row.forecast_id for row in told)
    assert "next_before" not in more
    closed = service.call("GET", "/v1/forecasts", query="?task=order_delay&state=closed").json
    assert len(closed["items"]) == 10
    assert {item["actual"]["text"] for item in closed["items"]} == {"was late", "was in time"}
    of_order = service.call("GET", "/v1/forecasts", query="?order_id=100234").json["items"]
    assert [item["answer"] for item in of_order] == [{"label": "yes", "probability": 0.72}]
    stands = {
        item["task"]: item for item in service.call("GET", "/v1/forecasts/questions").json["items"]
    }
    assert stands["order_delay"]["versions"][0]["settled"] == 10
    assert stands["shortage"]["problem"] == "it was altered"
    assert "model_version" not in stands["sync_failure"]
    assert service.call("GET", "/v1/status").json["likely_troubles"] == 1
    metrics = service.call("GET", "/metrics").text
    assert 'countersign_forecasts{task="order_delay",what="likely"} 1.0' in metrics
    assert 'countersign_forecast_problem{task="shortage"} 1.0' in metrics
    assert 'by="baseline",model_version="1-0123456789",task="order_delay"} 0.25' in metrics
    for wrong in ("state=some", "before=noon", "before=2026-01-01", "limit=0"):
        assert service.call("GET", "/v1/forecasts", query=f"?{wrong}").status == 400


def test_alarms_and_the_history_of_autonomy_are_shown(supervised: Caller) -> None:
    assert supervised.call("GET", "/v1/autonomy/history").json == {"items": []}
    assert supervised.call("GET", "/v1/alarms", query="?limit=0").status == 400
    row = Alarm("a" * 32, "scrap_report", "1000", "data", "new x", "odd", datetime.now(UTC))
    with supervised.client.application.extensions["countersign"].database.write() as connection:
        alarms.add(connection, row)
    path, place = "/v1/alarms/{alarm_id}/clear", {"alarm_id": row.alarm_id}
    assert supervised.call("POST", path, {}, **place).status == 422
    why = {"reason": "renamed on purpose", "acting_user": "anna"}
    (cleared,) = supervised.call("POST", path, why, **place).json["items"]
    assert (cleared["cleared_by"], cleared["clear_reason"]) == ("person:anna", why["reason"])
    assert supervised.call("POST", path, why, **place).status == 404


def test_automating_what_has_earned_nothing_needs_somebody_to_answer_for_it(
    supervised: Caller,
) -> None:
    policy = copy.deepcopy(DEFAULT_POLICY)
    policy["use_cases"]["scrap_report"]["phase"] = "automate"
    change = {"policy": policy, "based_on_version": 1, "reason": "we believe in it"}
    refused = supervised.call("PUT", "/v1/policy", change)
    assert refused.status == 409
    assert "scrap_report has not earned to book by itself" in refused.json["detail"]
    assert supervised.call("GET", "/v1/policy").json["version"] == 1
    assert supervised.call("PUT", "/v1/policy", {**change, "without_proof": True}).status == 200
    later = {**change, "based_on_version": 2, "reason": "it is automated already"}
    assert supervised.call("PUT", "/v1/policy", later).status == 200


def test_an_event_and_a_posting_are_told(supervised: Caller) -> None:
    receipt = supervised.call("POST", "/v1/events", event("consume-1")).json
    path, place = "/v1/events/{event_id}/narrative", {"event_id": receipt["event_id"]}
    assert supervised.call("GET", path, query="?locale=nl", **place).json["locale"] == "nl"
    assert supervised.call("GET", path, query="?locale=xx", **place).status == 400
    assert supervised.call("GET", path, event_id="0" * 32).status == 404
    made = supervised.call(
        "POST", "/v1/postings", {"document": GOODS_ISSUE, "reason": "missed"}, request_key="1"
    )
    place = {"posting_id": made.json["posting_id"]}
    assert supervised.call("GET", "/v1/postings/{posting_id}/narrative", **place).status == 404


def test_what_screens_read_is_shown(supervised: Caller) -> None:
    receipt = supervised.call("POST", "/v1/events", event("consume-1")).json
    place = {"approval_id": receipt["approval_id"]}
    card = supervised.call("GET", "/v1/approvals/{approval_id}", **place).json
    shown = {"acting_user": "anna", "context_hash": card["context_hash"], "reason": "no order"}
    supervised.call("POST", "/v1/approvals/{approval_id}/reject", shown, **place)
    for path in ("/v1/orders", "/v1/autonomy", "/v1/parallel-run", "/v1/status"):
        assert supervised.call("GET", path).status == 200
    report = "?site_id=1000&order_id=1&operation_id=10&material_id=M"
    suggest = "/v1/suggestions/scrap-reasons"
    assert supervised.call("GET", suggest, query=report).json["items"] == []
    assert supervised.call("GET", suggest).status == 400
    assert supervised.call("GET", "/v1/orders", query="?limit=0").status == 400
    assert supervised.call("GET", "/v1/parallel-run", query="?from=noon").status == 400
    retry = {"erp": "demo", "fingerprint": "0" * 16, "reason": "created"}
    path = "/v1/postings/causes/retry"
    assert supervised.call("POST", path, retry, request_key="r1").status == 404
    assert supervised.call("POST", path, {}, request_key="r2").status == 422


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'{"a": 1, "a": 2}', "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "application/json", 422),
        (b"null", "application/json", 422),
        (b" " * 5_000_000, "application/json", 413),
    ],
)
def test_a_body_that_is_no_message_is_a_described_problem(
    refusing: Caller, body: bytes, media_type: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {refusing.key}", "Content-Type": media_type}
    answer = refusing.client.post("/v1/events", data=body, headers=headers)
    assert answer.status_code == status
    refusing.check(refusing.description["paths"]["/v1/events"]["post"], answer)


def test_the_person_of_a_badge(service: Caller) -> None:
    carrier = service.call("GET", "/v1/people", query="?badge_id=4711-ANNA").json
    assert carrier == {"person_id": "anna", "name": "Anna", "roles": ["operator", "supervisor"]}
    assert service.call("GET", "/v1/people", query="?badge_id=4711-BRAM").status == 404
    assert service.call("GET", "/v1/people").status == 400
