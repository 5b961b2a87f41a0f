"""Pictures among the features: places that stay empty, and looks learned per code."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from countersign.model.pictures import (
    Looks,
    complete,
    encoder_of,
    places_of,
    task_of,
    with_places,
)
from countersign.model.task import TaskSpec
from countersign.nouns.picture import Picture

PLAIN = TaskSpec("t", features=("a",), labels=("other", "true"), sound_labels=frozenset({"true"}))
TASK = with_places(PLAIN, places_of("eye-1", 2))
ROWS = [(1.0,), (2.0,)]
SUBJECTS = ("X", "Y")
SEEN = [("X", (0.0, 1.0)), ("X", (0.1, 0.9)), ("Y", (1.0, 0.0)), ("Y", (0.9, 0.1))]


def learned() -> Looks:
    looks = Looks.learn(SEEN)
    assert looks is not None
    return looks


def test_a_task_knows_whose_pictures_it_has_places_for() -> None:
    assert encoder_of(PLAIN) is None
    assert encoder_of(TASK) == "eye-1"
    assert task_of(PLAIN, TASK.features) == TASK
    assert task_of(PLAIN, ("a", "b")) == PLAIN
    assert task_of(PLAIN, ("picture.eye-1.likeness",)) == PLAIN


@pytest.mark.parametrize(
    "picture",
    [
        None,
        Picture("eye-1", unread="too slow"),
        Picture("eye-2", (0.0, 1.0)),
        Picture("eye-1", (0.0, 1.0, 2.0)),
    ],
)
def test_places_stay_empty_without_a_picture_of_their_encoder(picture: Picture | None) -> None:
    table = complete(TASK, learned(), ROWS, SUBJECTS, picture)
    assert table.shape == (2, 5)
    assert table[:, 0].tolist() == [1.0, 2.0]
    assert np.isnan(table[:, 1:]).all()


def test_a_picture_fills_its_places_and_leads_where_it_looks_alike() -> None:
    table = complete(TASK, learned(), ROWS, SUBJECTS, Picture("eye-1", (0.0, 1.0)))
    assert table[:, 3:].tolist() == [[0.0, 1.0], [0.0, 1.0]]
    assert table[0, 1] > 0 > table[1, 1]
    assert table[0, 2] == -table[1, 2] > 0


def test_before_anything_is_learned_only_the_numbers_are_there() -> None:
    table = complete(TASK, None, ROWS, SUBJECTS, Picture("eye-1", (0.0, 1.0)))
    assert np.isnan(table[:, 1:3]).all()
    assert table[0, 3:].tolist() == [0.0, 1.0]


def test_a_model_without_places_reads_its_own_features_only() -> None:
    table = complete(PLAIN, None, ROWS, SUBJECTS, Picture("eye-1", (0.0, 1.0)))
    assert table.tolist() == [[1.0], [2.0]]


def test_a_picture_does_not_vouch_for_itself() -> None:
    looks = Looks.learn([("X", (1.0, 0.0)), ("Y", (0.0, 0.0)), ("Y", (0.0, 0.1))])
    assert looks is not None
    with_itself = looks.likeness(("X",), (1.0, 0.0))[0]
    without = looks.likeness(("X",), (1.0, 0.0), own="X")[0]
    assert with_itself > 0
    assert without == pytest.approx(0)


@given(
    npst.arrays(np.float64, (6, 3), elements=st.floats(-1e3, 1e3)),
    st.lists(st.sampled_from("XYZ"), min_size=6, max_size=6),
)
def test_looks_are_finite_and_the_same_from_a_card(table: np.ndarray, codes: list[str]) -> None:
    looks = Looks.learn(list(zip(codes, table.tolist(), strict=True)))
    assert looks is not None
    again = Looks.from_data(json.loads(json.dumps(looks.to_data())))
    unknown = looks.likeness(("never seen",), table[0].tolist())
    told = looks.likeness(("X", "Y", "Z"), table[0].tolist())
    assert unknown.tolist() == [0.0]
    assert np.isfinite(told).all()
    assert again.counts == looks.counts
    assert np.isfinite(again.likeness(("X", "Y", "Z"), table[0].tolist())).all()


def test_nothing_is_learned_from_nothing() -> None:
    assert Looks.learn([]) is None
