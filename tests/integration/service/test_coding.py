"""Codes that people write: suggested before, looked at when posted, never in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from coded_ledger import journal_entry, learn_ledger, usual_account, usual_cost_center
from integration.service.test_http import GOODS_ISSUE, Client

from countersign.audit.trail import open_trail
from countersign.journey.coding.account_determination import TableRefused, load_table, read_table
from countersign.model import registry
from countersign.nouns.coding import ACCOUNTS, COST_OBJECTS
from countersign.settings import Settings
from countersign.store import api_keys, postings
from countersign.store.database import Database
from countersign.web.app import create_app

SUPPLIER = "V-004"
CENTER = usual_cost_center(SUPPLIER)
ACCOUNT = usual_account(SUPPLIER, CENTER)
OTHER_ACCOUNT = "480000"
TABLE = "movement_type,valuation_class,account_id\n0201,3000,400100\n201,3001,400200\n"


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learn_ledger(tmp_path_factory.mktemp("learned"))


class Plant:
    """A service with one key, on a folder of models."""

    def __init__(self, folder: Path, models_dir: Path) -> None:
        settings = Settings(
            f"sqlite:///{folder}/service.sqlite",
            models_dir=models_dir,
            erps={"demo": "sandbox+http://nowhere.invalid"},
        )
        self.app = create_app(settings)
        self.services = self.app.extensions["countersign"]
        self.database: Database = self.services.database
        self.client = self.key("admin")
        self._count = 0

    def key(self, *scopes: str) -> Client:
        with self.database.write() as connection:
            key = api_keys.create(connection, "test", list(scopes), datetime.now(UTC))
        return Client(self.app.test_client(), key)

    def load(self, table: str) -> None:
        with self.database.write() as connection:
            accounts = read_table(table.splitlines())
            load_table(connection, accounts, actor="test", reason="", now=datetime.now(UTC))

    def create(self, document: dict[str, Any], **more: Any) -> Any:
        self._count += 1
        body = {"document": document, "reason": "Invoice 4711", **more}
        key = {"Idempotency-Key": f'"{self._count}"'}
        return self.client.post("/v1/postings", body, **key)

    def steps(self) -> list[str]:
        found = self.client.get("/v1/audit?limit=500").json
        return [record["step"] for record in found["items"]]


@pytest.fixture
def plant(tmp_path: Path, learned: Path) -> Iterator[Plant]:
    opened = Plant(tmp_path, learned)
    yield opened
    opened.services.close()


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Plant]:
    """A plant without any model."""
    opened = Plant(tmp_path, tmp_path / "models")
    yield opened
    opened.services.close()


def journal(account_id: str, cost_center: str = CENTER) -> dict[str, Any]:
    return journal_entry(account_id, cost_center)


def test_accounts_are_suggested_with_how_they_were_booked(plant: Plant) -> None:
    query = f"?posting_date=2026-03-02&supplier_id={SUPPLIER}&cost_center={CENTER}&amount=120.50"
    told = plant.client.get(f"/v1/suggestions/accounts{query}").json
    first = told["items"][0]
    assert first["code"] == ACCOUNT
    assert first["confidence"] > 0.9
    assert first["why"].startswith("booked 49 of 50 times for this supplier and cost centre, last")
    assert (told["decided_by"], told["model_name"]) == ("model", ACCOUNTS)
    assert told["model_version"] == registry.active_version(
        plant.services.settings.models_dir, ACCOUNTS
    )


def test_several_lines_are_answered_in_their_order(plant: Plant) -> None:
    lines = [
        {"supplier_id": name, "cost_center": usual_cost_center(name)} for name in ("V-001", "V-002")
    ]
    told = plant.client.post("/v1/suggestions/accounts", {"lines": lines}).json["items"]
    assert [one["items"][0]["code"] for one in told] == [
        usual_account(line["supplier_id"], line["cost_center"]) for line in lines
    ]


def test_cost_objects_are_suggested(plant: Plant) -> None:
    line = {"supplier_id": SUPPLIER, "account_id": ACCOUNT, "work_center_id": "WC-2"}
    (told,) = plant.client.post("/v1/suggestions/cost-objects", {"lines": [line]}).json["items"]
    assert told["items"][0]["code"] == CENTER
    assert "for this account, supplier and work centre" in told["items"][0]["why"]


@pytest.mark.parametrize("which", ["accounts", "cost-objects"])
def test_without_a_model_there_are_no_codes_and_the_reason_helps(plain: Plant, which: str) -> None:
    told = plain.client.get(f"/v1/suggestions/{which}?supplier_id={SUPPLIER}").json
    assert (told["items"], told["decided_by"], told["model_version"]) == ([], "nothing", "")
    assert "countersign train" in told["reason"]


def test_a_supplier_nobody_knows_is_answered_by_what_is_known(plant: Plant) -> None:
    told = plant.client.get("/v1/suggestions/accounts?supplier_id=NEW").json
    assert told["items"]
    assert told["items"][0]["confidence"] < 0.9
    assert "in all" in told["items"][0]["why"]


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("?posting_date=yesterday", "/posting_date: must be a day"),
        ("?amount=many", "/amount: must be a decimal"),
        ("?vendor=V-1", "vendor"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    plain: Plant, query: str, complaint: str
) -> None:
    answer = plain.client.get(f"/v1/suggestions/accounts{query}")
    assert answer.status_code == 400
    assert complaint in answer.json["detail"]


def test_suggestions_are_for_those_who_read_postings(plain: Plant) -> None:
    for scopes, status in ((["events.read"], 403), (["postings.read"], 200), (["fi"], 200)):
        assert plain.key(*scopes).get("/v1/suggestions/accounts").status_code == status


def test_the_account_determination_decides_and_the_model_checks_it(plant: Plant) -> None:
    plant.load(TABLE)
    known = f"&supplier_id={SUPPLIER}&cost_center={CENTER}"
    told = plant.client.get(
        f"/v1/suggestions/accounts?movement_type=201&valuation_class=3000{known}"
    ).json
    assert told["decided_by"] == "table"
    assert told["determined"]["account_id"] == "400100"
    assert told["determined"]["agrees"] is False
    assert f"Usual is {ACCOUNT}" in told["determined"]["text"]
    assert told["items"][0]["code"] == ACCOUNT
    plant.load(f"movement_type,valuation_class,account_id\n201,3000,00{ACCOUNT}\n")
    again = plant.client.get(
        f"/v1/suggestions/accounts?movement_type=0201&valuation_class=3000{known}"
    ).json
    assert again["determined"]["agrees"] is True
    other = plant.client.get(f"/v1/suggestions/accounts?movement_type=261{known}").json
    assert (other["decided_by"], "determined" in other) == ("model", False)
    assert plant.steps().count("account_determination_loaded") == 2


def test_the_account_determination_decides_without_a_model(plain: Plant) -> None:
    plain.load(TABLE)
    told = plain.client.get("/v1/suggestions/accounts?movement_type=201&valuation_class=3001").json
    assert (told["decided_by"], told["determined"]["account_id"]) == ("table", "400200")
    assert told["determined"]["agrees"] is None


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("movement_type;valuation_class;account_id\n201;3000;1", "separated by commas"),
        ("movement_type,valuation_class,account_id\n", "no rows"),
        ("movement_type,valuation_class,account_id\n201,,400100\n", "line 2: one of"),
        (f"{TABLE}201,3000,9\n", "line 4: .* already go to 400100"),
        (f"{TABLE}202,3000,{'9' * 21}\n", "line 4: .*more than 20"),
    ],
)
def test_a_table_of_accounts_that_makes_no_sense_is_refused(table: str, complaint: str) -> None:
    with pytest.raises(TableRefused, match=complaint):
        read_table(table.splitlines())


def test_an_unusual_account_gets_a_note_and_is_posted_all_the_same(plant: Plant) -> None:
    created = plant.create(journal(OTHER_ACCOUNT), known={"supplier_id": SUPPLIER})
    assert (created.status_code, created.json["state"]) == (202, "queued")
    (note,) = created.json["notes"]
    assert (note["line"], note["field"], note["code"]) == (1, "account_id", OTHER_ACCOUNT)
    assert note["usual"] == ACCOUNT
    assert note["confidence"] > 0.9
    assert note["text"].startswith(f"Account {OTHER_ACCOUNT} was never booked for this supplier")
    assert note["told_by"].startswith(ACCOUNTS)
    shown = plant.client.get(f"/v1/postings/{created.json['posting_id']}").json
    assert shown["notes"] == created.json["notes"]
    assert shown["known"] == {"supplier_id": SUPPLIER}
    assert plant.steps().count("coding_noted") == 1


def test_an_unusual_cost_centre_gets_a_note(plant: Plant) -> None:
    known = {"supplier_id": SUPPLIER, "work_center_id": "WC-2"}
    created = plant.create(journal(ACCOUNT, "CC-999"), known=known).json
    assert [(note["field"], note["usual"]) for note in created["notes"]] == [
        ("cost_center", CENTER)
    ]


@pytest.mark.parametrize(
    ("account_id", "known"),
    [
        (ACCOUNT, {"supplier_id": SUPPLIER}),
        (f"00{ACCOUNT}", {"supplier_id": SUPPLIER}),
        (OTHER_ACCOUNT, {"supplier_id": "NEW"}),
    ],
    ids=["usual", "usual with zeros", "nobody knows the supplier"],
)
def test_there_is_no_note_where_nothing_is_unusual_or_known(
    plant: Plant, account_id: str, known: dict[str, str]
) -> None:
    created = plant.create(journal(account_id, "CC-NEW"), known=known).json
    assert not [note for note in created.get("notes", []) if note["field"] == "account_id"]


def test_without_a_model_nothing_is_said(plain: Plant) -> None:
    created = plain.create(journal(OTHER_ACCOUNT), known={"supplier_id": SUPPLIER}).json
    assert "notes" not in created
    assert created["known"] == {"supplier_id": SUPPLIER}


def test_an_account_against_the_table_gets_a_note_of_the_table(plain: Plant) -> None:
    plain.load(TABLE)
    known = {"movement_type": "201", "valuation_class": "3000"}
    (note,) = plain.create(journal(OTHER_ACCOUNT), known=known).json["notes"]
    assert (note["told_by"], note["usual"], "confidence" in note) == ("table", "400100", False)


def test_facts_are_refused_where_they_are_of_no_use(plain: Plant) -> None:
    answer = plain.create(GOODS_ISSUE, known={"supplier_id": SUPPLIER})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/known"


def test_a_corrected_document_is_looked_at_again(plant: Plant) -> None:
    key = plant.create(journal(OTHER_ACCOUNT), known={"supplier_id": SUPPLIER}).json["posting_id"]
    with plant.database.write() as connection, open_trail(connection, datetime.now(UTC)):
        record = postings.read(connection, key)
        assert record is not None
        postings.write(connection, [postings.with_changes(record, {"state": "rejected"})])
    body = {"document": journal(ACCOUNT), "reason": "the usual one"}
    corrected = plant.client.post(f"/v1/postings/{key}/correct", body, **{"Idempotency-Key": '"c"'})
    assert corrected.status_code == 200, corrected.text
    assert "notes" not in corrected.json
    assert json.dumps(corrected.json["known"]) == json.dumps({"supplier_id": SUPPLIER})


def test_another_version_takes_over_and_a_broken_one_does_not(tmp_path: Path) -> None:
    from countersign.journey.coding.code_suggestions import open_rankers

    models = learn_ledger(tmp_path, (COST_OBJECTS,))
    version = registry.active_version(models, COST_OBJECTS)
    shelf = open_rankers(models)
    assert shelf.versions() == {COST_OBJECTS: version}
    (models / COST_OBJECTS / "2-broken").mkdir()
    (models / COST_OBJECTS / "2-broken" / "card.json").write_text("{}")
    registry.activate(models, COST_OBJECTS, "2-broken")
    shelf._look_again_at = 0.0
    shelf.refresh()
    assert shelf.versions() == {COST_OBJECTS: version}
    registry.activate(models, COST_OBJECTS, str(version))
    shelf._look_again_at = 0.0
    shelf.refresh()
    assert shelf.get(COST_OBJECTS) is not None
    assert shelf.get(ACCOUNTS) is None
