"""Questions: which of Tryton's warnings a person must answer, and under which name.

Tryton compares what an order has used with its BOM each time it runs. Use is reported bit by bit,
so "too little so far" is no question; "too much" is one, when it is about a material of the
document at hand. About other materials it has been answered before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from countersign.erp.tryton.refusal import Question
from countersign.erp.tryton.steps import Step

UNDER_TOLERANCE = "under_tolerance"
TOLERANCES = frozenset({UNDER_TOLERANCE, "over_tolerance", "unexpected_product"})
"""Warnings whose name is made of the order and one material: it is the same each time."""


def name_of(question: Question) -> str:
    """Return the name under which a person answers a warning.

    Tryton's own name where that stays the same; else the kind, since the name is made of the
    numbers of movements that exist no more when the answer comes.
    """
    return question.name if question.kind in TOLERANCES else question.kind


def answers_itself(
    question: Question, step: Step, production_id: int, product_ids: Iterable[int]
) -> bool:
    """Tell whether nobody has to be asked about a warning on the way to book some materials."""
    if question.kind not in TOLERANCES:
        return False
    if step == "run" and question.kind == UNDER_TOLERANCE:
        return True
    digests = {_digest(production_id, product_id) for product_id in product_ids}
    return question.name.partition(".")[0] not in digests


def under_tolerance_names(production_id: int, product_ids: Iterable[int]) -> list[str]:
    """Return the names under which Tryton asks whether too little of materials is used."""
    return [f"{_digest(production_id, product)}.{UNDER_TOLERANCE}" for product in product_ids]


def _digest(production_id: int, product_id: int) -> str:
    """Name a pair of records as Tryton does in ``res.user.warning``."""
    pair = f"production,{production_id}|product.product,{product_id}"
    return hashlib.md5(pair.encode(), usedforsecurity=False).hexdigest()
