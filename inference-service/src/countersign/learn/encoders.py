"""Encoders: pictures become numbers by something that the plant brings; without it they stay out.

The library has no encoder of its own and loads none by itself: a picture column is refused until
one is registered for it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from typing import Any, Protocol, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused


class Encoder(Protocol):
    """Turns pictures into numbers; ``name`` stands in the features, so it names the version too."""

    name: str

    def encode(self, paths: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of numbers per picture; raises ``OSError`` for one that is unreadable."""


_ENCODERS: dict[str, Encoder] = {}


def register_encoder(column: str, encoder: Encoder | None) -> None:
    """Let an encoder read the pictures of a column, ``None`` lets nobody."""
    if encoder is None:
        _ENCODERS.pop(column, None)
    else:
        _ENCODERS[column] = encoder


def find_encoder(text: str) -> Encoder:
    """Make the encoder that ``package.module:factory`` names; raises ``TrainingRefused``."""
    try:
        return cast(Encoder, pkgutil.resolve_name(text)())
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise TrainingRefused(
            f"the encoder {text} cannot be made: {error}; write package.module:factory"
        ) from error


def encoded(column: str, paths: pd.Series[Any]) -> dict[str, NDArray[np.float64]]:
    """Return the numbers of a column of picture files by feature; NaN where no file is named.

    Raises:
        TrainingRefused: no encoder is registered, a picture is unreadable, or the encoder does
            not do what it says.
    """
    encoder = _ENCODERS.get(column)
    if encoder is None:
        raise TrainingRefused(
            f"{column} is an image: register an encoder for it (register_encoder, or the option "
            f"--encoder {column}=package.module:factory), or leave it out of the spec"
        )
    text = paths.fillna("").astype(str).str.strip()
    there = text.ne("").to_numpy()
    if not there.any():
        raise TrainingRefused(f"{column} names no picture in any row; leave it out of the spec")
    try:
        told = np.asarray(encoder.encode(text[there].tolist()), dtype=np.float64)
    except OSError as error:
        raise TrainingRefused(f"{column}: a picture cannot be read: {error}") from error
    if told.ndim != 2 or len(told) != there.sum():
        raise TrainingRefused(
            f"the encoder {encoder.name} gave numbers of the shape {told.shape} "
            f"for {int(there.sum())} pictures; one row per picture is wanted"
        )
    rows = np.full((len(text), told.shape[1]), np.nan)
    rows[there] = told
    return {f"{column}.{encoder.name}.{place}": rows[:, place] for place in range(rows.shape[1])}
