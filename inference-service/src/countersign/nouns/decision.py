"""A decision: what may happen to an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Outcome = Literal["post", "review", "hold", "observe"]
Phase = Literal["observe", "supervise", "automate"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What may happen to an event, under which policy, and why.

    ``shadow_outcome`` is what the machine alone would do (post or review), whatever the phase:
    the parallel run compares it with what people did. ``threshold`` is the confidence from which
    the class of decisions (use case and segment) has earned its autonomy, ``None`` if it has not.
    ``eligible`` is false where a hard gate stood in the way: only eligible events count when it
    is computed what the class has earned.
    """

    event_id: str
    outcome: Outcome
    shadow_outcome: Outcome
    phase: Phase
    policy_version: int
    segment: str
    threshold: float | None
    eligible: bool
    four_eyes: bool
    reasons: tuple[str, ...]
    cause: str

    def to_data(self) -> dict[str, Any]:
        """Write the decision as the contract wants it."""
        return {
            "event_id": self.event_id,
            "outcome": self.outcome,
            "shadow_outcome": self.shadow_outcome,
            "phase": self.phase,
            "policy_version": self.policy_version,
            "segment": self.segment,
            "threshold": self.threshold,
            "eligible": self.eligible,
            "four_eyes": self.four_eyes,
            "reasons": list(self.reasons),
            "cause": self.cause,
        }
