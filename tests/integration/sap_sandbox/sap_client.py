"""A client of the SAP sandbox, written by hand from SAP's wire rules; no connector is in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from sap_sandbox_process import PASSWORD, USER, SapSandboxProcess

ROOT = "/sap/opu/odata/sap/"
CONFIRMATIONS = "API_PROD_ORDER_CONFIRMATION_2_SRV"
MATERIAL_DOCUMENTS = "API_MATERIAL_DOCUMENT_SRV"
ORDERS = "API_PRODUCTION_ORDER_2_SRV"
TODAY = datetime.now(UTC).date().isoformat()
CLOSED_DAY = (datetime.now(UTC).date() - timedelta(days=100)).isoformat()


class SapClient:
    """Logs in with basic authentication and fetches a CSRF token before its first write."""

    def __init__(self, sandbox: SapSandboxProcess, *, password: str = PASSWORD) -> None:
        self._root = sandbox.url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (USER, password)
        self._session.headers["Accept"] = "application/json"

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def fetch_token(self, service: str = CONFIRMATIONS) -> requests.Response:
        """Fetch a CSRF token and use it from now on."""
        answer = self.get(f"{service}/", headers={"X-CSRF-Token": "Fetch"})
        self._session.headers["X-CSRF-Token"] = answer.headers.get("x-csrf-token", "")
        return answer

    def get(self, path: str, **options: Any) -> requests.Response:
        """Read an address under the OData root, or any address that begins with a slash."""
        return self._session.get(self._address(path), timeout=10, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Post a body; a CSRF token is fetched first where there is none."""
        if "X-CSRF-Token" not in self._session.headers:
            self.fetch_token()
        return self._session.post(self._address(path), json=body, **{"timeout": 10, **options})

    def patch(self, path: str, body: Any, **headers: str) -> requests.Response:
        """Change an entity; ``If_Match`` becomes the header If-Match."""
        if "X-CSRF-Token" not in self._session.headers:
            self.fetch_token()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._session.patch(self._address(path), json=body, headers=named, timeout=10)

    def forget_token(self) -> None:
        """Write without a CSRF token from now on."""
        self._session.headers["X-CSRF-Token"] = ""

    def forget_cookies(self) -> None:
        """Lose the session."""
        self._session.cookies.clear()

    def rows(self, path: str, **query: str) -> list[dict[str, Any]]:
        """Read a collection."""
        answer = self.get(path, params={f"${name}": text for name, text in query.items()})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["d"]["results"]
        return found

    def confirm(self, order: str, **more: Any) -> requests.Response:
        """Confirm five pieces of an order's first operation, or what ``more`` says."""
        return self.post(f"{CONFIRMATIONS}/ProdnOrdConf2", confirmation(order, **more))

    def move(self, item: dict[str, Any], **header: Any) -> requests.Response:
        """Post a material document with one item."""
        body = material_document([item], **header)
        return self.post(f"{MATERIAL_DOCUMENTS}/A_MaterialDocumentHeader", body)

    def order(self, number: str) -> dict[str, Any]:
        """Read an order."""
        answer = self.get(f"{ORDERS}/A_ProductionOrder_2('{number}')")
        assert answer.status_code == 200, answer.text
        row: dict[str, Any] = answer.json()["d"]
        return row

    def _address(self, path: str) -> str:
        return self._root + (path if path.startswith("/") else ROOT + path)


def confirmation(order: str, **more: Any) -> dict[str, Any]:
    """Return a confirmation of five pieces; None takes a field out."""
    body = {
        "OrderID": order,
        "Sequence": "0",
        "OrderOperation": "0010",
        "ConfirmationYieldQuantity": "5",
        "ConfirmationUnit": "PC",
        **more,
    }
    return {name: value for name, value in body.items() if value is not None}


def issue(order: str, **more: Any) -> dict[str, Any]:
    """Return the issue of two valve bodies to an order."""
    body = {
        "Material": "BODY-55",
        "Plant": "1010",
        "StorageLocation": "101A",
        "GoodsMovementType": "261",
        "ManufacturingOrder": order,
        "EntryUnit": "PC",
        "QuantityInEntryUnit": "2",
        **more,
    }
    return {name: value for name, value in body.items() if value is not None}


def material_document(items: list[dict[str, Any]], **header: Any) -> dict[str, Any]:
    """Return a material document of today for goods issues."""
    return {
        "GoodsMovementCode": "03",
        "PostingDate": day(TODAY),
        "DocumentDate": day(TODAY),
        **header,
        "to_MaterialDocumentItem": {"results": items},
    }


def day(text: str) -> str:
    """Write a date as OData V2 takes it."""
    return f"{text}T00:00:00"


def codes(answer: requests.Response) -> list[str]:
    """Return the message codes of an error, from the details or, without any, from the top."""
    error = answer.json()["error"]
    details = [detail["code"] for detail in error["innererror"]["errordetails"]]
    return details or [error["code"]]


def shown(answer: requests.Response) -> str:
    """Return an answer in a readable form for assertions."""
    return json.dumps(answer.json(), indent=1)
