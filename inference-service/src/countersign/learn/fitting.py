"""``fit``: from a table and a spec to a model, or to a refusal that says what to change."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from countersign.learn.answers import (
    check_amounts,
    check_classes,
    check_codes,
    find_copies,
    with_answers,
)
from countersign.learn.candidates import feature_names
from countersign.learn.features import Features, lay_out, learn_encoding
from countersign.learn.folds import FOLDS, folds, split_of
from countersign.learn.label_fit import Fitted, fit_labels
from countersign.learn.leakage import refuse_leaks
from countersign.learn.quality import Gate, pass_gate
from countersign.learn.ranking import fit_ranking
from countersign.learn.ranking_model import RankingModel
from countersign.learn.refusal import TrainingRefused
from countersign.learn.table import Table, read_table, spec_columns
from countersign.learn.table_model import Model
from countersign.learn.task_data import task_to_data
from countersign.learn.text_features import is_text_task, text_features
from countersign.learn.text_fit import fit_text
from countersign.learn.text_model import TextModel
from countersign.learn.value_fit import fit_values
from countersign.learn.windows import Timeline
from countersign.model.encoding import Encoding
from countersign.model.task import Column, TaskSpec
from countersign.model.trained import Model as Scorer

YES, NO = "yes", "no"
RANK_LABELS = ("other", "right")
TEXT_FEATURES = ("text",)

logger = logging.getLogger(__name__)


def fit(
    spec: TaskSpec,
    frame: pd.DataFrame,
    seed: int = 1,
    *,
    allow: Iterable[str] = (),
    accept: Iterable[str] = (),
    accept_all: bool = False,
) -> Model:
    """Fit a model to a table; the same spec, table and seed give the same file.

    ``allow`` names columns that are used although they look like a leak, ``accept`` months
    (``2026-11``) that are learned from although they do not look like those before;
    ``accept_all`` opens the data-quality gate.

    Raises:
        TrainingRefused: the table or the spec cannot be learned from; says what to change.
    """
    spec = replace(spec, allow=spec.allow | frozenset(allow))
    table = read_table(spec, frame, with_target=True)
    spec = table.task
    alarms: list[str] = []
    gate = Gate()
    if not accept_all:
        passed = pass_gate(table, accept=accept)
        alarms, gate = list(passed.alarms), passed.gate
        table = table.where(passed.rows)
    table, left_out = with_answers(table, alarms)
    alarms += [*left_out, *refuse_leaks(table), *find_copies(table)]
    encoding = learn_encoding(table)
    history = None
    display: Mapping[str, str]
    if spec.kind == "rank":
        check_codes(table)
        fitted, history = fit_ranking(table, seed)
        task = replace(spec, features=feature_names(history), labels=RANK_LABELS)
        display = {}
    elif is_text_task(spec):
        fitted, labels, display = _fit_text(table, seed)
        task = replace(spec, features=TEXT_FEATURES, labels=labels)
    else:
        features, dropped = _varying(lay_out(table, encoding), spec.columns)
        if dropped:
            alarms.append(f"constant and left out: {', '.join(dropped)}")
        fitted, labels, display = _fit(table, features, seed)
        task = replace(spec, features=features.names, labels=labels)
    card = _card(task, table, encoding, fitted, display, alarms, seed)
    card["quality"] = gate.to_data()
    for alarm in alarms:
        logger.warning("%s: %s", spec.name, alarm)
    scorer = Scorer(task, fitted.booster, card)
    if history is not None:
        return RankingModel(scorer, history, tuple(alarms))
    return (TextModel if is_text_task(spec) else Model)(scorer, tuple(alarms))


def _fit_text(table: Table, seed: int) -> tuple[Fitted, tuple[str, ...], Mapping[str, str]]:
    if table.task.kind != "classify" or any(c.has_history for c in table.task.columns):
        raise TrainingRefused('text is read by kind = "classify" only, without lags or windows')
    assert table.target is not None
    labels, answers = np.unique(table.target.astype(str), return_inverse=True)
    check_classes(table, labels, answers)
    parts = folds(table, FOLDS, seed)
    rows = text_features(table)
    fitted = fit_text(rows, answers.astype(np.int64), len(labels), parts, seed)
    return fitted, tuple(labels.tolist()), _display(table)


def _fit(
    table: Table, features: Features, seed: int
) -> tuple[Fitted, tuple[str, ...], Mapping[str, str]]:
    assert table.target is not None
    parts = folds(table, FOLDS, seed)
    if table.task.kind == "classify":
        labels, answers = np.unique(table.target.astype(str), return_inverse=True)
        check_classes(table, labels, answers)
        fitted = fit_labels(features, answers.astype(np.int64), len(labels), parts, seed)
        return fitted, tuple(labels.tolist()), _display(table)
    if table.task.kind == "occurrence":
        answers = (table.target > 0).astype(np.int64)
        check_classes(table, np.asarray([NO, YES]), answers)
        return fit_labels(features, answers, 2, parts, seed), (NO, YES), {}
    check_amounts(table)
    amounts = table.target / table.scale
    return fit_values(table.task, features, amounts, _guesses(table), parts, seed), (), {}


def _varying(features: Features, columns: Sequence[Column]) -> tuple[Features, list[str]]:
    """Leave out constant features; refuse a table that has no others."""
    rows = features.rows
    low, high = np.fmin.reduce(rows, axis=0), np.fmax.reduce(rows, axis=0)
    some_missing = np.isnan(rows).any(axis=0) & ~np.isnan(rows).all(axis=0)
    varies = (low != high) & ~np.isnan(low) | some_missing
    if not varies.any():
        raise TrainingRefused(
            f"every feature is constant ({', '.join(features.names[:10])}); "
            "name columns that differ from row to row"
        )
    kept = np.flatnonzero(varies)
    names = tuple(features.names[place] for place in kept)
    left = [
        column.name
        for column in columns
        if not any(name == column.name or name.startswith(f"{column.name}.") for name in names)
    ]
    return Features(rows[:, kept], names, tuple(features.types[place] for place in kept)), left


def _guesses(table: Table) -> dict[str, NDArray[np.float64]]:
    """Return what needs no model: the first guess of the spec, and the newest known target."""
    task = table.task
    guesses = {}
    if task.offset_column:
        guesses["offset"] = table.numbers[task.offset_column] / table.scale
    if any(column.name == task.target and column.known == "past" for column in task.columns):
        line = Timeline.of(table.unit, table.time, task.horizon)
        target: NDArray[np.float64] = table.target  # type: ignore[assignment]
        guesses["persistence"] = line.spread(target[line.order], line.known) / table.scale
    return guesses


def _display(table: Table) -> dict[str, str]:
    """Return for each canonical label how it is written most often."""
    assert table.target is not None
    written: dict[str, Counter[str]] = {}
    raw = table.raw[table.task.target].astype(str).str.strip()
    for label, text in zip(table.target, raw, strict=True):
        written.setdefault(label, Counter())[text] += 1
    return {
        label: min(texts, key=lambda text: (-texts[text], text)) for label, texts in written.items()
    }


def _card(
    task: TaskSpec,
    table: Table,
    encoding: Encoding,
    fitted: Fitted,
    display: Mapping[str, str],
    alarms: list[str],
    seed: int,
) -> dict[str, Any]:
    spec = task_to_data(task)
    card = {
        "task": task.name,
        "kind": task.kind,
        "spec": spec,
        "features": list(task.features),
        "labels": list(task.labels),
        "target": task.target,
        "encoding": {
            "codes": {name: list(codes) for name, codes in encoding.codes.items()},
            "display": dict(display),
        },
        "data_sha256": table.digest(),
        "simulated": bool(task.notice),
        "notice": task.notice,
        "rows": {"training": len(table)},
        "columns": spec_columns(task),
        "split": _SPLIT_WORDS[split_of(table)],
        "parameters": {name: _plain(value) for name, value in fitted.parameters.items()},
        "calibration": dict(fitted.calibration),
        "metrics": _rounded(fitted.metrics),
        "baselines": _rounded(fitted.baselines),
        "thresholds": fitted.thresholds,
        "alarms": list(alarms),
    }
    recipe = json.dumps([spec, card["data_sha256"], card["parameters"]], sort_keys=True)
    card["version"] = f"{seed}-{hashlib.sha256(recipe.encode()).hexdigest()[:10]}"
    return card


_SPLIT_WORDS = {
    "time": "by time: measured on later rows than were learned from",
    "unit": "by unit: measured on units that were never seen",
    "chance": "by chance: measured on rows that were left out",
}


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in figures.items()}
