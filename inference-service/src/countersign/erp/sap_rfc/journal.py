"""Journal entries by BAPI_ACC_DOCUMENT_CHECK and _POST, found by their reference.

An entry is first only checked by SAP; when a person has approved it, it is posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from countersign.erp.documents import JournalEntry
from countersign.erp.port import PostResult
from countersign.erp.sap.keys import reference_of
from countersign.erp.sap.limits import Limits
from countersign.erp.sap.profile import Profile
from countersign.erp.sap.triage import Triage
from countersign.erp.sap.values import cut, one_line, padded, short_id
from countersign.erp.sap_rfc.fields import day, filled
from countersign.erp.sap_rfc.sessions import Sessions, messages_of
from countersign.erp.sap_rfc.tables import Condition, Tables
from countersign.erp.sap_rfc.transport import Parameters
from countersign.nouns.quantity import plain

CHECKED = "JOURNAL_CHECKED"
DEFAULT_TYPE = "SA"
GENERAL_LEDGER = "RFBU"
_AMOUNT_DIGITS, _AMOUNT_DECIMALS = 19, 4


class Journal:
    """Posts journal entries after SAP has checked them and a person has approved them."""

    def __init__(
        self, sessions: Sessions, tables: Tables, profile: Profile, triage: Triage
    ) -> None:
        self._sessions = sessions
        self._tables = tables
        self._profile = profile
        self._triage = triage
        self._limits = Limits(triage)

    def post(
        self, document: JournalEntry, key: str, approved_warnings: Sequence[str]
    ) -> PostResult:
        """Have SAP check the entry; post it once the check was approved."""
        total = sum((line.amount for line in document.lines), Decimal(0))
        if total:
            raise self._triage.refusal("BALANCE", document, value=plain(total))
        parameters = self.parameters(document, key)
        if CHECKED not in approved_warnings:
            return self._checked(document, parameters)
        with self._sessions.unit_of_work(document) as unit:
            answer = unit.call("BAPI_ACC_DOCUMENT_POST", **parameters)
            number = str(answer.get("OBJ_KEY", ""))
            if not number.strip("0 $"):
                raise self._triage.refusal("UNREADABLE_ANSWER", document)
            unit.commit()
        return PostResult("posted", document_id=id_of(number[:10], number[10:14], number[14:18]))

    def find(self, document: JournalEntry, key: str) -> PostResult | None:
        """Look for the entry whose reference is the key's."""
        wanted = (
            Condition("BUKRS", document.company_code),
            Condition("XBLNR", reference_of(key)),
        )
        for row in self._tables.rows("BKPF", "BELNR BUKRS GJAHR", *wanted):
            return PostResult("posted", id_of(row["BELNR"], row["BUKRS"], row["GJAHR"]))
        return None

    def parameters(self, document: JournalEntry, key: str) -> Parameters:
        """Write an entry; amounts are joined to their lines by number, credits negative."""
        limits = self._limits
        lines = [(f"{number:010d}", line) for number, line in enumerate(document.lines, start=1)]
        kind = limits.text(document.document_type or DEFAULT_TYPE, "document_type", 2)
        header = {
            "BUS_ACT": GENERAL_LEDGER,
            "USERNAME": cut(self._profile.journal_user, 12),
            "HEADER_TXT": cut(one_line(document.text) or key, 25),
            "COMP_CODE": limits.text(document.company_code, "company_code", 4),
            "DOC_DATE": day(document.document_date),
            "PSTNG_DATE": day(document.posting_date),
            "DOC_TYPE": kind,
            "REF_DOC_NO": reference_of(key),
        }
        accounts = []
        amounts = []
        for number, line in lines:
            center = limits.identifier(line.cost_center, "cost_center", 10)
            account = {
                "ITEMNO_ACC": number,
                "GL_ACCOUNT": padded(limits.identifier(line.account_id, "account_id", 10), 10),
                "ITEM_TEXT": cut(one_line(line.text), 50),
                "COSTCENTER": padded(center, 10) if center else "",
            }
            accounts.append(filled(account))
            value = limits.quantity(line.amount, "amount", _AMOUNT_DIGITS, _AMOUNT_DECIMALS)
            amounts.append(
                {"ITEMNO_ACC": number, "CURRENCY": document.currency, "AMT_DOCCUR": value}
            )
        return {"DOCUMENTHEADER": header, "ACCOUNTGL": accounts, "CURRENCYAMOUNT": amounts}

    def _checked(self, document: JournalEntry, parameters: Parameters) -> PostResult:
        answer = self._sessions.read("BAPI_ACC_DOCUMENT_CHECK", **parameters)
        messages = messages_of(answer)
        if any(message.is_error for message in messages):
            raise self._triage.error(messages, document)
        said = "; ".join(message.text for message in messages if message.text) or "no remark"
        return PostResult(
            "needs_approval",
            code=CHECKED,
            text=f"SAP has checked the entry and would post it ({said}). Shall it be posted?",
            entity=document.company_code,
            warnings=(CHECKED,),
        )


def id_of(number: str, company: str, year: str) -> str:
    """Return the number of an entry as people write it."""
    return f"{short_id(number)}/{company}/{year}"
