"""All use cases alike: what the journey may rely on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from shop_floor import (
    amount,
    confirmation,
    consumption,
    counted,
    line,
    make_context,
    make_order,
    scrap,
    usual,
)

from countersign.assess.use_case import USE_CASES
from countersign.nouns.event import USE_CASE_OF_TYPE, Event
from countersign.nouns.progress import OperationProgress, OrderProgress
from countersign.plant.context import Context

MESSY: dict[str, Callable[[], Event]] = {
    "production_confirmation": lambda: confirmation(
        "5000.5", scrap_quantity=amount("900"), machine_time=amount("1", "KGM"), material_id="X"
    ),
    "material_consumption": lambda: consumption(
        line("STEEL", "9999", "KGM"),
        line("GLUE", "0", "LTR"),
        line("NONE", "1", "KGM"),
        line("SCREW", "1", "KGM"),
        line("PAINT", "3", "LTR"),
        produced="10",
    ),
    "scrap_report": lambda: scrap("400.5", scrap_reason_code="ODD", material_lot_id="Q"),
}
CLEAN: dict[str, Callable[[], Event]] = {
    "production_confirmation": lambda: confirmation(),
    "material_consumption": lambda: consumption(line("STEEL", "456", "KGM")),
    "scrap_report": lambda: scrap(),
}
HELD = frozenset({"order/4711", "lot/Q", "material/STEEL"})


def assess(event: Event, context: Context) -> dict[str, object]:
    use_case = USE_CASES[event.use_case]
    examined = use_case.examine(event, context)
    return use_case.conclude(event, context, examined, None, None).to_data()


def test_every_type_of_event_has_its_use_case() -> None:
    assert set(USE_CASES) == set(USE_CASE_OF_TYPE.values())
    assert all(name == use_case.name == use_case.task.name for name, use_case in USE_CASES.items())


@pytest.mark.parametrize("name", USE_CASES)
def test_every_finding_points_into_the_event_and_speaks_a_sentence(name: str) -> None:
    event = MESSY[name]()
    findings = USE_CASES[name].examine(event, make_context(holds=HELD)).findings
    assert len(findings) >= 3
    for finding in findings:
        *path, last = finding.pointer.split("/")[1:]
        place: object = event.body
        for step in path:
            place = place[int(step)] if isinstance(place, list) else place[step]  # type: ignore[index]
        assert last in place or last == "material_lot_id" or isinstance(place, list)  # type: ignore[operator]
        assert finding.text[-1] in ".?"
        assert finding.text[0].isupper() or finding.text[0].isdigit()


@pytest.mark.parametrize("name", USE_CASES)
def test_an_assessment_is_plain_json_and_the_same_twice(name: str) -> None:
    for event in (MESSY[name](), CLEAN[name]()):
        once, again = assess(event, make_context()), assess(event, make_context())
        assert json.loads(json.dumps(once)) == once
        assert once == again


@pytest.mark.parametrize("name", USE_CASES)
def test_judging_changes_nothing(name: str) -> None:
    context = make_context()
    use_case = USE_CASES[name]
    event = MESSY[name]()
    use_case.conclude(event, context, use_case.examine(event, context), None, None)
    use_case.observations(event, context)
    assert context.progress == OrderProgress()


@pytest.mark.parametrize("name", USE_CASES)
def test_the_digest_tells_when_a_fact_that_was_looked_at_has_changed(name: str) -> None:
    event, context = CLEAN[name](), make_context()
    before = assess(event, context)["context_digest"]

    bigger = make_context(order=make_order("481"))
    assert assess(event, bigger)["context_digest"] != before
    keys = USE_CASES[name].statistic_keys(event, context.order, context.materials)
    learned = {key: replace(usual([0.1]), labels=counted(DIM=1).labels) for key in keys}
    assert assess(event, make_context(statistics=learned))["context_digest"] != before
    done = OperationProgress(Decimal(7), Decimal(7), confirmations=1)
    progress = OrderProgress(operations={event.operation_id: done})
    assert assess(event, make_context(progress=progress))["context_digest"] != before
    other = make_context(statistics={"usage/1000/OTHER/OTHER": usual([0.1])})
    assert assess(event, other)["context_digest"] == before


@pytest.mark.parametrize("name", USE_CASES)
def test_the_context_needs_nothing_that_was_not_asked_for(name: str) -> None:
    event, full = CLEAN[name](), make_context()
    use_case = USE_CASES[name]
    wanted = use_case.material_ids(event, full.order)
    lean = make_context(materials={key: full.materials[key] for key in wanted})
    assert assess(event, lean) == assess(event, full)


@pytest.mark.parametrize("name", USE_CASES)
def test_rows_fit_the_task(name: str) -> None:
    context = make_context(statistics={"reason/1000": counted(DIM=3, SURF=1)})
    examined = USE_CASES[name].examine(CLEAN[name](), context)
    assert len(examined.rows) == len(examined.subjects) > 0
    assert all(len(row) == len(USE_CASES[name].task.features) for row in examined.rows)


@pytest.mark.parametrize("name", USE_CASES)
def test_an_event_without_any_master_data_is_judged_too(name: str) -> None:
    context = make_context(no_order=True, materials={})
    event = MESSY[name]()
    use_case = USE_CASES[name]
    use_case.material_ids(event, None)
    use_case.statistic_keys(event, None, {})
    assert assess(event, context)["proposed_correction"] is None
    assert use_case.explain(event, context, use_case.examine(event, context), None) == ()
    use_case.observations(event, context)
    use_case.apply(event, context, 1)
