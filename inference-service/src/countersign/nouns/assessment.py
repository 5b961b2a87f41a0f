"""An assessment: what we think of an event, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Deviation = Literal["above", "below"]
"""On which side of what was expected an event lies."""

Severity = Literal["info", "review", "hold"]
"""info: worth knowing; review: a person should look; hold: a fact forbids booking."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found: a code for machines, a sentence with numbers for people."""

    code: str
    severity: Severity
    text: str
    pointer: str = ""

    def to_data(self) -> dict[str, str]:
        """Write the finding as the contract wants it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "text": self.text,
            "pointer": self.pointer,
        }


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the event should have said: an interval with its unit and what it rests on."""

    pointer: str
    low: Decimal
    high: Decimal
    unit: str
    text: str

    def to_data(self) -> dict[str, str]:
        """Write the expectation as the contract wants it."""
        return {
            "pointer": self.pointer,
            "low": format(self.low, "f"),
            "high": format(self.high, "f"),
            "unit_of_measure": self.unit,
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Ranked:
    """One of several answers of a model, with its probability."""

    label: str
    probability: float
    text: str = ""

    def to_data(self) -> dict[str, Any]:
        """Write the answer as the contract wants it; four digits are all it can mean."""
        return {"label": self.label, "probability": round(self.probability, 4), "text": self.text}


@dataclass(frozen=True, slots=True)
class Assessment:
    """What rules and model say of one event.

    ``confidence`` is the calibrated probability that booking the event as it stands is right;
    ``None`` where no model could be asked. ``amount`` is the money that the event moves, in the
    plant's currency, ``None`` where a price is missing. ``context_digest`` names the facts
    (order, progress, statistics) that were looked at: the same event, context and versions give
    the same assessment.
    """

    event_id: str
    use_case: str
    segment: str
    findings: tuple[Finding, ...]
    expectations: tuple[Expectation, ...]
    confidence: float | None
    causes: tuple[Ranked, ...]
    suggestions: Mapping[str, tuple[Ranked, ...]]
    reasons: tuple[str, ...]
    proposed_correction: Mapping[str, Any] | None
    amount: Decimal | None
    model_name: str
    model_version: str
    rules_version: str
    context_digest: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Return the worst severity among the findings; ``info`` when there is none."""
        found = {finding.severity for finding in self.findings}
        if "hold" in found:
            return "hold"
        return "review" if "review" in found else "info"

    def deviation(self, data: Mapping[str, Any]) -> Deviation | None:
        """Return on which side of the expectations an event's data lies.

        ``None`` where nothing lies outside, or some above and some below; what was measured in
        another unit than expected is left out.
        """
        sides = {_side(expectation, data) for expectation in self.expectations} - {None}
        return sides.pop() if len(sides) == 1 else None

    def to_data(self) -> dict[str, Any]:
        """Write the assessment as the contract wants it."""
        return {
            "event_id": self.event_id,
            "use_case": self.use_case,
            "segment": self.segment,
            "findings": [finding.to_data() for finding in self.findings],
            "expectations": [expectation.to_data() for expectation in self.expectations],
            "confidence": None if self.confidence is None else round(self.confidence, 4),
            "causes": [cause.to_data() for cause in self.causes],
            "suggestions": {
                name: [answer.to_data() for answer in answers]
                for name, answers in self.suggestions.items()
            },
            "reasons": list(self.reasons),
            "proposed_correction": self.proposed_correction,
            "amount": None if self.amount is None else format(self.amount, "f"),
            "model_name": self.model_name,
            "model_version": self.model_version,
            "rules_version": self.rules_version,
            "context_digest": self.context_digest,
            "facts": dict(self.facts),
        }


def _side(expectation: Expectation, data: Mapping[str, Any]) -> Deviation | None:
    value: Any = data
    for part in expectation.pointer.removeprefix("/data/").split("/"):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    if not isinstance(value, Mapping) or value.get("unit_of_measure") != expectation.unit:
        return None
    actual = Decimal(value["quantity_string"])
    if expectation.low <= actual <= expectation.high:
        return None
    return "above" if actual > expectation.high else "below"
