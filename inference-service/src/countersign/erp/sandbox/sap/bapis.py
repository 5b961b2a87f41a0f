"""The BAPIs: function modules that post, as ABAP programs call them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from countersign.erp.sandbox.sap import (
    confirmation,
    material_document,
    movement,
    order_status,
    purchasing,
)
from countersign.erp.sandbox.sap.bapi_fields import (
    ParameterError,
    into_row,
    padded,
    read,
    read_table,
)
from countersign.erp.sandbox.sap.journal_posting import JournalEntry, JournalItem, post
from countersign.erp.sandbox.sap.messages import Message, Refusal, message
from countersign.erp.sandbox.sap.orders import PRODUCTION
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import Work

Parameters = dict[str, Any]
Bapi = Callable[[Work, Parameters], Parameters]

_LOCK_CODES = frozenset({"CO/469", "CO/470", "CO/471", "M3/023", "M3/024", "MC/601"})
_COMPONENTS_OF_LINK = "BAPI_LINK_CONF_GOODSMOV"


def confirm_time_tickets(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_PRODORDCONF_CREATE_TT: each time ticket is saved or refused alone."""
    return _confirm(work, given, "TIMETICKETS", "BAPI_PP_TIMETICKET")


def confirm_headers(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_PRODORDCONF_CREATE_HDR: orders are confirmed as a whole."""
    return _confirm(work, given, "ATHDRLEVELS", "BAPI_PP_HDRLEVEL")


def cancel_confirmation(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_PRODORDCONF_CANCEL."""
    group = str(given.get("CONFIRMATION", "")).lstrip("0")
    count = str(given.get("CONFIRMATIONCOUNTER", "")).lstrip("0")
    day = _day(given.get("POSTG_DATE", ""))
    texts = {"ConfirmationText": given["CONF_TEXT"]} if given.get("CONF_TEXT") else {}
    try:
        row = confirmation.cancel(work, PRODUCTION, group, count, day, **texts)
    except Refusal as refused:
        return {"RETURN": return_row(refused.messages[0]), "LOCKED": _locked(refused)}
    return {
        "RETURN": return_row(message("RU/100", row["OrderID"], severity="success")),
        "CREATED_CONF_NO": padded(row["ConfirmationGroup"], 10),
        "CREATED_CONF_COUNT": padded(row["ConfirmationCount"], 8),
    }


def post_goods_movement(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_GOODSMVT_CREATE: all items or none."""
    header = _header(work, given.get("GOODSMVT_HEADER", {}))
    code = read("BAPI2017_GM_CODE", given.get("GOODSMVT_CODE", {}))
    header["GoodsMovementCode"] = code.get("GM_CODE", "")
    items = [
        into_row("BAPI2017_GM_ITEM_CREATE", row, work.system.new_row(movement.ITEM))
        for row in read_table("BAPI2017_GM_ITEM_CREATE", given.get("GOODSMVT_ITEM", []))
    ]
    try:
        with work.system.store.transaction():
            row = material_document.post(work, header, items)
    except Refusal as refused:
        return {
            "MATERIALDOCUMENT": "",
            "MATDOCUMENTYEAR": "0000",
            "GOODSMVT_HEADRET": {"MAT_DOC": "", "DOC_YEAR": "0000"},
            "RETURN": [return_row(one) for one in refused.messages],
        }
    return _document_answer(row)


def cancel_goods_movement(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_GOODSMVT_CANCEL."""
    number = str(given.get("MATERIALDOCUMENT", ""))
    year = str(given.get("MATDOCUMENTYEAR", ""))
    day = _day(given.get("GOODSMVT_PSTNG_DATE", ""))
    try:
        with work.system.store.transaction():
            row = material_document.cancel(work, year, number, "", day)
    except Refusal as refused:
        return {
            "GOODSMVT_HEADRET": {"MAT_DOC": "", "DOC_YEAR": "0000"},
            "RETURN": [return_row(one) for one in refused.messages],
        }
    return _document_answer(row)


def post_journal(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_ACC_DOCUMENT_POST."""
    return _journal(work, given, testing=False)


def check_journal(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_ACC_DOCUMENT_CHECK."""
    return _journal(work, given, testing=True)


def create_requisition(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_PR_CREATE; a field counts only where its X structure says so."""
    header = work.system.new_row(purchasing.REQUISITION)
    head = read("BAPIMEREQHEADER", given.get("PRHEADER", {}))
    into_row("BAPIMEREQHEADER", _marked(head, given.get("PRHEADERX", {})), header)
    header["PurReqnDoOnlyValidation"] = given.get("TESTRUN") == "X"
    marks = {str(row.get("PREQ_ITEM", "")).lstrip("0"): row for row in given.get("PRITEMX", [])}
    accounts = read_table("BAPIMEREQACCOUNT", given.get("PRACCOUNT", []))
    items = []
    for values in read_table("BAPIMEREQITEMIMP", given.get("PRITEM", [])):
        number = values.get("PREQ_ITEM", "")
        item = work.system.new_row(purchasing.REQUISITION_ITEM)
        into_row("BAPIMEREQITEMIMP", _marked(values, marks.get(number, {})), item)
        item["PurchaseRequisitionItem"] = number
        item["to_PurchaseReqnAcctAssgmt"] = [
            into_row("BAPIMEREQACCOUNT", row, work.system.new_row(purchasing.ASSIGNMENT))
            for row in accounts
            if row.get("PREQ_ITEM") == number
        ]
        items.append(item)
    try:
        with work.system.store.transaction():
            children = {"to_PurchaseReqnItem": items}
            row = purchasing.create_requisition(work, header, children)
    except Refusal as refused:
        return {"NUMBER": "", "RETURN": [return_row(one) for one in refused.messages]}
    number = padded(row["PurchaseRequisition"], 10)
    return {"NUMBER": number, "PRHEADEREXP": {"PREQ_NO": number}, "RETURN": []}


def release_orders(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_PRODORD_RELEASE."""
    return _each_order(work, given, order_status.release)


def complete_orders(work: Work, given: Parameters) -> Parameters:
    """Do BAPI_PRODORD_COMPLETE_TECH."""
    return _each_order(work, given, order_status.complete_technically)


def accepted(given: Parameters, told: Parameters) -> Parameters | None:
    """Return the parameters without the rows that were refused; None where nothing is left.

    The commit does again what was accepted when it was told, and nothing else.
    """
    details = told.get("DETAIL_RETURN")
    if details is None:
        rows = told.get("RETURN", [])
        rows = rows if isinstance(rows, list) else [rows]
        return None if any(row["TYPE"] in ("E", "A") for row in rows) else given
    refused = {row["ROW"] for row in details if row["TYPE"] in ("E", "A")}
    if len(refused) == len(details):
        return None
    name = next(name for name in ("TIMETICKETS", "ATHDRLEVELS", "ORDERS") if name in given)
    kept = [
        None if position in refused else row for position, row in enumerate(given[name], start=1)
    ]
    return {**given, name: kept}


def return_row(one: Message) -> dict[str, Any]:
    """Write a message as BAPIRET2."""
    kinds = {"success": "S", "warning": "W", "error": "E"}
    variables = {
        f"MESSAGE_V{n}": value
        for n, value in enumerate((*one.variables, "", "", "", "")[:4], start=1)
    }
    return {
        "TYPE": kinds[one.severity],
        "ID": one.message_class[:20],
        "NUMBER": one.number,
        "MESSAGE": one.text[:220],
        "LOG_NO": "",
        "LOG_MSG_NO": "000000",
        **variables,
        "PARAMETER": "",
        "ROW": 0,
        "FIELD": one.target[:30],
        "SYSTEM": "S4SCLNT100",
    }


BAPIS: dict[str, Bapi] = {
    "BAPI_PRODORDCONF_CREATE_TT": confirm_time_tickets,
    "BAPI_PRODORDCONF_CREATE_HDR": confirm_headers,
    "BAPI_PRODORDCONF_CANCEL": cancel_confirmation,
    "BAPI_GOODSMVT_CREATE": post_goods_movement,
    "BAPI_GOODSMVT_CANCEL": cancel_goods_movement,
    "BAPI_ACC_DOCUMENT_POST": post_journal,
    "BAPI_ACC_DOCUMENT_CHECK": check_journal,
    "BAPI_PR_CREATE": create_requisition,
    "BAPI_PRODORD_RELEASE": release_orders,
    "BAPI_PRODORD_COMPLETE_TECH": complete_orders,
}
"""Function modules that change something with the next commit."""


def _confirm(work: Work, given: Parameters, table: str, structure: str) -> Parameters:
    tickets = [read(structure, row) if row is not None else None for row in _rows(given, table)]
    movements = read_table("BAPI2017_GM_ITEM_CREATE", given.get("GOODSMOVEMENTS", []))
    links = read_table(_COMPONENTS_OF_LINK, given.get("LINK_CONF_GOODSMOV", []))
    if given.get("POST_WRONG_ENTRIES", "0") not in ("", "0", "1", "2"):
        raise ParameterError("POST_WRONG_ENTRIES takes 0, 1 or 2")
    details = [
        _ticket(work, structure, ticket, position, movements, links)
        for position, ticket in enumerate(tickets, start=1)
        if ticket is not None
    ]
    return {"RETURN": _no_return(), "DETAIL_RETURN": details}


def _rows(given: Parameters, name: str) -> list[Any]:
    rows = given.get(name, [])
    if not isinstance(rows, list):
        raise ParameterError(f"{name}: a table is expected")
    return rows


def _ticket(
    work: Work, structure: str, ticket: Row, position: int, movements: list[Row], links: list[Row]
) -> dict[str, Any]:
    row = into_row(structure, ticket, work.system.new_row(PRODUCTION.confirmations))
    own = [link for link in links if link.get("INDEX_CONFIRM") == position]
    items: list[Row] | None = None
    if own:
        items = [
            _confirmed_movement(work, movements[link["INDEX_GOODSMOV"] - 1])
            for link in own
            if 0 < link.get("INDEX_GOODSMOV", 0) <= len(movements)
        ]
        row["APIConfHasNoGoodsMovements"] = not items
    try:
        with work.system.store.transaction():
            _complete_ticket(work, ticket, row)
            saved = confirmation.confirm(work, PRODUCTION, row, items)
    except Refusal as refused:
        detail = return_row(refused.messages[0])
        return {**detail, "ROW": position, "FLG_LOCKED": _locked(refused), **_no_numbers()}
    done = return_row(message("RU/100", saved["OrderID"], severity="success"))
    return {
        **done,
        "ROW": position,
        "FLG_LOCKED": "",
        "CONF_NO": padded(saved["ConfirmationGroup"], 10),
        "CONF_CNT": padded(saved["ConfirmationCount"], 8),
    }


def _complete_ticket(work: Work, ticket: Row, row: Row) -> None:
    """Find the order by the confirmation number where only that is given."""
    group = ticket.get("CONF_NO", "")
    if not group or row["OrderID"]:
        return
    for operation in work.system.store.find(PRODUCTION.operations):
        if operation["_group"] == group:
            row["OrderID"] = operation["ManufacturingOrder"]
            row["OrderOperation"] = operation["ManufacturingOrderOperation"]


def _confirmed_movement(work: Work, values: Row) -> Row:
    item = into_row("BAPI2017_GM_ITEM_CREATE", values, {})
    row = work.system.new_row(PRODUCTION.movements)
    renamed = {"ManufacturingOrder": "OrderID", "ManufacturingOrderItem": "OrderItem"}
    row |= {renamed.get(name, name): value for name, value in item.items()}
    return row


def _header(work: Work, given: Any) -> Row:
    values = read("BAPI2017_GM_HEAD_01", given)
    row = work.system.new_row(material_document.HEADER)
    return into_row("BAPI2017_GM_HEAD_01", values, row)


def _document_answer(row: Row) -> Parameters:
    number, year = row["MaterialDocument"], row["MaterialDocumentYear"]
    return {
        "MATERIALDOCUMENT": number,
        "MATDOCUMENTYEAR": year,
        "GOODSMVT_HEADRET": {"MAT_DOC": number, "DOC_YEAR": year},
        "RETURN": [],
    }


def _journal(work: Work, given: Parameters, *, testing: bool) -> Parameters:
    head = read("BAPIACHE09", given.get("DOCUMENTHEADER", {}))
    amounts = {
        row.get("ITEMNO_ACC", ""): row
        for row in read_table("BAPIACCR09", given.get("CURRENCYAMOUNT", []))
    }
    items = []
    for row in read_table("BAPIACGL09", given.get("ACCOUNTGL", [])):
        amount = amounts.get(row.get("ITEMNO_ACC", ""), {})
        items.append(
            JournalItem(
                account=row.get("GL_ACCOUNT", ""),
                amount=Decimal(amount.get("AMT_DOCCUR", "0")),
                currency=amount.get("CURRENCY", ""),
                side="",
                text=row.get("ITEM_TEXT", ""),
                cost_center=row.get("COSTCENTER", ""),
                order=row.get("ORDERID", ""),
            )
        )
    entry = _journal_entry(head, items)
    try:
        number, company, year = post(work, entry, testing=testing)
    except Refusal as refused:
        first = return_row(message("RW/609", "BKPFF $", "S4SCLNT100"))
        rows = [first, *(return_row(one) for one in refused.messages)]
        return {"OBJ_TYPE": "BKPFF", "OBJ_KEY": "$", "OBJ_SYS": "S4SCLNT100", "RETURN": rows}
    key = "$" if testing else f"{number}{company}{year}"
    code = "RW/614" if testing else "RW/605"
    done = return_row(message(code, f"BKPFF {key}", "S4SCLNT100", severity="success"))
    return {"OBJ_TYPE": "BKPFF", "OBJ_KEY": key, "OBJ_SYS": "S4SCLNT100", "RETURN": [done]}


def _journal_entry(head: Row, items: list[JournalItem]) -> JournalEntry:
    return JournalEntry(
        company_code=head.get("COMP_CODE", ""),
        document_type=head.get("DOC_TYPE", ""),
        transaction_type=head.get("BUS_ACT", ""),
        document_date=head.get("DOC_DATE") or "",
        posting_date=head.get("PSTNG_DATE") or "",
        reference=head.get("REF_DOC_NO", ""),
        text=head.get("HEADER_TXT", ""),
        user=head.get("USERNAME", ""),
        items=tuple(items),
    )


def _each_order(work: Work, given: Parameters, change: order_status.Change) -> Parameters:
    details = []
    for position, row in enumerate(_rows(given, "ORDERS"), start=1):
        if row is None:
            continue
        text = str(row.get("ORDER_NUMBER", ""))
        number = text.lstrip("0") if len(text) == 12 else f"?{text}"
        try:
            with work.system.store.transaction():
                done = change(work, PRODUCTION, number)
            details.append({**return_row(done), "ROW": position, "ORDER_NUMBER": text})
        except Refusal as refused:
            failed = return_row(refused.messages[0])
            details.append({**failed, "ROW": position, "ORDER_NUMBER": text})
    return {"RETURN": _no_return(), "DETAIL_RETURN": details, "APPLICATION_LOG": []}


def _marked(values: Row, marks: Row) -> Row:
    """Return the values whose X structure has an X."""
    return {name: value for name, value in values.items() if marks.get(name) == "X"}


def _locked(refused: Refusal) -> str:
    return "X" if refused.messages[0].code in _LOCK_CODES else ""


def _no_return() -> dict[str, Any]:
    return {"TYPE": "", "ID": "", "NUMBER": "000", "MESSAGE": ""}


def _no_numbers() -> dict[str, str]:
    return {"CONF_NO": "0000000000", "CONF_CNT": "00000000"}


def _day(text: str) -> str | None:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else None
