"""The loop: what is booked and stands is learned, what is reversed is taken back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from coded_ledger import journal_entry, learn_ledger, ledger, usual_account, usual_cost_center
from integration.service.test_coding import SUPPLIER, Plant, journal

from countersign.journey.learning.learn_causes import learn_causes, table_texts
from countersign.journey.learning.learn_codes import follow_codings, learn_codes
from countersign.learn.ranker import load_active_ranker
from countersign.learn.text_reader import load_active_reader
from countersign.model import registry
from countersign.nouns.coding import ACCOUNTS
from countersign.nouns.posting import PostingState
from countersign.store import cause_queues, codings, postings
from countersign.store.cause_queues import MovedCause

ZONE = ZoneInfo("Europe/Berlin")
NEW = "V-NEW"
MARCH, MAY = datetime(2026, 3, 20, 9, tzinfo=UTC), datetime(2026, 5, 12, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return learn_ledger(tmp_path_factory.mktemp("learned"), (ACCOUNTS,))


@pytest.fixture
def plant(tmp_path: Path, learned: Path) -> Iterator[Plant]:
    shutil.copytree(learned, tmp_path / "models")
    opened = Plant(tmp_path, tmp_path / "models")
    yield opened
    opened.services.close()


def settle(plant: Plant, key: str, state: PostingState, at: datetime) -> None:
    """Let the ERP answer about a posting."""
    with plant.database.write() as connection:
        record = postings.read(connection, key)
        assert record is not None
        changes = {"state": state, "document_id": "4711", "changed_at": at}
        postings.write(connection, [postings.with_changes(record, changes)])
        codings.follow_postings(connection)


def book(plant: Plant, account_id: str, supplier: str, at: datetime = MARCH, **more: Any) -> str:
    center = more.pop("cost_center", usual_cost_center(SUPPLIER))
    document = journal_entry(account_id, center, more.pop("amount", "488.34"))
    document["posting_date"] = at.date().isoformat()
    created = plant.create(document, known={"supplier_id": supplier, **more})
    key = str(created.json["posting_id"])
    settle(plant, key, "posted", at)
    return key


def learn(plant: Plant, now: datetime = MAY, **more: Any) -> str:
    folder = plant.services.settings.models_dir
    return learn_codes(plant.database, folder, ACCOUNTS, ZONE, actor="test", now=now, **more).text


def told(plant: Plant, supplier: str) -> dict[str, Any]:
    ranker = load_active_ranker(plant.services.settings.models_dir, ACCOUNTS)
    assert ranker is not None
    line = {"supplier_id": supplier, "posting_date": date(2026, 5, 12)}
    (ranking,) = ranker.rank([line])
    usages = {usage.columns: usage for usage in ranker.usages(line, ranking[0].code)}
    return {
        "code": ranking[0].code,
        "times": usages[("supplier_id",)].times if ("supplier_id",) in usages else 0,
        "version": ranker.version,
    }


def test_what_was_booked_is_learned_when_its_month_has_stood(plant: Plant) -> None:
    first = told(plant, NEW)
    for _ in range(4):
        book(plant, "499000", NEW)
    assert learn(plant, datetime(2026, 4, 25, tzinfo=UTC)).startswith("nothing new has stood")
    assert learn(plant) == "4 lines learned, 0 taken back; too few to compare"
    second = told(plant, NEW)
    assert (second["code"], second["times"]) == ("499000", 4)
    assert second["version"] != first["version"]
    assert learn(plant) == "nothing new has stood long enough"
    assert plant.steps().count("codes_learned") == 1


def test_the_other_side_of_an_entry_is_not_learned(plant: Plant) -> None:
    book(plant, "499000", NEW)
    learn(plant)
    ranker = load_active_ranker(plant.services.settings.models_dir, ACCOUNTS)
    assert ranker is not None
    usages = ranker.usages({"supplier_id": NEW}, "191100")
    assert [usage.times for usage in usages] == [0, 0]


def test_what_was_reversed_before_it_stood_is_never_learned(plant: Plant) -> None:
    settle(plant, book(plant, "499000", NEW), "reversed", MARCH + timedelta(days=9))
    book(plant, "498000", NEW)
    assert learn(plant).startswith("1 lines learned, 0 taken back")
    assert told(plant, NEW)["code"] == "498000"


def test_what_is_reversed_later_is_taken_back(plant: Plant) -> None:
    wrong = [book(plant, "499000", NEW) for _ in range(3)]
    book(plant, "498000", NEW)
    learn(plant)
    assert told(plant, NEW)["code"] == "499000"
    for key in wrong:
        settle(plant, key, "reversed", MAY + timedelta(days=2))
    text = learn(plant, MAY + timedelta(days=3))
    assert text.startswith("0 lines learned, 3 taken back")
    assert (told(plant, NEW)["code"], told(plant, NEW)["times"]) == ("498000", 1)
    assert learn(plant, MAY + timedelta(days=4)) == "nothing new has stood long enough"


def test_a_correction_is_a_label_of_a_person(plant: Plant) -> None:
    key = str(plant.create(journal("480000"), known={"supplier_id": NEW}).json["posting_id"])
    with plant.database.write() as connection:
        record = postings.read(connection, key)
        assert record is not None
        document = json.dumps(journal("499000"))
        changed = {"state": "posted", "document": document, "changed_at": MARCH}
        postings.write(connection, [postings.with_changes(record, changed)])
        codings.follow_postings(connection)
        (label,) = codings.read_booked(connection, MARCH, MAY)
    assert (label.origin, label.booked_at) == ("person", MARCH)
    learn(plant)
    assert told(plant, NEW)["code"] == "499000"


def test_a_version_that_was_rolled_back_does_not_come_back(plant: Plant) -> None:
    book(plant, "499000", NEW)
    folder = plant.services.settings.models_dir
    before = registry.active_version(folder, ACCOUNTS)
    learn(plant)
    assert registry.rollback(folder, ACCOUNTS) == before
    assert learn(plant).endswith("was tried before: it was rolled back, or found worse")
    assert registry.active_version(folder, ACCOUNTS) == before


def book_month(plant: Plant, month: int, account: Any, count: int = 60) -> None:
    rows = ledger(count, seed=month).to_dict("records")
    for row in rows:
        book(
            plant,
            account(row["gl_account_id"]),
            row["supplier_id"],
            datetime(2026, month, 10, tzinfo=UTC),
            cost_center=row["cost_center_id"],
            amount=row["amount"],
            material_group=row["material_group"],
        )


def test_a_month_that_looks_like_no_other_is_left_out_until_a_person_accepts_it(
    plant: Plant,
) -> None:
    book_month(plant, 3, lambda code: f"X-{code}-{code}")
    text = learn(plant)
    folder = plant.services.settings.models_dir
    version = str(registry.active_version(folder, ACCOUNTS))
    card = registry.read_card(folder / ACCOUNTS / version)
    assert card["feedback"]["left_out"] == ["2026-03"]
    assert any("2026-03 quarantined" in alarm for alarm in card["alarms"])
    assert text.startswith("0 lines learned, 0 taken back; left out: 2026-03 quarantined")
    assert learn(plant) == "nothing new has stood long enough"
    assert learn(plant, accept=["2026-03"]).startswith("60 lines learned")
    ranker = load_active_ranker(folder, ACCOUNTS)
    assert ranker is not None
    assert [usage.times for usage in ranker.usages({}, "X-440000-440000")] != [0]


def test_good_months_are_compared_on_their_newest_lines(plant: Plant) -> None:
    book_month(plant, 3, lambda code: code, 100)
    text = learn(plant)
    assert "of the newest 25 lines" in text
    assert text.startswith("100 lines learned")


def test_what_makes_the_history_surely_worse_is_not_put_in_use(plant: Plant) -> None:
    usual = usual_account(SUPPLIER, usual_cost_center(SUPPLIER))
    for number in range(80):
        at = datetime(2026, 3, 1 + number // 4, tzinfo=UTC)
        book(plant, "499999" if number < 60 else usual, SUPPLIER, at)
    folder = plant.services.settings.models_dir
    before = registry.active_version(folder, ACCOUNTS)
    text = learn(plant, accept=["2026-03"])
    assert text.startswith("not learned: ")
    assert registry.active_version(folder, ACCOUNTS) == before
    assert learn(plant, accept=["2026-03"]).endswith("rolled back, or found worse")
    assert plant.steps().count("codes_not_learned") == 1


def test_codings_are_followed_and_learned_once_a_night(plant: Plant) -> None:
    book(plant, "499000", NEW)
    folder = plant.services.settings.models_dir
    night = MAY.replace(hour=3)
    assert follow_codings(plant.database, folder, ZONE, night - timedelta(hours=4)) == []
    assert [one.task for one in follow_codings(plant.database, folder, ZONE, night)] == [
        "account_codes",
        "cost_objects",
    ]
    assert follow_codings(plant.database, folder, ZONE, night + timedelta(hours=1)) == []
    assert told(plant, NEW)["code"] == "499000"


def labels(count: int, *, misleading: bool = False) -> list[MovedCause]:
    """Return what people said about texts of a plant that no words rule knows."""
    texts = {
        "stock": "Quant {} konnte nicht gefunden werden im Lagertyp {}",
        "period": "FI-Monat {} für Gesellschaft {} gesperrt",
        "master_data": "Kreditor {} ohne Einkaufsorganisation {}",
    }
    names = list(texts)
    found = []
    for number in range(count):
        queue = names[number % 3]
        said = names[(number + number // 3) % 3] if misleading else queue
        at = MARCH + timedelta(hours=number)
        text = texts[queue].format(4000 + number, number)
        found.append(
            MovedCause(
                "sap",
                f"{number:016x}",
                said,  # type: ignore[arg-type]
                f"ZZ/{number:03}",
                f'SAP refused it with message ZZ/{number:03}: "{text}". A person has to judge it.',
                "goods_issue",
                None,
                None,
                None,
                at - timedelta(hours=2),
                at,
                "person:erik",
                "so it is",
            )
        )
    return found


def keep(plant: Plant, found: list[MovedCause]) -> None:
    with plant.database.write() as connection:
        for one in found:
            cause_queues.put(connection, one)


def test_people_teach_who_mends_what_words_do_not_tell(plant: Plant) -> None:
    folder = plant.services.settings.models_dir
    keep(plant, labels(12))
    few = learn_causes(plant.database, folder, actor="test", now=MAY)
    assert (few.version, few.text) == (None, "12 causes were sorted by people; 30 are needed")
    keep(plant, labels(45))
    taught = learn_causes(plant.database, folder, actor="test", now=MAY)
    assert taught.text.startswith("15 of the newest 15 were told rightly")
    reader = load_active_reader(folder, "error_triage")
    assert reader is not None
    assert reader.version == taught.version
    line = {"text": "Kreditor 9999 ohne Einkaufsorganisation 12", "erp": "sap"}
    assert reader.read(line).label == "master_data"
    again = learn_causes(plant.database, folder, actor="test", now=MAY)
    assert again.text == "nobody has sorted a cause since"
    assert plant.steps().count("causes_learned") == 1


def test_the_texts_of_the_error_tables_are_learned_beside_what_people_said() -> None:
    texts = table_texts()
    assert len(texts) > 150
    assert {line["queue"] for line in texts} == {
        "master_data",
        "period",
        "stock",
        "authorisation",
        "connection",
        "document",
    }
    assert not any("{" in line["text"] for line in texts)
