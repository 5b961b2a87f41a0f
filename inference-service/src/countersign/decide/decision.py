"""Deciding: from an assessment, the policy and what was earned, to what may happen."""

from __future__ import annotations

from dataclasses import dataclass

from countersign.decide.policy import Policy, UseCasePolicy
from countersign.language.sayings import say
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
    overtaken_operation: str = "",
) -> Decision:
    """Decide what may happen to one event.

    ``threshold`` is the confidence from which its class may be booked without a person, ``None``
    when the class has earned nothing. ``incomplete`` says what the ERP document still lacks.
    ``is_new_material``: nothing like it was ever booked, so there is nothing to compare it with.
    ``overtaken_operation``: the event would end this operation while an earlier confirmation of it
    still waits for a person.
    """
    limits = policy.use_cases[assessment.use_case]
    gates = _gates(assessment, limits, period_is_closed, posting_date)
    gates += _gates_around(incomplete, is_new_material, overtaken_operation)
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
        gates.append(Gate("hold", "closed_period", say("closed_period", day=posting_date)))
    gates += [
        Gate("review", finding.code, finding.text)
        for finding in assessment.findings
        if finding.severity == "review"
    ]
    if assessment.amount is None:
        gates.append(Gate("review", "amount_unknown", say("amount_unknown")))
    elif assessment.amount > limits.amount_cap:
        text = say("amount_cap", amount=assessment.amount, cap=limits.amount_cap)
        gates.append(Gate("review", "amount_cap", text))
    return gates


def _gates_around(incomplete: str, is_new_material: bool, overtaken_operation: str) -> list[Gate]:
    """Return what keeps an event from going by itself that no rule can see in it alone."""
    gates = []
    if incomplete:
        gates.append(Gate("review", "incomplete", incomplete))
    if is_new_material:
        gates.append(Gate("review", "new_material", say("new_material")))
    if overtaken_operation:
        text = say("earlier_waits", operation=overtaken_operation)
        gates.append(Gate("review", "earlier_waits", text))
    return gates


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
        return "observe", (say("observed"),), ""
    if gates:
        return gates[0].outcome, tuple(gate.text for gate in gates), gates[0].cause
    if limits.phase == "supervise":
        return "review", (say("supervised"),), "supervised"
    if assessment.confidence is None:
        return "review", (say("no_model"),), "no_model"
    if threshold is None:
        target = f"{limits.target_accuracy:.1%}"
        return "review", (say("not_yet_earned", target=target),), "not_yet_earned"
    sure = {"confidence": f"{assessment.confidence:.3f}", "threshold": f"{threshold:.3f}"}
    if assessment.confidence < threshold:
        return "review", (say("low_confidence", **sure),), "low_confidence"
    if _is_spot_check(assessment.event_id, policy.spot_check_share):
        return "review", (say("spot_check"),), "spot_check"
    return "post", (say("earned", **sure),), ""


def _is_spot_check(event_id: str, share: float) -> bool:
    return int(event_id[:8], 16) < share * SPOT_CHECK_STEPS
