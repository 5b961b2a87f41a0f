"""What can go wrong while an IDoc is handed over, and the state it ends in."""

from __future__ import annotations

import pytest
from integration.erp_documents import KINDS, document_of, new_key
from integration.sap_idoc.subject import IdocSubject

from countersign.erp.errors import ConfigurationError, ErpError, OutcomeUnknown, Transient

STEPS: list[tuple[str, type[ErpError], bool]] = [
    ("drop_before", OutcomeUnknown, False),
    ("html_before", OutcomeUnknown, False),
    ("server_error", OutcomeUnknown, False),
    ("drop_after", OutcomeUnknown, True),
    ("drop_mid", OutcomeUnknown, True),
    ("html_after", OutcomeUnknown, True),
    ("gateway_timeout", OutcomeUnknown, True),
    ("server_error_after", OutcomeUnknown, True),
    ("rate_limit", Transient, False),
    ("unavailable", Transient, False),
    ("forbidden", ConfigurationError, False),
]


@pytest.mark.parametrize(("fault", "verdict", "is_handed_over"), STEPS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_a_step_gets_its_verdict(
    subject: IdocSubject, kind: str, fault: str, verdict: type[ErpError], is_handed_over: bool
) -> None:
    key, document = new_key(), document_of(kind, subject.new_order())
    subject.sandbox.faults({"fault": fault, "calls": ["idoc"], "next": 1})
    try:
        with pytest.raises(verdict):
            subject.connector.post(document, key)
    finally:
        subject.sandbox.clear_faults()
    found = subject.connector.find(key, document)
    assert (found is not None) == is_handed_over == bool(subject.standing(key))
