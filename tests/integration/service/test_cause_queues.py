"""Causes come to those who mend them: by a person, the code, the model, or the words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from integration.service.test_coding import Plant
from integration.service.test_http import GOODS_ISSUE

from countersign.journey.coding.cause_queues import said_by_erp
from countersign.post.error_words import queue_by_words
from countersign.store import cause_queues, postings
from countersign.store.database import digest_of


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    opened = Plant(tmp_path, tmp_path / "models")
    yield opened
    opened.services.close()


def refuse(plant: Plant, code: str, text: str, entity: str = "") -> str:
    """Let a new posting be refused; return the fingerprint of its cause."""
    key = plant.create(GOODS_ISSUE).json["posting_id"]
    fingerprint = digest_of(f"{code}/{entity}")[:16]
    error = {"error_code": code, "error_text": text, "error_entity": entity}
    with plant.database.write() as connection:
        record = postings.read(connection, key)
        assert record is not None
        refused = {"state": "rejected", "fingerprint": fingerprint, "error_verdict": "rejected"}
        postings.write(connection, [postings.with_changes(record, error | refused)])
    return fingerprint


def causes(plant: Plant, query: str = "") -> dict[str, Any]:
    found = plant.client.get(f"/v1/postings/causes{query}").json["items"]
    return {(row["code"], row["entity"]): (row["queue"], row["queue_told_by"]) for row in found}


def move(plant: Plant, fingerprint: str, queue: str, **more: str) -> Any:
    body = {"erp": "demo", "fingerprint": fingerprint, "queue": queue, "reason": "so it is", **more}
    plant._count += 1
    return plant.client.post(
        "/v1/postings/causes/queue", body, **{"Idempotency-Key": f'"m{plant._count}"'}
    )


def test_a_code_that_the_table_knows_tells_the_queue(plant: Plant) -> None:
    refuse(plant, "PERIOD_CLOSED", "Whatever the stock says.")
    refuse(plant, "document_unreadable", "The document cannot be read.")
    assert causes(plant) == {
        ("PERIOD_CLOSED", ""): ("period", "table"),
        ("document_unreadable", ""): ("document", "table"),
    }


def test_words_tell_where_no_code_does_and_else_nobody(plant: Plant) -> None:
    refuse(plant, "ZZ/001", 'SAP refused this with message ZZ/001: "Lagerbestand zu klein".')
    refuse(plant, "ZZ/002", "Hm.")
    assert causes(plant) == {("ZZ/001", ""): ("stock", "words"), ("ZZ/002", ""): (None, "nothing")}


def test_a_person_is_right_and_later_causes_of_an_unknown_code_follow(plant: Plant) -> None:
    moved = refuse(plant, "ZZ/003", "Vendor is not released.", "V-1")
    refuse(plant, "ZZ/003", "Vendor is not released.", "V-2")
    answer = move(plant, moved, "authorisation", acting_user="erik")
    assert (answer.status_code, answer.json) == (200, {"queue": "authorisation"})
    assert causes(plant) == {
        ("ZZ/003", "V-1"): ("authorisation", "person"),
        ("ZZ/003", "V-2"): ("authorisation", "person"),
    }
    with plant.database.read() as connection:
        (label,) = cause_queues.read_all(connection)
    assert (label.queue, label.told_queue, label.told_by) == (
        "authorisation",
        "master_data",
        "words",
    )
    assert label.moved_by == "person:erik via key:test"
    assert label.failed_at <= label.moved_at <= datetime.now(UTC)
    assert plant.steps().count("cause_moved") == 1


def test_moving_a_known_code_moves_that_cause_only(plant: Plant) -> None:
    moved = refuse(plant, "STOCK_DEFICIT", "Too little.", "A")
    refuse(plant, "STOCK_DEFICIT", "Too little.", "B")
    move(plant, moved, "document")
    move(plant, moved, "master_data")
    assert causes(plant) == {
        ("STOCK_DEFICIT", "A"): ("master_data", "person"),
        ("STOCK_DEFICIT", "B"): ("stock", "table"),
    }


def test_causes_are_listed_by_queue(plant: Plant) -> None:
    refuse(plant, "PERIOD_CLOSED", "Closed.")
    refuse(plant, "STOCK_DEFICIT", "Too little.")
    assert list(causes(plant, "?queue=stock")) == [("STOCK_DEFICIT", "")]
    assert causes(plant, "?queue=connection") == {}
    refused = plant.client.get("/v1/postings/causes?queue=helpdesk")
    assert (refused.status_code, "master_data" in refused.json["detail"]) == (400, True)


def test_what_no_longer_fails_cannot_be_moved(plant: Plant) -> None:
    assert move(plant, "0" * 16, "stock").status_code == 404


def test_moving_needs_the_scope_of_what_is_held_up(plant: Plant) -> None:
    moved = refuse(plant, "ZZ/004", "Hm.")
    body = {"erp": "demo", "fingerprint": moved, "queue": "stock", "reason": "so it is"}
    for scope, status in (("fi", 403), ("mm.im", 200)):
        answer = plant.key(scope).post(
            "/v1/postings/causes/queue", body, **{"Idempotency-Key": '"1"'}
        )
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("Posting period 003 2026 is not open", "period"),
        ("Buchungsperiode 003 ist nicht geöffnet", "period"),
        ("You have no authorization for this transaction", "authorisation"),
        ("Keine Berechtigung für Transaktion MIGO", "authorisation"),
        ("Deficit of SL unrestricted-use 5 EA", "stock"),
        ("Onvoldoende voorraad voor artikel 4711", "stock"),
        ("Order 100234 is already being processed by MILLER", "connection"),
        ('could not obtain lock on row in relation "production"', "connection"),
        ("read timed out after 30 s", "connection"),
        ("G/L account 476000 does not exist in company code 1000", "master_data"),
        ("Kostenstelle 4100 existiert nicht", "master_data"),
        ("Leverancier is geblokkeerd", "master_data"),
        ("Balance in transaction currency is 12.00 EUR", "document"),
        ("Field Tax Code is a required field for account 400000", "document"),
        ("Hm.", None),
        ("", None),
    ],
)
def test_words_tell_who_mends_it(text: str, queue: str | None) -> None:
    assert queue_by_words(text) == queue


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Closed in SAP. Ask finance. SAP says: "Period 3 is not open".', "Period 3 is not open"),
        (
            'SAP refused this with message ZZ/1: "Do "this" first". A person has to judge it.',
            'Do "this" first',
        ),
        ('You can not call "do" on "PO-1".', 'You can not call "do" on "PO-1".'),
    ],
)
def test_the_erps_own_words_are_read(text: str, said: str) -> None:
    assert said_by_erp(text) == said
