"""An inbound IDoc: taken in, answered, and processed later; its status tells what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from countersign.erp.sandbox.http import Request
from countersign.erp.sandbox.sap import bapis, confirmation
from countersign.erp.sandbox.sap.answer import Answer, json_answer
from countersign.erp.sandbox.sap.bapi_fields import ParameterError, into_row, read
from countersign.erp.sandbox.sap.messages import Refusal, message
from countersign.erp.sandbox.sap.orders import PRODUCTION
from countersign.erp.sandbox.sap.store import Row
from countersign.erp.sandbox.sap.system import System, Work
from countersign.erp.sandbox.sap.xml_input import XmlError, parse

PATHS = ("/sap/bc/idoc_xml", "/sap/bc/srt/idoc")
STATUS_PATH = "/sandbox/idocs"
KIND = "_idoc"
READY, POSTED, APPLICATION_ERROR, SYNTAX_ERROR = "64", "53", "51", "60"

_GM_SEGMENTS = {
    "E1BP2017_GM_HEAD_01": "BAPI2017_GM_HEAD_01",
    "E1BP2017_GM_CODE": "BAPI2017_GM_CODE",
    "E1BP2017_GM_ITEM_CREATE": "BAPI2017_GM_ITEM_CREATE",
}
CONFIRMATION_SEGMENT = "E1CONF2"

Later = Callable[[Callable[[], None]], None]
Report = Callable[[Row], None]


class IdocInbox:
    """Takes IDocs in and processes them: ``later`` runs it when SAP would, ``report`` tells."""

    def __init__(self, system: System, later: Later, report: Report) -> None:
        self._system = system
        self._later = later
        self._report = report

    def receive(self, work: Work, request: Request) -> Answer:
        """Take IDocs in; the answer says only that they arrived."""
        try:
            idocs = _idocs(request)
        except ParameterError as error:
            return Answer(400, str(error).encode(), "text/plain; charset=utf-8")
        numbers = [self._keep(work, type_, control, idoc) for type_, control, idoc in idocs]
        self._later(self.process_waiting)
        listed = "".join(f"<DOCNUM>{number}</DOCNUM>" for number in numbers)
        body = f'<?xml version="1.0" encoding="utf-8"?><IDOCS>{listed}</IDOCS>'
        return Answer(200, body.encode(), "text/xml; charset=utf-8")

    def status(self, work: Work, request: Request) -> Answer:
        """Show IDocs by ``docnum`` or ``arckey``; stands for what SAP shows in its IDoc list."""
        wanted = {
            name: request.query[name] for name in ("docnum", "arckey") if name in request.query
        }
        rows = [
            {name: row[name] for name in row if name != "text"}
            for row in self._system.store.find(KIND)
            if all(row[name] == value for name, value in wanted.items())
        ]
        return json_answer(200, {"idocs": rows})

    def process_waiting(self) -> None:
        """Process every IDoc that is ready; also what was taken in before a kill."""
        for row in self._system.store.find(KIND):
            if row["status"] == READY:
                with self._system.work(row["sender"] or "ALEREMOTE") as work:
                    _process(work, row)
                    work.system.store.put(KIND, (row["docnum"],), row)
                work.release()
                self._report(row)

    def _keep(
        self, work: Work, type_: str, control: dict[str, str], idoc: ElementTree.Element
    ) -> str:
        number = work.system.store.next_number("idoc", 1).zfill(16)
        row = {
            "docnum": number,
            "type": type_,
            "message": control.get("MESTYP", ""),
            "sender": control.get("SNDPRN", "")[:12],
            "arckey": control.get("ARCKEY", ""),
            "status": READY,
            "messages": [],
            "document": "",
            "received": work.instant,
            "text": ElementTree.tostring(idoc, encoding="unicode"),
        }
        work.system.store.put(KIND, (number,), row)
        return number


def _idocs(request: Request) -> list[tuple[str, dict[str, str], ElementTree.Element]]:
    """Split a body into IDocs with their control records.

    Raises:
        ParameterError: it is no IDoc XML, or the control record lacks something.
    """
    try:
        root = parse(request.body)
    except XmlError as error:
        raise ParameterError(str(error)) from None
    found = []
    for idoc in root.findall("IDOC"):
        control = {child.tag: (child.text or "").strip() for child in idoc.find("EDI_DC40") or ()}
        for name in ("MESTYP", "IDOCTYP", "SNDPOR", "SNDPRT", "SNDPRN", "RCVPRN"):
            if not control.get(name):
                raise ParameterError(f"EDI_DC40: {name} is missing")
        if control["IDOCTYP"] != root.tag or idoc.get("BEGIN") != "1":
            raise ParameterError(f"IDOCTYP {control['IDOCTYP']} in {root.tag}, or no BEGIN='1'")
        found.append((root.tag, control, idoc))
    if not found:
        raise ParameterError("no IDOC in the document")
    return found


def _process(work: Work, row: Row) -> None:
    """Book what an IDoc says and put the outcome into its row."""
    idoc = ElementTree.fromstring(row["text"])
    processes = {"MBGMCR": _goods_movement, "CONF21": _confirmation}
    process = processes.get(row["message"])
    try:
        if process is None:
            raise ParameterError(f"message type {row['message']} has no process code")
        _require_segments(idoc)
        with work.system.store.transaction():
            row["document"] = process(work, idoc)
        row["status"] = POSTED
    except ParameterError as error:
        row |= {"status": SYNTAX_ERROR, "messages": [{"code": "", "text": str(error)}]}
        row["statxt"] = str(error)[:70]
    except Refusal as refused:
        row["status"] = APPLICATION_ERROR
        row["messages"] = [{"code": one.code, "text": one.text} for one in refused.messages]
        first = refused.messages[0]
        row |= {"stamid": first.message_class, "stamno": first.number}
        row |= {"statxt": first.text[:70], "segfld": first.target}


def _require_segments(idoc: ElementTree.Element) -> None:
    for element in idoc.iter():
        is_segment = len(element) > 0 and element is not idoc
        if is_segment and element.get("SEGMENT") != "1":
            raise ParameterError(f"segment {element.tag} lacks SEGMENT='1'")


def _goods_movement(work: Work, idoc: ElementTree.Element) -> str:
    segment = idoc.find("E1MBGMCR")
    if segment is None:
        raise ParameterError("segment E1MBGMCR is missing")
    items: list[dict[str, Any]] = []
    parts: dict[str, dict[str, Any]] = {"E1BP2017_GM_HEAD_01": {}, "E1BP2017_GM_CODE": {}}
    for child in segment:
        if child.tag == "TESTRUN":
            continue
        if child.tag not in _GM_SEGMENTS:
            raise ParameterError(f"segment {child.tag} is not known")
        values = {field.tag: field.text or "" for field in child}
        read(_GM_SEGMENTS[child.tag], values)
        if child.tag == "E1BP2017_GM_ITEM_CREATE":
            items.append(values)
        else:
            parts[child.tag] = values
    answer = bapis.post_goods_movement(
        work,
        {
            "GOODSMVT_HEADER": parts["E1BP2017_GM_HEAD_01"],
            "GOODSMVT_CODE": parts["E1BP2017_GM_CODE"],
            "GOODSMVT_ITEM": items,
        },
    )
    for row in answer["RETURN"]:
        raise Refusal([_of_return(row)])
    return f"{answer['MATDOCUMENTYEAR']}/{answer['MATERIALDOCUMENT']}"


def _confirmation(work: Work, idoc: ElementTree.Element) -> str:
    segments = idoc.findall(CONFIRMATION_SEGMENT)
    if not segments:
        raise ParameterError(f"segment {CONFIRMATION_SEGMENT} is missing")
    saved = []
    for segment in segments:
        values = read(CONFIRMATION_SEGMENT, {field.tag: field.text or "" for field in segment})
        row = into_row(CONFIRMATION_SEGMENT, values, work.system.new_row(PRODUCTION.confirmations))
        row = confirmation.confirm(work, PRODUCTION, row, None)
        saved.append(f"{row['ConfirmationGroup']}/{row['ConfirmationCount']}")
    return " ".join(saved)


def _of_return(row: dict[str, Any]) -> Any:
    """Return the message of a BAPIRET2 row."""
    variables = tuple(row[f"MESSAGE_V{n}"] for n in range(1, 5))
    return message(f"{row['ID']}/{row['NUMBER']}", *variables, target=row["FIELD"])
