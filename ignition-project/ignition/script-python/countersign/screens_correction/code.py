"""Correcting on the card: fields with old and new, one of them at the number pad, and the reason.

What was typed travels through the view as one JSON text, which a property of Perspective holds
without any ado.
"""

from __future__ import absolute_import, unicode_literals

import json

import countersign.board as board
import countersign.commands as commands
import countersign.correction_fields as fields
import countersign.number_pad as number_pad
import countersign.reader as readers
import countersign.reasons as reasons

NOTHING = "{}"


def begin(approval_id):
    """Return the field that is corrected first: the first quantity."""
    card = _card(approval_id)
    return "" if card is None else first_field(card)


def begin_with_proposal(approval_id):
    """Return what the proposed correction would have had a person type."""
    card = _card(approval_id)
    proposed = None if card is None else card["assessment"]["proposed_correction"]
    if not proposed:
        return NOTHING
    data = card["event"]["data"]
    return json.dumps(fields.typed_from(card["use_case"], data, proposed), sort_keys=True)


def first_field(card):
    """Return the place of the first quantity of a card."""
    found = fields.fields_of(card["use_case"], card["event"]["data"])
    places = [field.place for field in found if field.kind == fields.QUANTITY]
    return (places or [field.place for field in found])[0]


def entry_of(approval_id, typed, place):
    """Return what stands in the box of a field: what was typed, else nothing for a number."""
    card = _card(approval_id)
    if card is None:
        return ""
    field = _field(card, place)
    known = _typed(typed)
    if place in known:
        return known[place]
    return "" if field is None or field.kind == fields.QUANTITY else field.text


def enter(typed, place, entry):
    """Return what was typed after the box of a field was changed; an empty number is untouched."""
    if not place:
        return typed or NOTHING
    known = _typed(typed)
    known["%s" % place] = number_pad.finished(entry)
    return json.dumps(known, sort_keys=True)


def content(approval_id, typed, place, entry, reason, note, locale):
    """Return the form as it stands."""
    reader = readers.now("", "", locale, "")
    card = _card(approval_id)
    if card is None:
        return form_of(None, {}, "", "", "", reader)
    return form_of(card, _typed(enter(typed, place, entry)), place, reason, note, reader)


def form_of(card, typed, place, reason, note, reader):
    """Return rows of old and new, the field at hand, and what is still missing."""
    if card is None:
        return _form([], None, "", "", reader)
    data = card["event"]["data"]
    found = fields.fields_of(card["use_case"], data)
    kept = _without_untouched(found, typed)
    is_changed = fields.corrected(card["use_case"], data, kept) != data
    missing = reader.say("card_nothing_changed") if not is_changed else ""
    missing = missing or reasons.missing(reason, note, reader.locale)
    at_hand = next((field for field in found if field.place == place), None)
    rows = [_row(field, kept, place, reader) for field in found]
    return _form(rows, at_hand, missing, _now(at_hand, kept, reader), reader)


def post(session, approval_id, context_hash, typed, place, entry, reason, note, badge):
    """Book what the form says and return the id of the command."""
    card = _card(approval_id)
    data = card["event"]["data"]
    found = fields.fields_of(card["use_case"], data)
    kept = _without_untouched(found, _typed(enter(typed, place, entry)))
    body = {
        "approval_id": approval_id,
        "context_hash": context_hash,
        "correction": fields.corrected(card["use_case"], data, kept),
        "reason": reasons.reason(reason, note),
        "badge": badge or None,
    }
    return commands.submit(session, "correct", body)


def _without_untouched(found, typed):
    """Return what was really typed: a number pad that was only looked at changes nothing."""
    kinds = {field.place: field for field in found}
    return {
        place: text
        for place, text in typed.items()
        if place in kinds
        and (text or (kinds[place].kind == fields.TEXT and kinds[place].name in fields.OPTIONAL))
    }


def _form(rows, at_hand, missing, now, reader):
    is_number = at_hand is not None and at_hand.kind == fields.QUANTITY
    return {
        "rows": rows,
        "is_number": is_number,
        "is_text": at_hand is not None and not is_number,
        "label": "" if at_hand is None else at_hand.label(reader.locale),
        "old": "" if at_hand is None else at_hand.written(at_hand.text, reader.locale),
        "new": now,
        "missing": missing,
        "may_post": not missing and bool(rows),
    }


def _now(at_hand, typed, reader):
    if at_hand is None or at_hand.place not in typed:
        return ""
    return at_hand.written(typed[at_hand.place], reader.locale)


def _row(field, typed, place, reader):
    new = typed.get(field.place, field.text)
    is_changed = new != field.text
    state = "Chosen" if field.place == place else "Free"
    return {
        "place": field.place,
        "label": field.label(reader.locale),
        "old": field.written(field.text, reader.locale),
        "new": field.written(new, reader.locale) if is_changed else "",
        "is_changed": is_changed,
        "old_classes": "Countersign/Old" if is_changed else "Countersign/Strong",
        "classes": "Countersign/Field/" + state,
    }


def _field(card, place):
    found = fields.fields_of(card["use_case"], card["event"]["data"])
    return next((field for field in found if field.place == place), None)


def _card(approval_id):
    return board.read("approval", {"approval_id": approval_id})["payload"]


def _typed(typed):
    return json.loads("%s" % (typed or NOTHING))
