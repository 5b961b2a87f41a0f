"""Deciding: from an assessment, the policy and what was earned, to what may happen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from countersign.decide.policy import Policy, UseCasePolicy
from countersign.nouns.assessment import Assessment
from countersign.nouns.decision import Decision, Outcome

UNTRAINED_THRESHOLD = 0.5
"""What the shadow asks of confidence where nothing is earned yet: more likely right than wrong."""

SPOT_CHECK_STEPS = 1 << 32


@dataclass(frozen=True, slots=True)
class Gate:
    """A hard limit that an event ran into, whatever its confidence."""

    outcome: Outcome
    cause: str
    text: str


def decide(
    assessment: Assessment,
    policy: Policy,
    threshold: float | None,
    *,
    period_is_closed: bool,
    posting_date: str,
    incomplete: str = "",
    is_new_material: bool = False,
) -> Decision:
    """Decide what may happen to one event.

    ``threshold`` is the confidence from which its class may be booked without a person, ``None``
    when the class has earned nothing. ``incomplete`` says what the ERP document still lacks.
    ``is_new_material``: nothing like it was ever booked, so there is nothing to compare it with.
    """
    limits = policy.use_cases[assessment.use_case]
    gates = _gates(assessment, limits, period_is_closed, posting_date)
    if incomplete:
        gates.append(Gate("review", "incomplete", incomplete))
    if is_new_material:
        text = "nothing of this material was ever booked here: the first time is a person's"
        gates.append(Gate("review", "new_material", text))
    shadow = _shadow(assessment, gates, threshold)
    outcome, reasons, cause = _outcome(assessment, policy, limits, gates, threshold)
    return Decision(
        event_id=assessment.event_id,
        outcome=outcome,
        shadow_outcome=shadow,
        phase=limits.phase,
        policy_version=policy.version,
        segment=assessment.segment,
        threshold=threshold,
        eligible=not gates,
        four_eyes=assessment.amount is not None and assessment.amount > limits.four_eyes_above,
        reasons=reasons,
        cause=cause,
    )


def _gates(
    assessment: Assessment, limits: UseCasePolicy, period_is_closed: bool, posting_date: str
) -> list[Gate]:
    gates = [
        Gate("hold", finding.code, finding.text)
        for finding in assessment.findings
        if finding.severity == "hold"
    ]
    if period_is_closed:
        gates.append(
            Gate("hold", "closed_period", f"the posting period of {posting_date} is closed")
        )
    gates += [
        Gate("review", finding.code, finding.text)
        for finding in assessment.findings
        if finding.severity == "review"
    ]
    if assessment.amount is None:
        gates.append(Gate("review", "amount_unknown", "a price is missing: the amount is unknown"))
    elif assessment.amount > limits.amount_cap:
        gates.append(Gate("review", "amount_cap", _over_cap(assessment.amount, limits.amount_cap)))
    return gates


def _over_cap(amount: Decimal, cap: Decimal) -> str:
    return f"the amount {amount} is above the {cap} that may be booked without a person"


def _shadow(assessment: Assessment, gates: list[Gate], threshold: float | None) -> Outcome:
    if gates:
        return gates[0].outcome
    if assessment.confidence is None:
        return "review"
    needed = UNTRAINED_THRESHOLD if threshold is None else threshold
    return "post" if assessment.confidence >= needed else "review"


def _outcome(
    assessment: Assessment,
    policy: Policy,
    limits: UseCasePolicy,
    gates: list[Gate],
    threshold: float | None,
) -> tuple[Outcome, tuple[str, ...], str]:
    if limits.phase == "observe":
        return "observe", ("the policy only observes this use case: nothing is written",), ""
    if gates:
        return gates[0].outcome, tuple(gate.text for gate in gates), gates[0].cause
    if limits.phase == "supervise":
        return "review", ("the policy has a person decide in this use case",), "supervised"
    if assessment.confidence is None:
        return "review", ("no trained model could be asked",), "no_model"
    if threshold is None:
        return (
            "review",
            (f"not enough confirmed outcomes yet for {limits.target_accuracy:.1%}",),
            "not_yet_earned",
        )
    if assessment.confidence < threshold:
        return (
            "review",
            (f"confidence {assessment.confidence:.3f} is below the earned {threshold:.3f}",),
            "low_confidence",
        )
    if _is_spot_check(assessment.event_id, policy.spot_check_share):
        return (
            "review",
            ("spot check: one of the sure ones, to keep the trust honest",),
            "spot_check",
        )
    return (
        "post",
        (f"confidence {assessment.confidence:.3f}, earned from {threshold:.3f} on",),
        "",
    )


def _is_spot_check(event_id: str, share: float) -> bool:
    return int(event_id[:8], 16) < share * SPOT_CHECK_STEPS
