"""Governing: a new version of the policy comes into force, and trust is weighed again under it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from countersign.audit.trail import open_trail
from countersign.decide.policy import read_policy
from countersign.journey import trust
from countersign.store import confirmations, policies
from countersign.store.database import canonical_json, digest_of


class PolicyChanged(Exception):
    """Somebody else changed the policy since it was read."""


def change_policy(
    connection: Connection,
    body: dict[str, Any],
    based_on_version: int,
    actor: str,
    reason: str,
    now: datetime,
) -> int:
    """Put a policy in force and return its version.

    Raises :class:`PolicyChanged`, or ``PolicyError`` for a policy that makes no sense.
    """
    current, _ = policies.read_current(connection) or (0, {})
    if based_on_version != current:
        raise PolicyChanged(f"version {current} is in force, not {based_on_version}")
    version = current + 1
    policy = read_policy(version, body)
    policies.add(connection, version, body, actor, reason, now)
    with open_trail(connection, now) as trail:
        digest = digest_of(canonical_json(body))
        trail.add("policy_changed", actor, {"version": version, "digest": digest, "reason": reason})
        classes = confirmations.read_classes(connection)
        trust.recompute(connection, trail, policy, classes, f"policy {version}")
    return version
