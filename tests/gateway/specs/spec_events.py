"""What the tags of a work centre say, as events of the contract."""

from __future__ import absolute_import, unicode_literals

import json

from gatewaylibrary import module

configuration = module("configuration")
contracts = module("contracts")
events = module("events")

SETTINGS = configuration.Configuration(
    {
        "service_url": "http://127.0.0.1:1",
        "api_key_file": "key",
        "journal_folder": "journal",
        "source": "/sites/1000/gateways/gw1",
        "site_id": "1000",
        "materials_by_gtin": {"4012345678901": "STEEL-4"},
    }
)
CONFIRM, CONSUME, SCRAP, WEIGH, SCAN = events.KINDS
ORDER = {"OrderId": "100200", "OperationId": "0010", "OperatorId": "4711"}


def occurrence(kind, trigger=7):
    path = "[default]Plant/PRESS1/" + kind.trigger_tag
    return events.Occurrence(kind, "[default]Plant/PRESS1", path, trigger, 1767225600000)


def build(kind, **values):
    by_name = dict(ORDER)
    by_name.update(values)
    return events.build(occurrence(kind), by_name, SETTINGS)


def valid(kind, **values):
    event, problems = build(kind, **values)
    assert problems == [], problems
    assert contracts.event_errors(event) == []
    return event["data"]


def test_a_confirmation_tells_yield_scrap_times_and_durations():
    data = valid(
        CONFIRM,
        YieldQuantity=480.0,
        ScrapQuantity=3.0,
        ReworkQuantity=0.0,
        Unit="C62",
        ScrapReason="POROSITY",
        Final=True,
        MaterialId="HOUSING-A",
        StartTime=1767218400000,
        EndTime=1767225600000,
        SetupMinutes=12.300000190734863,
        MachineMinutes=107,
        LaborMinutes=54.5,
        Note="second shift",
    )
    assert data == {
        "site_id": "1000",
        "order_id": "100200",
        "operation_id": "0010",
        "equipment_id": "PRESS1",
        "person_id": "4711",
        "tag_path": "[default]Plant/PRESS1/ConfirmTrigger",
        "note": "second shift",
        "confirmation": "final",
        "material_id": "HOUSING-A",
        "yield_quantity": {"quantity_string": "480", "unit_of_measure": "C62"},
        "scrap_quantity": {"quantity_string": "3", "unit_of_measure": "C62"},
        "rework_quantity": {"quantity_string": "0", "unit_of_measure": "C62"},
        "scrap_reason_code": "POROSITY",
        "actual_start_time": "2025-12-31T22:00:00.000Z",
        "actual_end_time": "2026-01-01T00:00:00.000Z",
        "setup_time": {"quantity_string": "12.3", "unit_of_measure": "MIN"},
        "machine_time": {"quantity_string": "107", "unit_of_measure": "MIN"},
        "labor_time": {"quantity_string": "54.5", "unit_of_measure": "MIN"},
    }


def test_what_the_plant_does_not_have_is_left_out():
    data = valid(CONFIRM, YieldQuantity=1, Unit="C62", MaterialId=None, Note="  ")
    assert sorted(data) == sorted(
        ["site_id", "order_id", "operation_id", "equipment_id", "person_id", "tag_path"]
        + ["confirmation", "yield_quantity"]
    )
    assert data["confirmation"] == "partial"


def test_a_scrap_reason_without_scrap_is_an_old_one():
    for scrap in (None, 0.0):
        data = valid(CONFIRM, YieldQuantity=1, Unit="C62", ScrapQuantity=scrap, ScrapReason="X")
        assert "scrap_reason_code" not in data


def test_a_consumption_tells_each_material_with_lot_and_place():
    rows = (
        '[{"material_id":"STEEL","quantity_string":"45.20","unit_of_measure":"KGM",'
        '"material_lot_id":"L1","storage_location":"0001"},'
        '{"material_id":"BOLT","quantity_string":0.1,"unit_of_measure":"C62"}]'
    )
    data = valid(CONSUME, ProducedQuantity=12, Unit="C62", Materials=rows)
    assert data["produced_quantity"] == {"quantity_string": "12", "unit_of_measure": "C62"}
    assert data["material_actual"] == [
        {
            "material_id": "STEEL",
            "quantity": {"quantity_string": "45.2", "unit_of_measure": "KGM"},
            "material_lot_id": "L1",
            "storage_location": "0001",
        },
        {
            "material_id": "BOLT",
            "quantity": {"quantity_string": "0.1", "unit_of_measure": "C62"},
        },
    ]


def test_a_scrap_report_tells_material_reason_and_cost_centre():
    data = valid(
        SCRAP,
        ScrapMaterialId="HOUSING-A",
        ScrapMaterialQuantity=2.5,
        ScrapUnit="KGM",
        ScrapReason="CRACK",
        DefectCode="V7",
        Picture="line-3\\cam2_000481.jpg",
        CostCenter="4100",
    )
    assert data["material_id"] == "HOUSING-A"
    assert data["quantity"] == {"quantity_string": "2.5", "unit_of_measure": "KGM"}
    assert (data["scrap_reason_code"], data["defect_code"]) == ("CRACK", "V7")
    assert data["picture"] == "line-3/cam2_000481.jpg"
    assert data["cost_center"] == "4100"


def test_numbers_in_text_tags_are_written_as_the_machine_shows_them():
    data = valid(CONFIRM, OrderId=100200, OperationId=10.0, YieldQuantity="12.50", Unit="KGM")
    assert (data["order_id"], data["operation_id"]) == ("100200", "10")
    assert data["yield_quantity"]["quantity_string"] == "12.5"


def test_the_envelope_names_source_time_and_subject():
    event, _ = build(SCRAP, ScrapMaterialId="A", ScrapMaterialQuantity=1, ScrapUnit="C62")
    assert event["type"] == "countersign.scrap-report.v1"
    assert event["source"] == "/sites/1000/gateways/gw1"
    assert event["time"] == "2026-01-01T00:00:00.000Z"
    assert event["subject"] == "100200/0010"
    assert event["sequence"] == "7"


def test_the_same_occurrence_gives_the_same_bytes():
    first, _ = build(CONFIRM, YieldQuantity=0.1, Unit="KGM")
    second, _ = build(CONFIRM, Unit="KGM", YieldQuantity=0.1)
    assert events.json_text(first) == events.json_text(second)
    assert json.loads(events.json_text(first)) == first


def test_values_that_cannot_be_used_are_named():
    for values, part in (
        ({"kind": CONFIRM, "YieldQuantity": "many", "Unit": "C62"}, "YieldQuantity: "),
        ({"kind": CONFIRM, "YieldQuantity": float("nan"), "Unit": "C62"}, "not a finite number"),
        ({"kind": CONSUME, "Materials": "{"}, "Materials: not JSON"),
        ({"kind": CONSUME, "Materials": "{}"}, "Materials: a JSON array"),
        ({"kind": CONSUME, "Materials": "[1]"}, "Materials: a JSON array"),
        ({"kind": CONSUME, "Materials": '[{"quantity_string":"x"}]'}, "Materials: quantity_string"),
        ({"kind": CONSUME, "Materials": '[{"quantity":1}]'}, "Materials: quantity is unknown"),
    ):
        kind = values["kind"]
        given = dict((str(name), value) for name, value in values.items() if name != "kind")
        _, problems = build(kind, **given)
        assert any(part in problem for problem in problems), (part, problems)


def test_what_is_missing_is_found_by_the_contract():
    for kind, values, pointer in (
        (CONFIRM, {"Unit": "C62"}, "/data"),
        (CONFIRM, {"YieldQuantity": 5}, "/data/yield_quantity"),
        (CONFIRM, {"YieldQuantity": -5, "Unit": "C62"}, "/data/yield_quantity/quantity_string"),
        (CONSUME, {"Materials": "[]"}, "/data/material_actual"),
        (SCRAP, {}, "/data"),
    ):
        event, _ = build(kind, **dict((str(name), value) for name, value in values.items()))
        assert pointer in [error[0] for error in contracts.event_errors(event)]


def test_a_weight_is_consumed_less_its_tare_once_the_scale_is_at_rest():
    data = valid(
        WEIGH,
        ConsumedMaterialId="STEEL",
        ConsumedLotId="L1",
        ConsumedStorageLocation="0001",
        ScaleWeight=45.2,
        ScaleTare=0.7,
        ScaleUnit="KGM",
        ScaleStable=True,
    )
    assert data["material_actual"] == [
        {
            "material_id": "STEEL",
            "material_lot_id": "L1",
            "storage_location": "0001",
            "quantity": {"quantity_string": "44.5", "unit_of_measure": "KGM"},
        }
    ]


def test_a_weight_that_says_nothing_is_refused():
    scale = {"ConsumedMaterialId": "STEEL", "ScaleUnit": "KGM", "ScaleStable": True}
    for changes, text in (
        ({"ScaleWeight": 45.2, "ScaleStable": False}, "the scale was not at rest"),
        ({"ScaleWeight": 45.2, "ScaleStable": None}, "the scale was not at rest"),
        ({"ScaleWeight": 0.7, "ScaleTare": 0.7}, "less ScaleTare, is nothing"),
        ({"ScaleWeight": 0.2, "ScaleTare": 0.7}, "less ScaleTare, is nothing"),
        ({}, "less ScaleTare, is nothing"),
        ({"ScaleWeight": 45.2, "ScaleUnit": None}, "ScaleUnit is missing"),
    ):
        _, problems = build(WEIGH, **dict(scale, **changes))
        assert any(text in problem for problem in problems), (changes, problems)


def test_a_label_says_what_was_consumed_and_the_tags_say_the_rest():
    data = valid(SCAN, ScanCode="(01)04012345678901(10)L-77(3102)001250")
    assert data["material_actual"] == [
        {
            "material_id": "STEEL-4",
            "material_lot_id": "L-77",
            "quantity": {"quantity_string": "12.5", "unit_of_measure": "KGM"},
        }
    ]
    assert data["order_id"] == "100200"
    data = valid(SCAN, ScanCode="M-STEEL;O-100300", ConsumedQuantity=3.0, ConsumedUnit="C62")
    assert data["order_id"] == "100300"
    assert data["material_actual"][0]["quantity"] == {
        "quantity_string": "3",
        "unit_of_measure": "C62",
    }


def test_a_label_that_says_nothing_is_refused():
    for code in (None, "", "4711", "]C1"):
        _, problems = build(SCAN, ScanCode=code, ConsumedQuantity=3.0, ConsumedUnit="C62")
        assert problems[0].startswith("ScanCode: "), problems
