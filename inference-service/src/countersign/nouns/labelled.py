"""Labelled features: what the model was asked about an event, and what it turned out to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from countersign.nouns.picture import Picture


@dataclass(frozen=True, slots=True)
class LabelledFeatures:
    """The rows of one event of which became clear what they are.

    ``subjects`` says what each row is about, ``labels`` what it turned out to be; ``delay_s`` is
    the time from the event's arrival to the label, ``origin`` who gave it (person or erp).
    ``picture`` is what an encoder saw of the event, ``None`` where there was nothing to see.
    """

    event_id: str
    rows: NDArray[np.float32]
    subjects: tuple[str, ...]
    labels: tuple[str, ...]
    origin: str
    labelled_at: datetime
    delay_s: float
    picture: Picture | None = None
