"""Encoders: pictures become numbers by something that the plant brings; without it they stay out.

The library has no encoder of its own and loads none by itself: a picture column is refused until
one is registered for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.refusal import TrainingRefused
from countersign.model import encoder as encoders
from countersign.model.encoder import Encoder, EncoderRefused

__all__ = ["Encoder", "encoded", "find_encoder", "register_encoder"]

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
        return encoders.find_encoder(text)
    except EncoderRefused as refusal:
        raise TrainingRefused(str(refusal)) from refusal


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
