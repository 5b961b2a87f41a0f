"""Governing: a new version of the policy comes into force, and trust is weighed again under it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from countersign.audit.trail import open_trail
from countersign.decide.policy import DEFAULT_POLICY, Policy, read_policy
from countersign.journey import trust
from countersign.store import confirmations, policies
from countersign.store.database import canonical_json, digest_of


class NotProved(Exception):
    """A use case would book by itself although nothing has earned it yet; the text says what is."""


class PolicyChanged(Exception):
    """Somebody else changed the policy since it was read."""


def change_policy(
    connection: Connection,
    body: dict[str, Any],
    based_on_version: int,
    actor: str,
    reason: str,
    now: datetime,
    *,
    without_proof: bool = True,
) -> int:
    """Put a policy in force and return its version.

    Unless ``without_proof``, a use case enters the phase ``automate`` only when at least one of
    its classes has earned it under the new policy.

    Raises :class:`PolicyChanged`, :class:`NotProved`, or ``PolicyError`` for a policy that makes
    no sense.
    """
    current, old_body = policies.read_current(connection) or (0, DEFAULT_POLICY)
    if based_on_version != current:
        raise PolicyChanged(f"version {current} is in force, not {based_on_version}")
    version = current + 1
    policy = read_policy(version, body)
    policies.add(connection, version, body, actor, reason, now)
    with open_trail(connection, now) as trail:
        digest = digest_of(canonical_json(body))
        record = {"version": version, "digest": digest, "reason": reason}
        trail.add("policy_changed", actor, record | {"without_proof": without_proof})
        classes = confirmations.read_classes(connection)
        trust.recompute(connection, trail, policy, classes, f"policy {version}")
    if not without_proof:
        _check_proof(connection, policy, read_policy(current, old_body))
    return version


def _check_proof(connection: Connection, policy: Policy, old: Policy) -> None:
    """Raise :class:`NotProved` for a use case that enters ``automate`` with nothing earned."""
    earned = confirmations.read_autonomy(connection)
    for name, limits in policy.use_cases.items():
        if limits.phase != "automate" or old.use_cases[name].phase == "automate":
            continue
        rows = [row for (use_case, _), row in earned.items() if use_case == name]
        if any(row.threshold is not None for row in rows):
            continue
        known = "; ".join(f"{row.segment}: {row.reason}" for row in rows) or "nothing is confirmed"
        raise NotProved(f"{name} has not earned to book by itself yet ({known})")
