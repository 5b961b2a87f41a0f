"""Encoders: what turns pictures into numbers. The plant brings them; the product has none."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns pictures into numbers; ``name`` stands in the features, so it names the version too."""

    name: str

    def encode(self, paths: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of numbers per picture; raises ``OSError`` for one that is unreadable."""


class SizedEncoder(Encoder, Protocol):
    """An encoder that says how many numbers a picture becomes, before it has seen one."""

    size: int


class EncoderRefused(Exception):
    """An encoder cannot be had; the text says what to change."""


def find_encoder(text: str) -> Encoder:
    """Make the encoder that ``package.module:factory`` names; raises :class:`EncoderRefused`."""
    try:
        return cast(Encoder, pkgutil.resolve_name(text)())
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise EncoderRefused(
            f"the encoder {text} cannot be made: {error}; write package.module:factory"
        ) from error


def find_sized_encoder(text: str) -> SizedEncoder:
    """Make an encoder that says its size; raises :class:`EncoderRefused`."""
    encoder = find_encoder(text)
    size = getattr(encoder, "size", None)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise EncoderRefused(
            f"the encoder {text} does not say how many numbers a picture becomes: give it a name "
            "and a size, a whole number above zero"
        )
    if not isinstance(getattr(encoder, "name", None), str) or not encoder.name:
        raise EncoderRefused(f"the encoder {text} has no name: its features are named after it")
    return cast(SizedEncoder, encoder)
