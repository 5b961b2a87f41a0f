"""Lasting truths: what stays so in a plant, whichever orders run and in whatever order.

A machine's speed or the error of a bill of materials is drawn from the plant's seed and the name
of the thing, so that a history and the shift after it are of the same plant.
"""

from __future__ import annotations

import hashlib

import numpy as np


def lasting(seed: int, *names: str) -> np.random.Generator:
    """Return the source of chance for one thing of one plant; the same for the same names."""
    digest = hashlib.blake2b("\n".join(names).encode(), digest_size=8).digest()
    return np.random.default_rng((seed, int.from_bytes(digest, "big")))
