"""An examination: what the rules found in one event, and the rows that the model is asked about."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countersign.language.sayings import say
from countersign.model.trained import Model
from countersign.nouns.assessment import Assessment, Expectation, Finding, Ranked, Severity
from countersign.nouns.event import Event
from countersign.nouns.picture import Picture

CENT = Decimal("0.01")
Probabilities = NDArray[np.float32]
"""The model's answer: one row per feature row, one column per label of the task."""
NO_SUGGESTIONS: Mapping[str, tuple[Ranked, ...]] = {}


@dataclass(slots=True)
class Examination:
    """What the rules found in one event.

    ``rows`` are feature rows in the order of the use case's task, ``subjects`` says what each row
    is about (a material, a reason code); ``picture`` fills the places that a model has for one.
    ``used`` collects the facts that were looked at; their
    digest tells whether another examination would have seen the same. ``amount`` is kept exact
    here and rounded to cents in the assessment.
    """

    findings: list[Finding] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[float, ...]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    amount: Decimal | None = None
    correction: Mapping[str, Any] | None = None
    picture: Picture | None = None

    def find(
        self,
        severity: Severity,
        saying: str,
        pointer: str = "",
        *,
        code: str | None = None,
        **facts: object,
    ) -> None:
        """Record what a rule found, in the words of a saying (``language/sayings.toml``).

        The finding's code is what stands before the point of the saying, unless one is given.
        """
        found = code or saying.partition(".")[0]
        self.findings.append(Finding(found, severity, say(saying, **facts), pointer))

    def context_digest(self) -> str:
        """Return the SHA-256 of the facts that were looked at, in the order of looking."""
        return hashlib.sha256("\n".join(self.used).encode()).hexdigest()

    def assessment(
        self,
        event: Event,
        *,
        rules_version: str,
        model: Model | None,
        confidence: float | None = None,
        causes: tuple[Ranked, ...] = (),
        suggestions: Mapping[str, tuple[Ranked, ...]] = NO_SUGGESTIONS,
    ) -> Assessment:
        """Put the rules' findings and the model's answers together."""
        return Assessment(
            event_id=event.event_id,
            use_case=event.use_case,
            segment=event.site_id,
            findings=tuple(self.findings),
            expectations=tuple(self.expectations),
            confidence=confidence,
            causes=causes,
            suggestions=suggestions,
            reasons=(),
            proposed_correction=self.correction,
            amount=None if self.amount is None else self.amount.quantize(CENT),
            model_name="" if model is None else model.name,
            model_version="" if model is None else model.version,
            rules_version=rules_version,
            context_digest=self.context_digest(),
            facts=self.facts,
        )
