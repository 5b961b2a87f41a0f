"""What the ERP team types: the check step by step, and the preview of an event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from integration.sap_odata.subject import SITE, TODAY, SapSubject
from sap_sandbox_process import PASSWORD, USER

from countersign.cli import main


@pytest.fixture
def run(subject: SapSubject, monkeypatch: pytest.MonkeyPatch) -> Any:
    def run(*words: str, password: str = PASSWORD) -> Result:
        address = subject.sandbox.url.replace("http://", f"sap-odata+http://{USER}:{password}@")
        monkeypatch.setenv("COUNTERSIGN_ERPS", f"sap={address}?client=100&time_zone=Europe/Berlin")
        monkeypatch.setenv("COUNTERSIGN_TIME_ZONE", "Europe/Berlin")
        return CliRunner().invoke(main, ["erp", *words])

    return run


def event(order_id: str) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "9f2b7c41d05e4a8c9b1d",
        "source": f"/sites/{SITE}/gateways/gw1",
        "type": "countersign.production-confirmation.v1",
        "time": f"{TODAY.isoformat()}T12:00:00+01:00",
        "data": {
            "site_id": SITE,
            "order_id": order_id,
            "operation_id": "0010",
            "posting_date": TODAY.isoformat(),
            "yield_quantity": {"quantity_string": "98", "unit_of_measure": "H87"},
            "scrap_quantity": {"quantity_string": "2", "unit_of_measure": "H87"},
            "scrap_reason_code": "DIM",
            "confirmation": "partial",
        },
    }


def test_the_check_says_what_works_line_by_line(run: Any) -> None:
    result = run("check", "sap")
    assert result.exit_code == 0, result.output
    assert "ok      login: SAP accepts the user" in result.output
    assert "API_PROD_ORDER_CONFIRMATION_2_SRV: confirm production orders" in result.output


def test_the_check_fails_with_what_fails(run: Any) -> None:
    result = run("check", "sap", password="wrong")
    assert result.exit_code == 1
    assert "FAILED  login" in result.output
    assert "does not work yet: login" in result.output


def test_an_event_is_shown_as_document_and_exact_request(
    run: Any, subject: SapSubject, tmp_path: Path
) -> None:
    order = subject.new_order().order_id
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event(order)), encoding="utf-8")
    before = len(subject.sandbox.documents())
    result = run("preview", "sap", str(file))
    assert result.exit_code == 0, result.output
    assert "document production_confirmation, key CS" in result.output
    assert "POST http://127.0.0.1" in result.output
    assert '"ConfirmationYieldQuantity": "98"' in result.output
    assert PASSWORD not in result.output
    assert "Authorization" not in result.output
    assert len(subject.sandbox.documents()) == before


def test_a_document_is_shown_too(run: Any, subject: SapSubject, tmp_path: Path) -> None:
    order = subject.new_order(released=False).order_id
    document = {
        "kind": "order_status_change",
        "site_id": SITE,
        "order_id": order,
        "action": "release",
    }
    file = tmp_path / "document.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    result = run("preview", "sap", str(file))
    assert result.exit_code == 0, result.output
    assert f"ReleaseOrder?ManufacturingOrder='{order}'" in result.output


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"order_id": "1" * 20}, "TOO_LONG"),
        ({"yield_quantity": {"quantity_string": "1.0001", "unit_of_measure": "H87"}}, "decimals"),
        ({"yield_quantity": 98}, "breaks its contract"),
    ],
)
def test_what_would_not_be_sent_says_why(
    run: Any, subject: SapSubject, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    message = event(subject.new_order().order_id)
    message["data"] |= {"material_id": "GEAR-12", **change}
    file = tmp_path / "event.json"
    file.write_text(json.dumps(message), encoding="utf-8")
    result = run("preview", "sap", str(file))
    assert result.exit_code == 1
    assert said in result.output


def test_a_file_that_is_no_message_is_refused(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text("[1, 2", encoding="utf-8")
    assert run("preview", "sap", str(file)).exit_code == 1
