"""The login: users, OAuth2 clients, sessions that end; the check that tells step by step."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from integration.erp_documents import document_of, new_key
from integration.sap_odata.subject import COST_CENTER, SapSubject
from sap_sandbox_process import CLIENT_ID, CLIENT_SECRET

from countersign.erp.errors import ConfigurationError, Transient
from countersign.erp.registry import connect
from countersign.erp.sap_odata import SapOData


@pytest.fixture
def with_oauth(subject: SapSubject) -> Iterator[SapOData]:
    connector = by_oauth(subject, CLIENT_SECRET)
    yield connector
    connector.close()


def by_oauth(subject: SapSubject, secret: str) -> SapOData:
    token_url = quote(f"{subject.sandbox.url}/oauth/token", safe="")
    address = subject.sandbox.url.replace("http://", f"sap-odata+http://{CLIENT_ID}:{secret}@")
    connector = connect(
        f"{address}?client=100&token_url={token_url}&scrap_cost_center={COST_CENTER}"
    )
    assert isinstance(connector, SapOData)
    return connector


def test_an_oauth_client_posts(subject: SapSubject, with_oauth: SapOData) -> None:
    document, key = document_of("goods_issue", subject.new_order()), new_key()
    assert with_oauth.post(document, key).status == "posted"


def test_a_token_that_ran_out_is_renewed_without_a_second_booking(
    subject: SapSubject, with_oauth: SapOData
) -> None:
    with_oauth.check()
    document, key = document_of("goods_issue", subject.new_order()), new_key()
    subject.sandbox.faults({"fault": "login_expired", "calls": ["post"], "next": 1})
    assert with_oauth.post(document, key).status == "posted"
    assert subject.standing(key) == 1


def test_a_wrong_secret_stops(subject: SapSubject) -> None:
    connector = by_oauth(subject, "wrong")
    with pytest.raises(ConfigurationError) as caught:
        connector.check()
    assert caught.value.code == "TOKEN_REFUSED"
    connector.close()


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "unavailable"])
def test_a_token_service_in_trouble_is_asked_again(subject: SapSubject, fault: str) -> None:
    connector = by_oauth(subject, CLIENT_SECRET)
    subject.sandbox.faults({"fault": fault, "calls": ["token"], "next": 1})
    try:
        with pytest.raises(Transient):
            connector.check()
        connector.check()
    finally:
        subject.clear()
        connector.close()


def test_every_step_of_the_check_passes(subject: SapSubject) -> None:
    steps = list(subject.connector.check_steps())
    assert [step.name for step in steps[:4]] == ["name", "connection", "login", "CSRF token"]
    assert all(step.passed for step in steps)
    assert all(step.text for step in steps)


def test_the_check_stops_at_a_refused_login(subject: SapSubject) -> None:
    connector = subject.connect(password="wrong")
    steps = list(connector.check_steps())
    connector.close()
    assert [(step.name, step.passed) for step in steps] == [
        ("name", True),
        ("connection", True),
        ("login", False),
    ]
    assert "password" in steps[-1].text


def test_the_check_stops_at_a_port_that_does_not_answer(subject: SapSubject) -> None:
    connector = connect("sap-odata+http://user:secret@127.0.0.1:9")
    assert isinstance(connector, SapOData)
    steps = list(connector.check_steps())
    connector.close()
    assert [(step.name, step.passed) for step in steps] == [("name", True), ("connection", False)]


def test_a_service_that_may_be_missing_does_not_fail_the_check(subject: SapSubject) -> None:
    subject.sandbox.admin(
        "POST", "/authorisations", {"service": "API_DEFECT_SRV", "allowed": False}
    )
    try:
        steps = {step.name.split(":")[0]: step for step in subject.connector.check_steps()}
    finally:
        subject.sandbox.admin(
            "POST", "/authorisations", {"service": "API_DEFECT_SRV", "allowed": True}
        )
    assert not steps["API_DEFECT_SRV"].passed
    assert not steps["API_DEFECT_SRV"].needed
