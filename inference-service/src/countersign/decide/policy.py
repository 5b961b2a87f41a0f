"""A policy: phases, limits and roles, versioned; what the plant allows the machine to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from countersign.nouns.decision import Phase

USE_CASES = ("production_confirmation", "material_consumption", "scrap_report")

DEFAULT_POLICY: dict[str, Any] = {
    "use_cases": {
        name: {
            "phase": "observe",
            "target_accuracy": 0.99,
            "amount_cap": "5000",
            "four_eyes_above": "20000",
            "due_minutes": 240,
        }
        for name in USE_CASES
    },
    "spot_check_share": 0.02,
    "confirmed_window": 3000,
    "undo_seconds": 0,
    "claim_minutes": 2,
    "roles": {
        "approve": ["operator", "supervisor"],
        "second_approve": ["supervisor"],
        "change_policy": ["administrator"],
    },
}
"""The policy of a new installation: look on, write nothing."""


class PolicyError(Exception):
    """The policy makes no sense; ``errors`` names each place and what to write there."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{pointer}: {text}" for pointer, text in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class UseCasePolicy:
    """What the machine may do in one use case.

    ``target_accuracy`` is the promise that the lower bound must meet before anything is booked
    without a person; amounts are in the plant's currency; ``due_minutes`` is how long a person
    may take.
    """

    phase: Phase
    target_accuracy: float
    amount_cap: Decimal
    four_eyes_above: Decimal
    due_minutes: int


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy in force.

    ``spot_check_share`` of what could be booked without a person goes to one all the same, or
    nobody would learn whether the trust is still deserved. ``promotes_by_itself``: a model that
    has surely done better in shadow takes over without a person.
    """

    version: int
    use_cases: Mapping[str, UseCasePolicy]
    spot_check_share: float
    confirmed_window: int
    undo_seconds: int
    claim_minutes: int
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    promotes_by_itself: bool = False

    def may(self, roles: frozenset[str], action: str) -> bool:
        """Tell whether one of a person's roles allows an action."""
        return bool(self.roles.get(action, frozenset()) & roles)


def read_policy(version: int, body: Mapping[str, Any]) -> Policy:
    """Read a policy that has passed its schema; raises :class:`PolicyError` where it is silly."""
    errors: list[tuple[str, str]] = []
    use_cases = {
        name: _read_use_case(name, body["use_cases"].get(name), errors) for name in USE_CASES
    }
    if not 0 <= body["spot_check_share"] <= 1:
        errors.append(("/spot_check_share", "must be between 0 and 1"))
    if errors:
        raise PolicyError(errors)
    return Policy(
        version=version,
        use_cases={name: value for name, value in use_cases.items() if value is not None},
        spot_check_share=float(body["spot_check_share"]),
        confirmed_window=int(body["confirmed_window"]),
        undo_seconds=int(body["undo_seconds"]),
        claim_minutes=int(body["claim_minutes"]),
        roles={action: frozenset(roles) for action, roles in body["roles"].items()},
        promotes_by_itself=body.get("promotion", "person") == "proof",
    )


def _read_use_case(
    name: str, body: Mapping[str, Any] | None, errors: list[tuple[str, str]]
) -> UseCasePolicy | None:
    pointer = f"/use_cases/{name}"
    if body is None:
        errors.append((pointer, "is missing; every use case needs a phase"))
        return None
    target = float(body["target_accuracy"])
    if not 0.5 <= target < 1:
        errors.append((f"{pointer}/target_accuracy", "must be at least 0.5 and below 1"))
    try:
        cap, four_eyes = Decimal(body["amount_cap"]), Decimal(body["four_eyes_above"])
    except InvalidOperation:
        errors.append((pointer, "amount_cap and four_eyes_above must be decimal numbers as text"))
        return None
    return UseCasePolicy(body["phase"], target, cap, four_eyes, int(body["due_minutes"]))
