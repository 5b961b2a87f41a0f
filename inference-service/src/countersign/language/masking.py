"""Masking: what must not leave the plant is replaced before a text is sent, and put back after."""

from __future__ import annotations

import re
from collections.abc import Mapping

from countersign.language.facts import Fact, Facts, Identity

_TOKEN = re.compile(r"\[\[[A-Z_]+_\d+\]\]")


class MaskLost(Exception):
    """The answer has a mask that nobody gave out, or says a secret openly."""


def mask(facts: Facts) -> tuple[Facts, Mapping[str, str]]:
    """Return the facts with secrets replaced, and what stands behind each mask.

    Words of others (an ERP's message) may repeat a secret: it is replaced there too.
    """
    secrets: dict[str, str] = {}
    counts: dict[str, int] = {}
    for fact in facts.values():
        if isinstance(fact, Identity) and fact.secret and fact.value not in secrets:
            counts[fact.secret] = counts.get(fact.secret, 0) + 1
            secrets[fact.value] = f"[[{fact.secret.upper()}_{counts[fact.secret]}]]"
    masked = {name: _masked(fact, secrets) for name, fact in facts.items()}
    return masked, {token: value for value, token in secrets.items()}


def unmask(text: str, masks: Mapping[str, str]) -> str:
    """Put the secrets back; raises :class:`MaskLost`."""
    unknown = set(_TOKEN.findall(text)) - set(masks)
    if unknown:
        raise MaskLost(f"the answer has the mask {min(unknown)}, which nobody gave out")
    for value in masks.values():
        if _whole(value).search(text):
            raise MaskLost("the answer says openly what had been masked")
    return _TOKEN.sub(lambda found: masks[found[0]], text)


def without_masks(text: str) -> str:
    """Return a text without its masks, whose numbers mean nothing."""
    return _TOKEN.sub("", text)


def _masked(fact: Fact, secrets: Mapping[str, str]) -> Fact:
    if isinstance(fact, Identity) and fact.secret:
        return Identity(secrets[fact.value], fact.secret)
    value = getattr(fact, "value", None)
    if isinstance(value, str):
        for secret in sorted(secrets, key=len, reverse=True):
            value = _whole(secret).sub(secrets[secret], value)
        return type(fact)(value)  # type: ignore[arg-type,call-arg]
    return fact


def _whole(secret: str) -> re.Pattern[str]:
    """Return what finds a secret as a whole word, with the leading zeros that ERPs add."""
    return re.compile(rf"(?<![^\W_])0*{re.escape(secret)}(?![^\W_])")
