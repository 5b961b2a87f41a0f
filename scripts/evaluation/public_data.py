"""Public data sets: the library held against baselines, through nothing but its own interface.

Every set has a spec file in ``specs/``; what a user of the library could not do is not done here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from countersign.learn import fit, read_frame, read_spec, watch
from countersign.learn.evaluate import Check
from countersign.learn.measures import macro_f1
from countersign.model.task import TaskSpec
from evaluation.account_codes import check_account_codes

SPECS = Path(__file__).parent / "specs"
SEED = 1
PLATE_FOLDS, PLATE_SEEDS = 5, 3
ENGINES_HELD_OUT = 20
LONGEST_LIFE = 125
LATEST_SHARE = {"steel_energy": 0.2, "garments": 0.3}


def spec(name: str) -> TaskSpec:
    """Read the spec of a data set."""
    return read_spec(SPECS / f"{name}.toml")


def check_steel_plates(data: Path) -> dict[str, Check]:
    """Classify faults: stratified folds, several seeds."""
    frame = read_frame(data / "steel_plates.csv")
    faults = [name for name in frame if name.endswith("Fault") or name == "Other_Faults"]
    fault = np.asarray(faults)[frame[faults].astype(float).to_numpy().argmax(axis=1)]
    frame = frame.drop(columns=faults).assign(fault=fault)
    labels, truth = np.unique(fault, return_inverse=True)
    places = {label: place for place, label in enumerate(labels)}
    accuracies, scores = [], []
    for seed in range(PLATE_SEEDS):
        said = np.zeros(len(frame), dtype=np.int64)
        fold = _stratified(truth, PLATE_FOLDS, seed)
        for number in range(PLATE_FOLDS):
            model = fit(spec("steel_plates"), frame[fold != number], seed)
            told = model.predict(frame[fold == number])["label"]
            said[fold == number] = told.map(places)
        accuracies.append(float((said == truth).mean()))
        scores.append(macro_f1(truth, said, len(labels)))
    accuracy, score = float(np.mean(accuracies)), float(np.mean(scores))
    majority = float(np.bincount(truth).max() / len(truth))
    return {
        "steel_plates.accuracy": Check(
            round(accuracy, 4), ">= 0.80", accuracy >= 0.80, round(majority, 4)
        ),
        "steel_plates.macro_f1": Check(round(score, 4), ">= 0.82", score >= 0.82),
    }


def check_remaining_life(data: Path) -> dict[str, Check]:
    """Tell the remaining cycles of engines that were never seen, at every cycle."""
    names = ["unit", "cycle", *(f"setting_{n}" for n in range(1, 4))]
    names += [f"sensor_{n}" for n in range(1, 22)]
    frame = pd.read_csv(data / "cmapss_train_FD001.txt.gz", sep=r"\s+", header=None, names=names)
    engines = np.sort(frame["unit"].unique())
    is_test = frame["unit"].isin(engines[-ENGINES_HELD_OUT:])
    model = fit(spec("remaining_life"), frame[~is_test], SEED)
    test = frame[is_test]
    left = test.groupby("unit")["cycle"].transform("max") - test["cycle"]
    truth = np.minimum(left, LONGEST_LIFE)
    told = model.predict(test)
    rmse = float(np.sqrt(((told["value"] - truth) ** 2).mean()))
    constant = float(np.sqrt(((truth - LONGEST_LIFE * 0.7) ** 2).mean()))
    covered = float(((truth >= told["lower"]) & (truth <= told["upper"])).mean())
    return {
        "cmapss.rmse": Check(round(rmse, 3), "<= 13.5", rmse <= 13.5, round(constant, 3)),
        "cmapss.interval_coverage": Check(
            round(covered, 3), "0.8 to 0.97 of a promised 0.9", 0.8 <= covered <= 0.97
        ),
    }


def check_energy(data: Path) -> dict[str, Check]:
    """Tell the energy of the quarter of an hour that begins in one hour."""
    frame = read_frame(data / "steel_energy.csv")
    cut = round(len(frame) * (1.0 - LATEST_SHARE["steel_energy"]))
    model = fit(spec("steel_energy"), frame[:cut], SEED)
    used = frame["Usage_kWh"].astype(float)
    error = float((model.predict(frame)["value"] - used)[cut:].abs().mean())
    persistence = float((used.shift(4) - used)[cut:].abs().mean())
    return {
        "steel_energy.mae_kwh": Check(
            round(error, 3), "<= 7.5", error <= 7.5, round(persistence, 3)
        )
    }


def check_garments(data: Path) -> dict[str, Check]:
    """Tell the productivity of sewing teams better than their target does."""
    frame = read_frame(data / "garments.csv")
    cut = round(len(frame) * (1.0 - LATEST_SHARE["garments"]))
    model = fit(spec("garments"), frame[:cut], SEED)
    test = frame[cut:]
    truth = test["actual_productivity"].astype(float)
    error = float((model.predict(test)["value"] - truth).abs().mean())
    believed = float((test["targeted_productivity"].astype(float) - truth).abs().mean())
    return {
        "garments.mae": Check(
            round(error, 4),
            "better than believing the target",
            error < believed,
            round(believed, 4),
        )
    }


def check_machine_temperature(data: Path) -> dict[str, Check]:
    """Find the failure windows of a machine with few false alarms."""
    frame = read_frame(data / "machine_temperature.csv")
    windows = json.loads((data / "machine_temperature_windows.json").read_text())["windows"]
    alarms = watch(spec("machine_temperature"), frame, SEED).alarms
    begin, end = pd.to_datetime(alarms["begin"]), pd.to_datetime(alarms["end"])
    hits = [(begin <= pd.Timestamp(last)) & (end >= pd.Timestamp(first)) for first, last in windows]
    found = sum(bool(hit.any()) for hit in hits)
    wrong = int((~np.logical_or.reduce([hit.to_numpy() for hit in hits])).sum())
    wanted = len(windows) - 1
    return {
        "machine_temperature.windows": Check(
            found, f">= {wanted} of {len(windows)}", found >= wanted
        ),
        "machine_temperature.false_alarms": Check(wrong, "<= 2", wrong <= 2),
    }


def _stratified(truth: np.ndarray, count: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    fold = np.empty(len(truth), dtype=np.int64)
    for label in np.unique(truth):
        here = random.permutation(np.flatnonzero(truth == label))
        fold[here] = np.arange(len(here)) % count
    return fold


CHECKS: Mapping[str, tuple[str, Callable[[Path], dict[str, Check]]]] = {
    "steel_plates": ("steel_plates.csv", check_steel_plates),
    "cmapss": ("cmapss_train_FD001.txt.gz", check_remaining_life),
    "steel_energy": ("steel_energy.csv", check_energy),
    "garments": ("garments.csv", check_garments),
    "leeds": ("leeds_spend.csv.gz", check_account_codes),
    "machine_temperature": ("machine_temperature.csv", check_machine_temperature),
}
"""File and check of every data set."""
