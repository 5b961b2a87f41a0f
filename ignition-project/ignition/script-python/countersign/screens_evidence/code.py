"""The evidence strip of a card: past cases, order, stock, what surrounded it; nothing else."""

from __future__ import absolute_import, unicode_literals

import countersign.correction_fields as fields
import countersign.headline as headline
import countersign.texts as texts
import countersign.wording as wording

MOST_CASES = 3
MOST_NEEDS = 3
MOST_TRENDS = 2
MOST_ALARMS = 3


def evidence(card, reader):
    """Return the rows beside a decision: what came before, and what the order says."""
    found = card["evidence"]
    cases = found.get("similar", [])[:MOST_CASES]
    return {
        "cases_title": reader.say(_title_key(cases)),
        "cases": [_case(case, card["use_case"], reader) for case in cases],
        "has_cases": bool(cases),
        "facts": _facts(card, found, reader) + _around(card, reader),
    }


def _title_key(cases):
    if not cases:
        return "card_similar_none"
    return "card_same_reason" if "resolution" in cases[0] else "card_similar"


def _case(case, use_case, reader):
    return {
        "when": reader.clock(case["occurred_at"]),
        "what": headline.short(use_case, case["data"], reader.locale),
        "became": _became(case, use_case, reader),
    }


def _became(case, use_case, reader):
    resolution = case.get("resolution")
    if resolution is None:
        return _known("event_state_", case["state"], reader)
    if "correction" in resolution:
        changed = fields.changes(use_case, case["data"], resolution["correction"], reader.locale)
        said = "; ".join(changed[:1])
    else:
        said = _known("resolution_", resolution["state"], reader)
    if "decided_by" in resolution:
        return reader.say("card_by", what=said, name=resolution["decided_by"])
    return said


def _facts(card, found, reader):
    """Return rows of label and text: the order, what it needs of this material, what lies there."""
    order = found.get("order")
    if not order or "state" not in order:
        return [_fact("card_order", reader.say("card_order_unknown"), reader)]
    about = reader.say(
        "card_order_is",
        quantity=reader.quantity(order["quantity"]),
        material=order["material_id"],
        state=_known("order_state_", order["state"], reader),
    )
    rows = [_fact("card_order", about, reader)]
    consumed = (found.get("progress") or {}).get("consumed", {})
    booked = _materials(card)
    needs = [part for part in order["components"] if part["material_id"] in booked]
    for part in (needs or order["components"])[:MOST_NEEDS]:
        rows.append(_fact("card_needs", _need(part, consumed, reader), reader))
    return rows + _stock(found.get("stock", []), reader)


def _around(card, reader):
    """Return what surrounded the event on the floor: stock at the line, trends, alarms."""
    context = card["event"]["data"].get("context", {})
    booked = _materials(card)
    rows = []
    for row in context.get("line_side_stock", []):
        if row["material_id"] in booked:
            said = "%s %s" % (reader.quantity(row["quantity"]), row["material_id"])
            rows.append(_fact("card_line_stock", said, reader))
    for row in context.get("history", [])[:MOST_TRENDS]:
        rows.append(_fact("card_trend", _trend(row, reader), reader))
    alarms = [alarm["name"] for alarm in context.get("active_alarms", [])]
    if alarms:
        rows.append(_fact("card_alarms", ", ".join(alarms[:MOST_ALARMS]), reader))
    return rows


def _trend(row, reader):
    unit = row.get("unit_of_measure", "")
    return reader.say(
        "card_trend_is",
        name=row["id"].replace("_", " "),
        low=wording.number(row["minimum"], reader.locale),
        high=wording.number(row["maximum"], reader.locale),
        last=wording.number(row["last"], reader.locale),
        unit=wording.symbol(unit, reader.locale) if unit else "",
        time=reader.clock(row["begins_at"]),
    ).strip()


def _need(part, consumed, reader):
    need, material = reader.quantity(part["quantity"]), part["material_id"]
    if material not in consumed:
        return reader.say("card_needs_only", need=need, material=material)
    unit = part["quantity"]["unit_of_measure"]
    so_far = {"quantity_string": "%s" % consumed[material], "unit_of_measure": unit}
    said = reader.quantity(so_far)
    return reader.say("card_needs_is", need=need, material=material, so_far=said)


def _stock(levels, reader):
    """Return a row per material with what lies at each of its places."""
    places, order = {}, []
    for level in levels:
        if level["material_id"] not in places:
            places[level["material_id"]] = []
            order.append(level["material_id"])
        if level["quantity"] is not None:
            held = {"quantity": reader.quantity(level["quantity"])}
            said = reader.say("card_stock_at", place=level["storage_location"], **held)
            places[level["material_id"]].append(said)
    rows = []
    for material_id in order[:MOST_NEEDS]:
        said = "; ".join(places[material_id]) or reader.say("card_stock_none")
        rows.append(_fact("card_stock", "%s: %s" % (material_id, said), reader))
    return rows


def _materials(card):
    data = card["event"]["data"]
    lines = data.get("material_actual", [data])
    return [line["material_id"] for line in lines if "material_id" in line]


def _fact(key, text, reader):
    return {"label": reader.say(key), "text": text}


def _known(prefix, code, reader):
    return reader.say(prefix + code) if texts.has(prefix + code) else code.replace("_", " ")
