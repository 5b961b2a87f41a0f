"""A transport that checks every call as SAP's library does and answers as a willing SAP."""

from __future__ import annotations

from typing import Any

from countersign.erp.sap_rfc.signatures import require_valid
from countersign.erp.sap_rfc.transport import Parameters, RfcError

COMPONENT = {
    "RSNUM": "0000000082",
    "RSPOS": "0001",
    "VORNR": "0020",
    "MATNR": "RM-100",
    "WERKS": "1010",
    "LGORT": "101A",
    "CHARG": "",
    "BDMNG": "5.250",
    "MEINS": "KG",
    "RGEKZ": "",
}
ANSWERS: dict[str, Parameters] = {
    "BAPI_PRODORDCONF_CREATE_TT": {
        "RETURN": {"TYPE": ""},
        "DETAIL_RETURN": [
            {"TYPE": "S", "ID": "RU", "NUMBER": "100", "CONF_NO": "0000000207", "CONF_CNT": "1"}
        ],
    },
    "BAPI_GOODSMVT_CREATE": {
        "MATERIALDOCUMENT": "4900000001",
        "MATDOCUMENTYEAR": "2026",
        "RETURN": [],
    },
    "BAPI_PR_CREATE": {"NUMBER": "0010000007", "RETURN": []},
    "BAPI_QUALNOT_CREATE": {"NOTIFHEADER_EXPORT": {"NOTIF_NO": "%00000000001"}, "RETURN": []},
    "BAPI_QUALNOT_SAVE": {"NOTIFHEADER": {"NOTIF_NO": "000200000001"}, "RETURN": []},
    "BAPI_ACC_DOCUMENT_CHECK": {"RETURN": []},
    "BAPI_ACC_DOCUMENT_POST": {"OBJ_KEY": "010000000110102026", "RETURN": []},
}
ANSWERS["BAPI_PRODORDCONF_CREATE_HDR"] = ANSWERS["BAPI_PRODORDCONF_CREATE_TT"]


class CallingSap:
    """Transport and its only connection; ``calls`` are what was called, in order.

    ``failing`` maps a function to what its next call raises, ``answers`` to another answer.
    """

    address = "sap"

    def __init__(self) -> None:
        self.calls: list[tuple[str, Parameters]] = []
        self.failing: dict[str, RfcError] = {}
        self.answers: dict[str, Parameters] = dict(ANSWERS)
        self.opened = 0
        self.closed = 0

    def open(self) -> CallingSap:
        self.opened += 1
        return self

    def close(self) -> None:
        self.closed += 1

    def call(self, function: str, **parameters: Any) -> Parameters:
        require_valid(function, parameters)
        self.calls.append((function, parameters))
        if function in self.failing:
            raise self.failing.pop(function)
        if function == "RFC_READ_TABLE":
            return table_answer(parameters)
        return self.answers.get(function, {"RETURN": {"TYPE": ""}})

    def submit(self, tid: str, function: str, **parameters: Any) -> None:
        self.calls.append((function, parameters))

    def confirm(self, tid: str) -> None:
        self.calls.append(("confirm", {"tid": tid}))

    @property
    def functions(self) -> list[str]:
        """Return the names of what was called, reads left out."""
        return [name for name, _ in self.calls if name != "RFC_READ_TABLE"]


def table_answer(parameters: Parameters) -> Parameters:
    """Return one component of each order, and nothing of any other table."""
    names = [row["FIELDNAME"] for row in parameters["FIELDS"]]
    fields = [
        {"FIELDNAME": name, "OFFSET": f"{place * 20:06d}", "LENGTH": "000020"}
        for place, name in enumerate(names)
    ]
    line = "".join(COMPONENT.get(name, "").ljust(20) for name in names)
    is_reservation = parameters["QUERY_TABLE"] == "RESB"
    return {"DATA": [{"WA": line.rstrip()}] if is_reservation else [], "FIELDS": fields}
