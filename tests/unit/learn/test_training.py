"""Training: honest splits, the features that serving has, deterministic models that load."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shop_floor import consumption, line, make_context, usual

from countersign.assess.use_case import USE_CASES
from countersign.learn.dataset import DataSet, collect
from countersign.learn.evaluate import check_identities, check_single_features
from countersign.learn.plant_fit import split
from countersign.learn.replay import Examination, as_event, replay
from countersign.learn.simulator.history import simulate_plant
from countersign.learn.train import main_train, train
from countersign.model import registry
from countersign.nouns.progress import OrderProgress
from countersign.plant.context import Context

TASK = USE_CASES["material_consumption"].task


@pytest.fixture(scope="module")
def examined() -> list[list[Examination]]:
    return [list(replay(simulate_plant(seed, 30), USE_CASES)) for seed in range(5)]


@pytest.fixture(scope="module")
def data(examined: list[list[Examination]]) -> DataSet:
    return collect(TASK, examined)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("models")
    return folder, main_train(folder, USE_CASES, seed=2, plants=5, orders=40)


def test_training_never_learns_from_the_future_or_from_the_tested_plants(data: DataSet) -> None:
    parts = split(data, test_plants=2)

    assert set(parts.training.plant) | set(parts.calibration.plant) == {0, 1, 2}
    assert set(parts.test.plant) == {3, 4}
    for plant in (0, 1, 2):
        learned = parts.training.at[parts.training.plant == plant]
        later = parts.calibration.at[parts.calibration.plant == plant]
        assert learned.max() < later.min()
    total = len(parts.training) + len(parts.calibration) + len(parts.test)
    assert total == len(data)


@pytest.mark.parametrize("test_plants", [0, 5, 9])
def test_a_split_that_leaves_nothing_is_refused(data: DataSet, test_plants: int) -> None:
    with pytest.raises(ValueError, match="leave nothing"):
        split(data, test_plants)


def test_the_features_of_training_are_those_of_serving() -> None:
    """Serve a history from its JSON, with the context kept by the use cases' own methods."""
    history = simulate_plant(11, 12)
    honest = {key: replace(truth, is_caught=False) for key, truth in history.truth.items()}
    history = replace(history, truth=honest)
    orders = {order.order_id: order for order in history.orders}
    progress: dict[str, OrderProgress] = {}
    statistics: dict[str, Any] = {}
    for body, trained_on in zip(history.events, replay(history, USE_CASES), strict=True):
        event = as_event(json.loads(json.dumps(body)))
        use_case = USE_CASES[event.use_case]
        order = orders.get(event.order_id)
        wanted = use_case.material_ids(event, order)
        materials = {key: history.materials[key] for key in wanted}
        keys = use_case.statistic_keys(event, order, materials)
        context = Context(
            now=event.received_at,
            order=order,
            materials=materials,
            progress=progress.setdefault(event.order_id, OrderProgress()),
            statistics={key: statistics[key] for key in keys if key in statistics},
        )
        served = use_case.examine(event, context)
        np.testing.assert_array_equal(served.rows, trained_on.examined.rows)
        assert served.findings == trained_on.examined.findings  # type: ignore[attr-defined]
        for seen in use_case.observations(event, context):
            known = statistics.get(seen.key) or trained_on.context.statistic("never learned")
            if seen.value is not None:
                known = known.with_value(seen.value)
            statistics[seen.key] = known if seen.label is None else known.with_label(seen.label)
        use_case.apply(event, context, 1)


def test_a_caught_error_is_booked_correctly_and_a_double_not_at_all() -> None:
    history = simulate_plant(11, 12)
    caught = {key: replace(truth, is_caught=True) for key, truth in history.truth.items()}
    cases = list(replay(replace(history, truth=caught), USE_CASES))
    for order in history.orders:
        last = [case for case in cases if case.event.order_id == order.order_id][-1]
        for operation in order.operations:
            made = sum(
                int(case.truth.correct["yield_quantity"]["quantity_string"])
                for case in cases
                if case.truth.correct is not None
                and case.event.use_case == "production_confirmation"
                and case.truth.correct["order_id"] == order.order_id
                and case.truth.correct["operation_id"] == operation.operation_id
            )
            booked = last.context.progress.operation(operation.operation_id).yield_quantity
            assert booked == made


def test_every_use_case_gets_a_model_that_loads_and_is_in_use(
    trained: tuple[Path, list[dict[str, Any]]],
) -> None:
    folder, cards = trained
    assert {card["task"] for card in cards} == set(USE_CASES)
    for card in cards:
        model = registry.load_active(folder, USE_CASES[card["task"]].task)
        assert model is not None
        assert model.version == card["version"]


def test_a_card_says_what_the_model_is_worth_and_that_it_was_simulated(
    trained: tuple[Path, list[dict[str, Any]]],
) -> None:
    for card in trained[1]:
        assert card["simulated"] is True
        assert "simulated plant" in card["notice"]
        assert card["metrics"]["macro_f1"] > card["metrics"]["macro_f1_majority"]
        assert 0.0 < card["metrics"]["confidence_calibration_error"] < 0.2
        assert len(card["data_sha256"]) == 64
        assert [row["threshold"] for row in card["thresholds"]] == sorted(
            row["threshold"] for row in card["thresholds"]
        )


def test_the_same_seed_gives_the_same_model_and_another_does_not(tmp_path: Path) -> None:
    wanted = {"plants": 3, "orders": 12, "tasks": ["material_consumption"]}
    (one,) = train(USE_CASES, tmp_path / "a", 5, **wanted)  # type: ignore[arg-type]
    (again,) = train(USE_CASES, tmp_path / "b", 5, **wanted)  # type: ignore[arg-type]
    (other,) = train(USE_CASES, tmp_path / "c", 6, **wanted)  # type: ignore[arg-type]
    assert one == again
    assert other["version"] != one["version"]
    files = [
        (tmp_path / name / "material_consumption" / one["version"] / "model.ubj").read_bytes()
        for name in ("a", "b")
    ]
    assert files[0] == files[1]


def test_a_model_doubts_a_wrong_quantity_and_says_why_in_numbers(
    trained: tuple[Path, list[dict[str, Any]]],
) -> None:
    use_case = USE_CASES["material_consumption"]
    model = registry.load_active(trained[0], use_case.task)
    assert model is not None
    context = make_context(
        statistics={"usage/1000/PUMP/STEEL": usual([0.004, -0.003, 0.001, -0.002] * 9)}
    )
    confidence = {}
    for typed in ("456", "4560"):
        event = consumption(line("STEEL", typed, "KGM"))
        examination = use_case.examine(event, context)
        answer = model.predict(examination.rows)
        assessment = use_case.conclude(event, context, examination, answer, model)
        confidence[typed] = assessment.confidence or 0.0
        assert (assessment.model_name, assessment.model_version) == (model.name, model.version)
    said = use_case.explain(event, context, examination, model)

    assert confidence["4560"] < 0.5 < confidence["456"]
    assert said[0] == examination.expectations[0].text
    assert len(said) > 1
    assert all(sentence.startswith("STEEL: ") and sentence[-1] == "." for sentence in said)
    assert all(any(sign.isdigit() for sign in sentence) for sentence in said[1:2])


def test_the_leak_check_finds_an_id_that_gives_the_answer_away(data: DataSet) -> None:
    leaking = data.identities.copy()
    leaking[:, 0] = data.is_sound + np.random.default_rng(1).normal(0.0, 0.4, len(data))
    assert check_identities(replace(data, identities=leaking), seed=1).met is False


def test_the_leak_check_finds_a_feature_that_gives_the_answer_away(data: DataSet) -> None:
    leaking = data.rows.copy()
    leaking[:, 3] = data.truth
    assert check_single_features(replace(data, rows=leaking), seed=1).met is False
    assert check_single_features(data, seed=1).met is True
