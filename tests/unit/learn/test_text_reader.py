"""Reading one text: the same answer as a table gets, without a table."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.learn.tables import scrap_spec, scrap_table

from countersign.learn import Model, ModelRefused, fit, read_spec
from countersign.learn.text_reader import TextReader, load_active_reader
from countersign.model import registry

TEXTS = {
    "period": "Posting period {} of company {} is not open",
    "stock": "Deficit of {} pieces of material {} in storage",
    "connection": "Order {} is locked by the user U{}",
}


@pytest.fixture(scope="module")
def model() -> Model:
    random = np.random.default_rng(1)
    rows = [
        {
            "text": text.format(*random.integers(1, 99999, 2)),
            "erp": random.choice(["sap", "tryton"]),
            "document_kind": "goods_issue",
            "queue": queue.title(),
            "failed_at": f"2026-01-01T00:00:{number:02d}Z",
        }
        for number in range(40)
        for queue, text in TEXTS.items()
    ]
    return fit(replace(read_spec("error_triage"), split_by="chance"), pd.DataFrame(rows))


@settings(max_examples=60, deadline=None)
@given(
    text=st.none()
    | st.text(max_size=60)
    | st.sampled_from([text.format(7, 9) for text in TEXTS.values()]),
    erp=st.none() | st.sampled_from(["sap", "SAP", "0012", ""]),
)
def test_a_text_is_sorted_as_a_row_of_a_table(
    model: Model, text: str | None, erp: str | None
) -> None:
    line = {"text": text, "erp": erp, "document_kind": "goods_issue"}
    row = pd.DataFrame([{**line, "failed_at": "2026-02-01T00:00:00Z"}], dtype=object)
    told = model.predict(row).iloc[0]
    read = TextReader(model.scorer).read(line)
    assert read.label == told["label"]
    assert read.confidence == pytest.approx(told["confidence"], abs=1e-5)


def test_a_reader_is_loaded_when_a_version_is_in_use(model: Model, tmp_path: Path) -> None:
    assert load_active_reader(tmp_path, "error_triage") is None
    model.save(tmp_path)
    registry.activate(tmp_path, "error_triage", model.version)
    reader = load_active_reader(tmp_path, "error_triage")
    assert reader is not None
    assert reader.read({"text": "Deficit of 5 pieces of material 4711"}).label == "Stock"


def test_a_model_that_reads_no_text_is_refused(tmp_path: Path) -> None:
    other = fit(scrap_spec(), scrap_table())
    other.save(tmp_path)
    registry.activate(tmp_path, "scrap", other.version)
    with pytest.raises(ModelRefused, match="reads no text"):
        load_active_reader(tmp_path, "scrap")


def test_the_reader_comes_up_without_pandas(model: Model, tmp_path: Path) -> None:
    model.save(tmp_path)
    registry.activate(tmp_path, "error_triage", model.version)
    asked = (
        "import sys; from pathlib import Path; "
        "from countersign.learn.text_reader import load_active_reader; "
        f"load_active_reader(Path({str(tmp_path)!r}), 'error_triage').read({{'text': 'x'}}); "
        "print('pandas' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True)
    assert answer.stdout == "False\n", answer.stderr
