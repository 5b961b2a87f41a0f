"""The specs that come with the library: they load, and serve what they were trained on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from countersign.learn import TaskSpec, fit, read_spec
from countersign.learn.card_text import describe
from countersign.learn.features import lay_out, learn_encoding
from countersign.learn.shrinkage import shrinkage_report
from countersign.learn.table import read_table, spec_columns
from countersign.learn.task_file import shipped_specs

SPECS = sorted(shipped_specs())
ROW_BY_ROW = [
    name
    for name in SPECS
    if not read_spec(name).has_history
    and read_spec(name).kind != "rank"
    and not any(column.type == "text" for column in read_spec(name).columns)
]


def rows_of(spec: TaskSpec, count: int = 120) -> pd.DataFrame:
    """Return rows with the columns of a spec; the target follows from the numbers."""
    random = np.random.default_rng(1)
    types = {column.name: column.type for column in spec.columns}
    table = {}
    for name in spec_columns(spec):
        if name == spec.time_column:
            start = pd.Timestamp("2026-01-01T06:00:00Z")
            table[name] = (start + pd.to_timedelta(np.arange(count), unit="h")).strftime(
                "%Y-%m-%dT%H:%M:%SZ"
            )
        elif types.get(name) in ("code", "text") or name == spec.unit_column:
            table[name] = random.choice(["0010", "A-7", "x"], count)
        elif types.get(name) == "flag":
            table[name] = random.integers(0, 2, count)
        else:
            table[name] = random.normal(100, 20, count).round(3)
    if spec.kind == "classify":
        table[spec.target] = random.choice(["theft", "scrap", "typing"], count)
    if spec.kind == "occurrence":
        table[spec.target] = random.integers(0, 2, count)
    return pd.DataFrame(table)


@pytest.mark.parametrize("name", SPECS)
def test_a_shipped_spec_loads_and_is_named_as_its_file(name: str) -> None:
    spec = read_spec(name)
    assert spec.name == name
    assert spec.target not in {c.name for c in spec.columns if c.known == "now"}


@pytest.mark.parametrize("name", ROW_BY_ROW)
def test_the_features_of_training_are_those_of_serving(name: str) -> None:
    spec = read_spec(name)
    table = rows_of(spec)
    read = read_table(spec, table, with_target=True)
    encoding = learn_encoding(read)
    laid = lay_out(read, encoding).rows
    served = [encoding.row(spec, values) for values in table.to_dict("records")]
    np.testing.assert_array_equal(np.asarray(served, dtype=np.float32), laid)


@pytest.mark.parametrize("name", ["order_delay", "component_usage", "energy_per_hour"])
def test_a_shipped_spec_fits_and_its_card_speaks_plainly(name: str) -> None:
    spec = read_spec(name)
    table = rows_of(spec, 200)
    if spec.unit_column:
        table[spec.unit_column] = "A"
    text = describe(fit(spec, table).card)
    assert f"It tells {'whether' if spec.kind == 'occurrence' else 'how large'}" in text
    assert "beside what needs no model" in text


def test_a_model_of_noise_says_that_it_is_worth_nothing() -> None:
    spec = read_spec("component_usage")
    table = rows_of(spec, 200)
    table["used_quantity"] = table["standard_quantity"]
    assert "do not use it" in describe(fit(spec, table).card)


def test_planted_theft_is_on_top_of_the_shrinkage_report() -> None:
    random = np.random.default_rng(3)
    rows = []
    for site in ("1000", "1100", "1200", "1300"):
        for material in ("BOLT", "WIRE", "OIL"):
            for _ in range(40):
                stolen = site == "1200" and material == "WIRE"
                user = "u7" if stolen and random.random() < 0.7 else f"u{random.integers(1, 9)}"
                rows.append(
                    {
                        "site_id": site,
                        "material_id": material,
                        "movement_type": "551",
                        "user_id": user,
                        "quantity": random.exponential(2.0) * (2.0 if user == "u7" else 1.0),
                        "used_quantity": 5000,
                    }
                )
    worst = shrinkage_report(pd.DataFrame(rows)).iloc[0]
    assert (worst["site_id"], worst["material_id"], worst["main_user_id"]) == ("1200", "WIRE", "u7")
    assert worst["excess_quantity"] > 0
