"""A fault: what goes wrong on purpose, by chance or for the next calls, repeatable by seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

FaultName = Literal[
    "lock",
    "rate_limit",
    "unavailable",
    "forbidden",
    "token_expired",
    "slow",
    "late",
    "drop_before",
    "drop_after",
    "drop_mid",
    "html_before",
    "html_after",
    "gateway_timeout",
    "partial",
    "period_closed",
    "item_unknown",
    "uom_mismatch",
]
"""What can be injected; the README tells what each does."""

CallName = Literal["post", "storno", "find", "read", "login"]
"""The calls that a fault can strike."""

FAULT_NAMES: frozenset[str] = frozenset(get_args(FaultName))
CALL_NAMES: frozenset[str] = frozenset(get_args(CallName))
DEFAULT_LATENCY_MS = 50
DEFAULT_RETRY_AFTER_S = 1


class FaultError(Exception):
    """A fault rule that cannot be understood."""


@dataclass(slots=True)
class FaultRule:
    """When a fault strikes: with a ``probability``, or the ``next`` n calls; on some orders only.

    ``latency_ms`` belongs to slow and late, ``retry_after_s`` to rate_limit and unavailable.
    """

    fault: str
    calls: frozenset[str]
    probability: float
    next: int | None
    order: str
    latency_ms: float
    retry_after_s: int
    struck: int = 0

    @classmethod
    def from_data(
        cls,
        data: Mapping[str, Any],
        names: frozenset[str] = FAULT_NAMES,
        known_calls: frozenset[str] = CALL_NAMES,
    ) -> FaultRule:
        """Read a rule; without ``probability`` and ``next`` it strikes every call."""
        unknown = data.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            raise FaultError(f"no such field: {', '.join(sorted(unknown))}")
        if data.get("fault") not in names:
            raise FaultError(f"no such fault: {data.get('fault')}; known: {sorted(names)}")
        calls = frozenset(data.get("calls", ["post"]))
        if not calls <= known_calls:
            raise FaultError(f"no such calls: {sorted(calls - known_calls)}")
        limit = data.get("next")
        return cls(
            fault=data["fault"],
            calls=calls,
            probability=float(data.get("probability", 1)),
            next=None if limit is None else int(limit),
            order=str(data.get("order", "")),
            latency_ms=float(data.get("latency_ms", DEFAULT_LATENCY_MS)),
            retry_after_s=int(data.get("retry_after_s", DEFAULT_RETRY_AFTER_S)),
        )

    def strikes(self, call: str, order: str, chance: random.Random) -> bool:
        """Decide about one call, and count."""
        if call not in self.calls or self.next == 0 or (self.order and self.order != order):
            return False
        if self.probability < 1 and chance.random() >= self.probability:
            return False
        if self.next is not None:
            self.next -= 1
        self.struck += 1
        return True

    def to_data(self) -> dict[str, Any]:
        """Write the rule with how often it struck."""
        return {
            "fault": self.fault,
            "calls": sorted(self.calls),
            "probability": self.probability,
            "next": self.next,
            "order": self.order,
            "latency_ms": self.latency_ms,
            "retry_after_s": self.retry_after_s,
            "struck": self.struck,
        }


@dataclass(frozen=True, slots=True)
class Strike:
    """What happens to one call: at most one fault besides a slow answer."""

    fault: str | None = None
    answer_after_s: float = 0.0
    book_after_s: float = 0.0
    retry_after_s: int = DEFAULT_RETRY_AFTER_S


NO_STRIKE = Strike()


@dataclass(slots=True)
class Faults:
    """The rules in force, asked in their order; ``names`` and ``calls`` are what they may tell."""

    names: frozenset[str] = FAULT_NAMES
    calls: frozenset[str] = CALL_NAMES
    rules: list[FaultRule] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def replace(self, rules: list[Mapping[str, Any]], seed: int) -> None:
        """Put other rules in force; the same seed gives the same run."""
        self.rules = [FaultRule.from_data(rule, self.names, self.calls) for rule in rules]
        self.chance = random.Random(seed)

    def strike(self, call: str, order: str = "") -> Strike:
        """Say what happens to a call: the first fault that strikes, and every slowness."""
        if not self.rules:
            return NO_STRIKE
        fault: str | None = None
        answer_after_s = book_after_s = 0.0
        retry_after_s = DEFAULT_RETRY_AFTER_S
        for rule in self.rules:
            if rule.fault == "slow":
                if rule.strikes(call, order, self.chance):
                    answer_after_s += rule.latency_ms / 1000
            elif fault is None and rule.strikes(call, order, self.chance):
                fault = rule.fault
                retry_after_s = rule.retry_after_s
                if fault == "late":
                    book_after_s = rule.latency_ms / 1000
        return Strike(fault, answer_after_s, book_after_s, retry_after_s)
