"""Texts: every word of the screens in the languages of the plant.

The tables stand in the modules ``texts_...``: a key and its texts in the order of ``LANGUAGES``. A
text may hold places, ``{count}``, that ``say`` fills.
"""

from __future__ import absolute_import, unicode_literals

import countersign.texts_approvals as texts_approvals
import countersign.texts_card as texts_card
import countersign.texts_causes as texts_causes
import countersign.texts_decisions as texts_decisions
import countersign.texts_frame as texts_frame
import countersign.texts_plant as texts_plant
import countersign.texts_proof as texts_proof
import countersign.texts_reasons as texts_reasons

LANGUAGES = ("en", "de", "nl")
"""The languages of the tables; whoever asks for another one gets the first."""

TABLES = (
    texts_frame.TEXTS,
    texts_approvals.TEXTS,
    texts_card.TEXTS,
    texts_decisions.TEXTS,
    texts_causes.TEXTS,
    texts_plant.TEXTS,
    texts_reasons.TEXTS,
    texts_proof.TEXTS,
)


def all(locale):
    """Return every text of a language by its key, for the session property ``custom.texts``."""
    column = _column(locale)
    return {key: row[column] for table in TABLES for key, row in table.items()}


def say(key, locale, **places):
    """Return one text with its places filled. Raises KeyError for a key that is in no table."""
    for table in TABLES:
        if key in table:
            text = table[key][_column(locale)]
            return text.format(**places) if places else text
    raise KeyError(key)


def has(key):
    """Tell whether a key has texts."""
    return any(key in table for table in TABLES)


def language(locale):
    """Return the language of a locale that the tables have: ``de-CH`` becomes ``de``."""
    return LANGUAGES[_column(locale)]


def _column(locale):
    wanted = ("%s" % (locale or "")).replace("_", "-").split("-")[0].lower()
    return LANGUAGES.index(wanted) if wanted in LANGUAGES else 0
