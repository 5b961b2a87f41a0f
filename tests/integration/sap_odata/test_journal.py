"""Journal entries against the SOAP service: checked, approved, posted, and lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from integration.erp_documents import new_key
from integration.sap_odata.subject import COST_CENTER, TODAY, SapSubject

from countersign.erp.documents import JournalEntry, JournalLine
from countersign.erp.errors import BusinessRejection, OutcomeUnknown, Transient

ENTRY = JournalEntry(
    company_code="1010",
    posting_date=TODAY,
    document_date=TODAY,
    currency="EUR",
    lines=(
        JournalLine("400000", Decimal("120.50"), COST_CENTER, "Ausschuss März"),
        JournalLine("220000", Decimal("-120.50")),
    ),
    text="scrap of the month",
)


def test_an_entry_is_checked_then_posted(subject: SapSubject) -> None:
    key = new_key()
    asked = subject.connector.post(ENTRY, key)
    assert asked.status == "needs_approval"
    assert subject.standing(key) == 0
    posted = subject.connector.post(ENTRY, key, asked.warnings)
    assert posted.status == "posted"
    assert posted.document_id.split("/")[1:] == ["1010", str(TODAY.year)]
    assert subject.standing(key) == 1


def test_the_check_finds_what_posting_would_refuse(subject: SapSubject) -> None:
    entry = replace(ENTRY, posting_date=date(TODAY.year - 1, 6, 15))
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.post(entry, new_key())
    assert caught.value.field == "posting_date"


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "html_before", "gateway_timeout"])
def test_a_check_that_is_lost_is_made_again(subject: SapSubject, fault: str) -> None:
    subject.sandbox.faults({"fault": fault, "calls": ["journal"], "next": 1})
    with pytest.raises(Transient):
        subject.connector.post(ENTRY, new_key())
    subject.clear()


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "drop_mid", "gateway_timeout"])
def test_a_posting_that_is_lost_goes_to_a_person(subject: SapSubject, fault: str) -> None:
    key = new_key()
    asked = subject.connector.post(ENTRY, key)
    subject.sandbox.faults({"fault": fault, "calls": ["journal"], "next": 1})
    with pytest.raises(OutcomeUnknown):
        subject.connector.post(ENTRY, key, asked.warnings)
    subject.clear()
    with pytest.raises(BusinessRejection) as caught:
        subject.connector.find(key, ENTRY)
    assert caught.value.code == "NOT_SEARCHABLE"
    assert subject.standing(key) == (fault != "drop_before")
