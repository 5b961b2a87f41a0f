"""Words of errors: who mends a cause whose code nobody knows, by what its text speaks of.

The rule of the day on which no model is trained yet, and the one a model has to beat. ERPs answer
in the language of their user: English, German or Dutch here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from countersign.nouns.cause_queue import CauseQueue

_RULES: Sequence[tuple[CauseQueue, str]] = (
    (
        "period",
        r"\bperiods?\b|fiscal (year|month|period)|buchungsperiode|\bperioden?\b|boekperiode",
    ),
    (
        "authorisation",
        r"authori[sz]|permission|not permitted|not allowed to (access|use|call)|password"
        r"|\blog[- ]?[io]n\b|credential|access (denied|rights?)|berechtig|kennwort|anmelde"
        r"|bevoegd|gemachtigd|wachtwoord",
    ),
    (
        "stock",
        r"\bstocks?\b|deficit|inventory|shortage|insufficient|not enough|\bbatch\b.*not exist"
        r"|bestand|unterdeckung|inventur|voorraad|tekort",
    ),
    (
        "connection",
        r"\block(ed|s)?\b.*\b(by|user|session)\b|could not obtain lock|deadlock|serializ"
        r"|(being|already) (processed|edited|worked|used)|time[d -]?\s?out|connect(ion|ed)?\b"
        r"|unreachable|gateway|network|unavailable|maintenance mode|try again"
        r"|too many (calls|requests)|verbindung|in bearbeitung|gesperrt durch|verbinding"
        r"|vergrendeld door",
    ),
    (
        "master_data",
        r"not exist|unknown|not found|not (been )?(defined|maintained|assigned|activated|released"
        r"|extended|known)|inactive|blocked|\bstatus\b|account determination|existiert nicht"
        r"|nicht (vorhanden|gepflegt|definiert|zugeordnet|freigegeben)|unbekannt|gesperrt"
        r"|bestaat niet|niet (gevonden|onderhouden|gedefinieerd|vrijgegeven)|onbekend|geblokkeerd"
        r"|cannot be converted|kontenfindung",
    ),
    (
        "document",
        r"\benter\b|required|mandatory|missing|must (be|not)|invalid|not valid|exceed|balance"
        r"|already (been )?(cancelled|posted|confirmed|reversed|made|finally)|negative|decimal"
        r"|digits|too (long|large|many)|\bsaldo\b|pflichtfeld|fehlt|geben sie|bitte .* ein|ungültig"
        r"|verplicht|ontbreekt|ongeldig",
    ),
)
_COMPILED = tuple((queue, re.compile(pattern, re.IGNORECASE)) for queue, pattern in _RULES)


def queue_by_words(text: str) -> CauseQueue | None:
    """Return who mends what a text speaks of, ``None`` where it speaks of nothing known."""
    return next((queue for queue, pattern in _COMPILED if pattern.search(text)), None)
