"""Triage: what a message of SAP means for a posting, and what a clerk should read.

SAP answers with messages of a class and a number (``M7/021``); texts come in the logon language,
so only class and number decide. ``triage.csv`` is the table: codes of SAP, of the way there, and
our own. ``verified`` says whether the row was seen in a public source or measured; an
installation's own file of the same columns wins over it. A message that the table does not know
goes to a person with SAP's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from countersign.erp.documents import FLOOR_KINDS, Document
from countersign.erp.error_table import VERDICTS, ErrorTable
from countersign.erp.errors import ErpError
from countersign.erp.sap.subject import FIELD_WORDS, NOTHING, Subject, field_of

WRAPPERS = frozenset({"MM_IM_ODATA_API_MDOC/014", "RW/609"})
"""Messages that only say that another one tells the cause."""

_GENERIC = "/IWBEP/"
_ERRORS = frozenset({"E", "A", "X"})
_CODE = re.compile(r"(?P<class>.+?)/?(?P<number>\d{3})")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of SAP.

    ``severity`` is SAP's type: E and A refuse, W, I and S do not. ``target`` is the field that it
    is about, where SAP names one; ``variables`` are the values that its text was made with.
    """

    code: str
    text: str = ""
    severity: str = "E"
    target: str = ""
    variables: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        """Tell whether SAP refused because of it."""
        return self.severity in _ERRORS


def code_of(text: str) -> str:
    """Return a message's code as class, slash, number, however SAP wrote it.

    >>> code_of("M7021"), code_of("M7/021"), code_of("605(RW)"), code_of("/IWFND/MED/170")
    ('M7/021', 'M7/021', 'RW/605', '/IWFND/MED/170')
    """
    text = text.strip()
    turned = re.fullmatch(r"(\d{3})\((.+)\)", text)
    if turned:
        return f"{turned[2]}/{turned[1]}"
    found = _CODE.fullmatch(text)
    return f"{found['class']}/{found['number']}" if found else text


def severity_of(word: str) -> str:
    """Return SAP's type of a severity that OData or SOAP writes as a word or a digit."""
    words = {"error": "E", "warning": "W", "info": "I", "success": "S", "abort": "A"}
    return {**words, "1": "S", "2": "W", "3": "E"}.get(word.lower(), word.upper()[:1] or "E")


class Triage:
    """The table, and how a message becomes an error that the worker obeys."""

    def __init__(self, table: ErrorTable) -> None:
        self._table = table

    @classmethod
    def load(cls, own: Path | None = None) -> Triage:
        """Read what is shipped, and over it the installation's own file.

        Raises:
            ValueError: a row has an unknown verdict or no text.
        """
        table = ErrorTable.load("countersign.erp.sap", "triage.csv")
        return cls(table.overlaid(ErrorTable.read(own)) if own else table)

    def knows(self, code: str) -> bool:
        """Tell whether the table has a row for the code."""
        return code in self._table.rows

    def refusal(
        self, code: str, about: Document | None = None, /, *, field: str = "", **values: object
    ) -> ErpError:
        """Make the error of a code of our own or of the way to SAP.

        ``field`` is where to correct it, for codes whose row leaves that open; ``values`` are
        those of the row's text.
        """
        known = Subject(about).values() if about else {}
        given = {name: str(value) for name, value in values.items()}
        error = self._table.error(code, values={**known, **given})
        error.field = error.field or field
        return _without_nothing(error)

    def require_ours(self, document: Document, *, confirms_floor: bool) -> None:
        """Refuse what the floor reports where Digital Manufacturing confirms it to S/4HANA.

        Raises:
            BusinessRejection: it would be counted twice.
        """
        if not confirms_floor and document.kind in FLOOR_KINDS:
            raise self.refusal("DM_CONFIRMS", document)

    def error(
        self,
        messages: Iterable[Message],
        document: Document | None = None,
        *,
        otherwise: str = "",
        service: str = "",
        retry_after_s: float | None = None,
    ) -> ErpError:
        """Make the error that SAP's messages stand for.

        ``otherwise`` is the code that speaks when the table knows none of them: that of the HTTP
        status, say. Without it the first message goes to a person as SAP worded it.
        """
        refusing = [message for message in messages if message.is_error]
        cause = self._cause(refusing)
        said = cause.text if cause else ""
        subject = Subject(document)
        if cause is not None and self.knows(cause.code):
            return self._worded(cause, cause.code, subject, service, retry_after_s)
        if self.knows(otherwise):
            row_cause = cause or Message(otherwise, "no more than that")
            return self._worded(row_cause, otherwise, subject, service, retry_after_s)
        return self._unlisted(cause or Message(otherwise or "UNNAMED", said), subject)

    def _cause(self, messages: Sequence[Message]) -> Message | None:
        """Return the message that decides: a known one before a wrapper before any other."""
        telling = [
            message
            for message in messages
            if message.code not in WRAPPERS and not message.code.startswith(_GENERIC)
        ]
        known = [message for message in telling if self.knows(message.code)]
        ranked = (*known, *telling, *messages)
        return ranked[0] if ranked else None

    def _worded(
        self,
        cause: Message,
        code: str,
        subject: Subject,
        service: str,
        retry_after_s: float | None,
    ) -> ErpError:
        row = self._table.rows[code]
        field = row.field or field_of(cause.target) or subject.field_mentioned(cause)
        values = subject.values(cause)
        error = self._table.error(
            code,
            values={
                **values,
                "what": FIELD_WORDS.get(field, "the one that SAP names"),
                "about": f"{FIELD_WORDS.get(field, field)} {subject.own_value(field, cause)}"
                if field
                else "the one that SAP names",
                "service": service or "asked for",
                "sap": one_sentence(cause.text),
            },
            retry_after_s=retry_after_s,
        )
        error.field = field
        if not row.entity and field:
            error.entity = subject.value_of(cause, field)
        return _without_nothing(error)

    def _unlisted(self, cause: Message, subject: Subject) -> ErpError:
        field = field_of(cause.target) or subject.field_mentioned(cause)
        said = one_sentence(cause.text) or "nothing more"
        about = f" the {FIELD_WORDS[field]} {subject.own_value(field, cause)}" if field else " this"
        return VERDICTS["rejected"](
            f'SAP refused{about} with message {cause.code}: "{said}". A person has to judge it.',
            code=cause.code,
            field=field,
            entity=subject.value_of(cause, field) if field else "",
        )


def _without_nothing(error: ErpError) -> ErpError:
    """Leave the entity empty where the document has none, so that fingerprints stay clean."""
    if error.entity == NOTHING:
        error.entity = ""
    return error


def one_sentence(text: str) -> str:
    """Return SAP's words on one line without the stop at the end; ours follows."""
    return " ".join(text.split()).rstrip(".")
