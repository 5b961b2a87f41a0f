"""The ranker: ranks codes line by line without a table, for a service that is asked by people.

It is the one place where candidates become an answer; :class:`RankingModel` asks it as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countersign.learn.candidates import Asked, ask_lines, best_of
from countersign.learn.code_history import CodeHistory
from countersign.learn.saved import Saved, read_saved
from countersign.model import registry
from countersign.model.calibration import Curve
from countersign.model.codes import canonical
from countersign.model.registry import ModelRefused
from countersign.model.trained import Model as Scorer

MOST_RANKED = 5


@dataclass(frozen=True, slots=True)
class RankedCode:
    """A code as it is written where it is booked, and how likely it is the right one.

    The confidence of the first one is calibrated; the others share what it leaves.
    """

    code: str
    confidence: float


Ranking = tuple[RankedCode, ...]
"""Codes of one line, the likeliest first; empty where nothing is known."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How often a code was booked among all bookings that share the values of some columns."""

    columns: tuple[str, ...]
    times: int
    of: int
    last_on: date | None


class Ranker:
    """A ranking model in use; it does not change, and several threads may ask it."""

    def __init__(self, scorer: Scorer, history: CodeHistory) -> None:
        self.scorer = scorer
        self.history = history
        self.name = scorer.name
        self.version = scorer.version
        self.time_column = scorer.task.time_column
        self._curve = Curve.from_data(scorer.card["calibration"].get("curve", {}))

    def rank(self, lines: Sequence[Mapping[str, Any]]) -> list[Ranking]:
        """Rank the codes of lines; columns that a line lacks are empty.

        The time column holds a date, an aware time or ISO 8601 text.

        Raises:
            ValueError: a line has no time, or an amount is no number.
        """
        laid = [self.history.line(values, self._moment(values)) for values in lines]
        return self.tell(ask_lines(self.history, laid), len(lines))

    def tell(self, asked: Asked, count: int) -> list[Ranking]:
        """Return the answer to laid-out candidates, one ranking for each of ``count`` lines."""
        margins = self.margins(asked)
        best, share = best_of(asked.line, margins, count)
        confidence = np.where(best >= 0, self._curve(share), 0.0)
        places: list[list[int]] = [[] for _ in range(count)]
        for place in np.lexsort((-margins, asked.line)):
            places[asked.line[place]].append(int(place))
        return [
            self._ranking(asked, margins, here[:MOST_RANKED], float(sure), float(raw))
            for here, sure, raw in zip(places, confidence, share, strict=True)
        ]

    def margins(self, asked: Asked) -> NDArray[np.float32]:
        """Return the raw answer of every candidate."""
        if not len(asked.rows):
            return np.empty(0, dtype=np.float32)
        return self.scorer.margins(asked.rows)[:, 1]

    def usages(self, values: Mapping[str, Any], code: str) -> list[Usage]:
        """Tell how often a code was booked under the keys of a line, narrow ones first.

        Keys under which nothing was ever booked are left out.
        """
        told = canonical(code)
        found = []
        for level, names in enumerate(self.history.levels):
            uses = self.history.at(level, self.history.key(names, values))
            if uses is None:
                continue
            use = uses.codes.get(told or "")
            found.append(
                Usage(
                    names,
                    use.count if use else 0,
                    sum(other.count for other in uses.codes.values()),
                    _day(use.last) if use else None,
                )
            )
        return found

    def _ranking(
        self,
        asked: Asked,
        margins: NDArray[np.float32],
        places: Sequence[int],
        confidence: float,
        share: float,
    ) -> Ranking:
        if not places:
            return ()
        written = self.history.written
        odds = np.exp(np.clip(margins[places].astype(np.float64), -30.0, 30.0))
        rest = odds / odds[0] * share * (1.0 - confidence) / max(1.0 - share, 1e-12)
        told = [confidence, *np.minimum(rest[1:], confidence).tolist()]
        return tuple(
            RankedCode(written.get(asked.codes[place], asked.codes[place]), sure)
            for place, sure in zip(places, told, strict=True)
        )

    def _moment(self, values: Mapping[str, Any]) -> float:
        told = values.get(self.time_column)
        if isinstance(told, (int, float)):
            return float(told)
        if isinstance(told, date) and not isinstance(told, datetime):
            told = datetime.combine(told, time())
        if told is None or told == "":
            raise ValueError(f"{self.time_column} is missing")
        moment = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def load_ranker(folder: Path | str) -> Ranker:
    """Load a ranking model from its folder, or the one in use from the folder of its task.

    Raises:
        ModelRefused: the files are missing, altered, or no ranking model.
    """
    return read_ranker(read_saved(folder))


def load_active_ranker(models_dir: Path, task: str) -> Ranker | None:
    """Load the ranking model of a task that is in use, ``None`` where none is.

    Raises:
        ModelRefused: the files are missing, altered, or no ranking model.
    """
    version = registry.active_version(models_dir, task)
    return None if version is None else load_ranker(models_dir / task / version)


def read_ranker(saved: Saved) -> Ranker:
    """Read what a ranking model knows besides its trees; raises ``ModelRefused``."""
    if saved.task.kind != "rank":
        raise ModelRefused(f"{saved.folder} holds a model of kind {saved.task.kind}, not rank")
    try:
        content = registry.read_state(saved.folder, saved.card)
        return Ranker(saved.scorer, CodeHistory.from_bytes(saved.task, content))
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ModelRefused(f"{saved.folder} cannot be read: {error}") from error


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
