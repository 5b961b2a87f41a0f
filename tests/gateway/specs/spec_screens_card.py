"""The card: what, why, evidence, and what this reader may do now; the service has the last word."""

from __future__ import absolute_import, unicode_literals

import json

from gatewaylibrary import module
from messages import answer, example

cards = module("screens_card")
commands = module("commands")
contracts = module("contracts")
correction = module("screens_correction")
evidence = module("screens_evidence")
fields = module("correction_fields")
readers = module("reader")
reasons = module("reasons")
saying = module("screens_say")
times = module("times")

NOW = times.milliseconds("2026-03-02T13:08:00Z")
WELL = answer({"erps": []})


def reader(user_id="anna.kowalska", roles="operator", locale="en-US"):
    return readers.Reader(user_id, roles, locale, "EUR", NOW)


def card(**changes):
    own = {"claimed_by": None, "claimed_until": None, "state": "open"}
    own.update(changes)
    return example("approval", "claimed", **own)


def standing(who=None, shown="", badge="", **changes):
    return cards.standing_of(card(**changes), who or reader(), shown, badge)


class Submitted(object):
    """Notes what is submitted instead of handing it to a gateway."""

    def __enter__(self):
        self.commands = []
        self._kept = commands.submit
        commands.submit = self._submit
        return self.commands

    def __exit__(self, *problem):
        commands.submit = self._kept

    def _submit(self, session, name, body):
        self.commands.append((name, body))
        return "c%d" % len(self.commands)


class Board(object):
    """Lets the board answer with one card."""

    def __init__(self, shown):
        self._shown = shown
        self._board = module("board")

    def __enter__(self):
        self._kept = self._board.read
        self._board.read = lambda name, params=None: answer(self._shown, NOW)

    def __exit__(self, *problem):
        self._board.read = self._kept


def test_the_header_says_what_would_be_booked_its_worth_and_its_deadline():
    shown = cards.card_of(answer(card(cause="decimal_slip"), NOW), WELL, reader())
    assert shown["title"] == (
        "Consume 461.25 kg RM-100 (lot B-881), 0.5 l RM-200 blau on order 100234/0020"
    )
    assert shown["money"] == "1,250.00 EUR"
    assert shown["due"].endswith(", in 3 h 57")
    assert shown["cause"] == "Digit or decimal point may be wrong"
    assert (shown["cause_classes"], shown["cause_icon"]) == (
        "Countersign/Cause/Doubt",
        "material/warning",
    )
    late = cards.card_of(answer(card(due_at="2026-03-02T13:00:00Z"), NOW), WELL, reader())
    assert (late["due"], late["due_tone"]) == ("overdue 8 min", "Trouble")


def test_why_gives_three_reasons_at_most_each_once_with_spoken_units():
    assert cards.why(card(), "en") == [
        "4612.5 kg of RM-100 is 10.0 times what 480 pieces need.",
        "Expected 452\u2013468.5 kg for 480 pieces, 37 past orders.",
    ]
    many = card(why=["one", "two", "rule: two", "three", "four"])
    assert cards.why(many, "en") == ["One.", "Two.", "Three."]


def test_a_confidence_is_a_word_and_a_number():
    for value, locale, said in (
        (None, "en", "no model was asked"),
        (0.0312, "en", "very low (0.03)"),
        (0.4, "en", "low (0.40)"),
        (0.8999, "de", "mittel (0,90)"),
        (0.9, "nl", "hoog (0,90)"),
        (1, "en", "very high (1.00)"),
    ):
        assert cards.confidence(value, reader(locale=locale)) == said


def test_who_may_decide_what_is_free_or_their_own():
    later = "2026-03-02T13:09:00Z"
    earlier = "2026-03-02T13:07:00Z"
    mine = {"state": "claimed", "claimed_by": "anna.kowalska", "claimed_until": later}
    theirs = dict(mine, claimed_by="ben")
    for changes, kind, is_allowed in (
        ({}, "free", True),
        (mine, "mine", True),
        (theirs, "theirs", False),
        (dict(theirs, claimed_until=earlier), "free", True),
        ({"state": "held", "decided_by": "ben", "reason": "recount"}, "free", True),
        ({"state": "approved", "decided_by": "ben", "decided_at": earlier}, "decided", False),
        ({"state": "dismissed"}, "decided", False),
    ):
        found = standing(**changes)
        assert (found["kind"], found["is_allowed"]) == (kind, is_allowed), changes
    assert "ben" in standing(**theirs)["text"]
    assert standing(who=reader(roles="erp"))["kind"] == "barred"
    assert standing(who=reader(roles="erp"), badge="4711")["is_allowed"]


def test_a_card_that_shows_something_old_offers_nothing_but_to_reload():
    shown = card()["context_hash"]
    assert standing(shown=shown)["kind"] == "free"
    assert standing(shown="0" * 64)["kind"] == "stale"
    assert standing(shown="0" * 64, badge="4711")["kind"] == "stale"
    stale = cards.card_of(answer(card(), NOW), WELL, reader(), "0" * 64)
    assert stale["actions"]["is_stale"]
    assert not stale["actions"]["may_decide"]


def test_above_the_limit_two_people_decide_and_none_of_them_has_caused_it():
    second = {"four_eyes": True, "state": "awaiting_second", "first_approved_by": "anna.kowalska"}
    own = standing(who=reader("op17"), four_eyes=True)
    assert (own["kind"], own["is_allowed"]) == ("second", False)
    assert "badge" in own["text"]
    assert standing(who=reader("op17"), four_eyes=True, badge="4711")["is_allowed"]
    assert "none of them op17" in standing(four_eyes=True)["text"]
    again = standing(**second)
    assert not again["is_allowed"]
    assert again["text"].startswith("anna.kowalska has agreed. A second person")
    assert standing(badge="4711", **second)["is_allowed"]
    assert standing(who=reader("ben"), **second)["is_allowed"]


def test_the_second_person_sees_and_confirms_what_the_first_has_corrected():
    first = example("approval", "awaiting-the-second-person")
    first["first_approval"]["correction"]["order_id"] = "100235"
    shown = cards.card_of(answer(first, NOW), WELL, reader(), "", "4711")
    assert (
        "anna.kowalska has corrected it: Order 100234 \u2192 100235." in shown["standing"]["text"]
    )
    assert shown["actions"]["post"] == "Confirm as second person"
    assert shown["actions"]["is_correction"]
    assert not shown["actions"]["may_correct"]
    with Board(first), Submitted() as sent:
        cards.post("session", first["approval_id"], "hash", "4711", True)
    ((name, body),) = sent
    assert name == "correct"
    assert body["correction"] == first["first_approval"]["correction"]
    assert (body["badge"], body["context_hash"]) == ("4711", "hash")
    assert body["reason"] == "As anna.kowalska has corrected it"


def test_an_erp_that_asks_back_wants_yes_or_no():
    asked = example("approval", "erp-asked-back", due_at="2026-03-02T17:05:10Z")
    shown = cards.card_of(answer(asked, NOW), WELL, reader())
    assert shown["actions"]["may_decide"]
    assert not shown["actions"]["may_correct"]


def test_a_decided_card_says_who_decided_what_and_offers_nothing():
    decided = example("approval", "corrected-by-two-people")
    decided["correction"]["order_id"] = "100235"
    shown = cards.card_of(answer(decided, NOW), WELL, reader())
    text = shown["standing"]["text"]
    assert text.startswith("Corrected by ben, ")
    assert text.endswith("Order 100234 \u2192 100235 (decimal point)")
    assert not shown["actions"]["is_offered"]
    assert not shown["is_due"]


def test_while_the_service_is_away_the_card_stays_and_nothing_is_decided():
    away = answer(card(), NOW - 60000, "no route to host")
    shown = cards.card_of(away, answer(None, None, "no route"), reader())
    assert shown["is_there"]
    assert shown["banner"]["is_shown"]
    assert not shown["actions"]["may_decide"]
    assert cards.card_of(answer(None, None), WELL, reader())["text"].startswith("The card is being")
    gone = cards.card_of(answer(None, None, "404"), WELL, reader())
    assert gone["text"] == "There is no such task any more."


def test_a_card_without_a_task_has_every_property_that_views_bind_to():
    full = cards.card_of(answer(card(), NOW), WELL, reader())
    empty = cards.card_of(answer(None, None), WELL, reader())
    assert sorted(full) == sorted(empty)
    for name in ("banner", "standing", "evidence", "actions", "proposal"):
        assert sorted(full[name]) == sorted(empty[name]), name


def test_a_claim_is_kept_while_the_card_is_used_and_only_by_who_may_decide():
    with Submitted() as sent:
        assert cards.keep("session", "a1", "erp", 0) == 0
        told = cards.keep("session", "a1", "operator", 0)
        assert cards.keep("session", "a1", "operator", told) == told
        assert cards.keep("session", "a1", "operator", told - cards.RENEW_MS) >= told
        cards.release("session", "a1", "operator")
        cards.release("session", "a1", "erp")
    assert [name for name, _ in sent] == ["claim", "claim", "release"]


def test_the_evidence_is_the_last_cases_the_order_and_what_it_needs():
    quantity = {"quantity_string": "500", "unit_of_measure": "C62"}
    need = {"quantity_string": "1000", "unit_of_measure": "KGM"}
    data = card()["event"]["data"]
    corrected = dict(data, order_id="100999")
    case = {"event_id": "e", "order_id": "1", "occurred_at": "2026-03-02T12:00:00Z", "data": data}
    resolution = {"state": "corrected", "decided_by": "ben", "correction": corrected}
    found = {
        "similar": [dict(case, state="posted", resolution=resolution), dict(case, state="posted")],
        "order": {
            "order_id": "100234",
            "material_id": "FG-1",
            "quantity": quantity,
            "state": "released",
            "components": [
                {"material_id": "RM-300", "quantity": need},
                {"material_id": "RM-100", "quantity": need},
            ],
        },
        "progress": {"consumed": {"RM-100": "461.25"}},
        "stock": [
            {"material_id": "RM-100", "storage_location": "WIP1", "quantity": need},
            {"material_id": "RM-100", "storage_location": "0001", "quantity": quantity},
            {"material_id": "RM-200", "storage_location": "", "quantity": None},
        ],
    }
    shown = evidence.evidence(card(evidence=found), reader())
    assert shown["cases_title"] == "Came for the same reason before"
    assert shown["cases"][0]["what"] == "461.25 kg RM-100, 0.5 l RM-200 blau, 100234/0020"
    assert [row["became"] for row in shown["cases"]] == [
        "ben: Order 100234 \u2192 100999",
        "posted",
    ]
    assert [(row["label"], row["text"]) for row in shown["facts"]] == [
        ("Order", "500 pcs FG-1, released"),
        ("Needs", "1,000 kg RM-100; so far 461.25 kg"),
        ("Stock", "RM-100: 1,000 kg in WIP1; 500 pcs in 0001"),
        ("Stock", "RM-200: none in the ERP"),
    ]
    nothing = evidence.evidence(card(evidence={}), reader())
    assert nothing["cases_title"] == "Nothing like it was booked yet."
    assert nothing["facts"] == [{"label": "Order", "text": "not known to the ERP"}]


def test_the_evidence_shows_what_surrounded_the_event_on_the_floor():
    surrounded = card(evidence={})
    surrounded["event"]["data"]["context"] = example("context", "with-every-field")
    surrounded["event"]["data"]["context"]["line_side_stock"][0]["material_id"] = "RM-100"
    facts = evidence.evidence(surrounded, reader(locale="de"))["facts"][1:]
    began = module("wording").clock_of("2026-03-02T13:50:04.250Z", NOW)
    assert [(row["label"], row["text"]) for row in facts] == [
        ("An der Linie", "120,5 kg RM-100"),
        ("Verlauf", "melt temperature 681,2 bis 702,9 \xb0C seit %s, zuletzt 688" % began),
        ("Alarme", "Oil level low"),
    ]


def test_correcting_shows_old_and_new_and_books_the_whole_data():
    shown = card()
    place = correction.first_field(shown)
    assert place == "material_actual.0.quantity"
    with Board(shown), Submitted() as sent:
        typed = correction.enter("{}", place, "46.5")
        form = correction.content("a1", typed, place, "46.5", "digit", "", "de")
        correction.post("session", "a1", "hash", typed, place, "46.5", "digit", "seen", "")
    row = form["rows"][0]
    assert (row["label"], row["old"], row["new"]) == ("Menge", "461,25 kg", "46,5 kg")
    assert (form["old"], form["new"]) == ("461,25 kg", "46,5 kg")
    assert form["may_post"]
    ((name, body),) = sent
    assert name == "correct"
    assert body["reason"] == "Digit or decimal point: seen"
    expected = json.loads(json.dumps(shown["event"]["data"]))
    expected["material_actual"][0]["quantity"]["quantity_string"] = "46.5"
    assert body["correction"] == expected


def test_a_number_pad_that_was_only_looked_at_changes_nothing():
    shown = card()
    place = correction.first_field(shown)
    for typed, missing in (
        ({}, "Nothing is changed yet."),
        ({place: ""}, "Nothing is changed yet."),
        ({place: "461.25"}, "Nothing is changed yet."),
        ({place: "46.5"}, "Pick a reason."),
    ):
        form = correction.form_of(shown, typed, place, "", "", reader())
        assert form["missing"] == missing, typed
        assert not form["may_post"]


def test_what_may_be_missing_can_be_emptied_and_filled_everything_else_stays():
    data = card()["event"]["data"]
    filled = fields.corrected(
        "material_consumption", data, {"material_actual.1.material_lot_id": "B-9"}
    )
    assert filled["material_actual"][1]["material_lot_id"] == "B-9"
    emptied = fields.corrected(
        "material_consumption",
        data,
        {"material_actual.0.material_lot_id": "", "order_id": "", "produced_quantity": ""},
    )
    assert "material_lot_id" not in emptied["material_actual"][0]
    assert "produced_quantity" not in emptied
    assert emptied["order_id"] == data["order_id"]
    assert "material_lot_id" in data["material_actual"][0]


def test_a_quantity_that_was_not_reported_takes_the_unit_of_its_neighbour():
    data = example("event", "confirmation-partial-with-required-fields-only")["data"]
    assert "scrap_quantity" not in data
    changed = fields.corrected("production_confirmation", data, {"scrap_quantity": "4"})
    unit = data["yield_quantity"]["unit_of_measure"]
    assert changed["scrap_quantity"] == {"quantity_string": "4", "unit_of_measure": unit}


def test_a_correction_can_be_typed_again_from_its_result():
    data = card()["event"]["data"]
    typed = {"material_actual.0.quantity": "46.5", "material_actual.0.material_lot_id": ""}
    after = fields.corrected("material_consumption", data, typed)
    assert fields.typed_from("material_consumption", data, after) == typed


def test_a_reason_is_a_tile_and_words_and_other_needs_words():
    for code, note, missing, recorded in (
        ("", "", "Pick a reason.", None),
        ("recount", "", "", "Waiting for a recount"),
        ("recount", " box 7 ", "", "Waiting for a recount: box 7"),
        ("other", "  ", "Other: say why in words.", None),
        ("other", "the\nline stood", "", "the line stood"),
    ):
        assert reasons.missing(code, note, "en") == missing
        if recorded is not None:
            assert reasons.reason(code, note) == recorded
    assert len(reasons.reason("other", "x" * 900)) == reasons.MAX_LENGTH
    for action in reasons.TILES:
        rows = reasons.tiles(action, "de")
        assert 6 <= len(rows) <= 8
        assert rows[-1]["code"] == "other"


def test_hold_reject_and_reverse_go_with_their_reason():
    with Submitted() as sent:
        for action in ("hold", "reject", "reverse"):
            assert not saying.content(action, "", "", "en")["may_submit"]
            assert saying.content(action, "other", "why", "nl")["may_submit"]
            saying.submit("session", action, "a1", "CS1", "hash", "other", "why", "4711")
    assert sent == [
        (
            name,
            {"approval_id": "a1", "context_hash": "hash", "reason": "why", "badge": "4711"},
        )
        for name in ("hold", "reject")
    ] + [("reverse", {"posting_id": "CS1", "reason": "why"})]


def test_the_next_task_is_one_that_nobody_else_has_in_hand():
    def listed(number, **changes):
        return example("approval", "in-a-list", approval_id="%020x" % number, **changes)

    theirs = {"claimed_by": "ben", "claimed_until": "2126-03-02T13:09:00Z"}
    items = [listed(1), listed(2, **theirs), listed(3, state="held"), listed(4)]
    with Board({"items": items}):
        assert cards.next_page("%020x" % 1, "anna") == "/card/%020x" % 4
        assert cards.next_page("%020x" % 4, "anna") == "/card/%020x" % 1
    with Board({"items": [listed(1)]}):
        assert cards.next_page("%020x" % 1, "anna") == "/"
    with Board(None):
        assert cards.next_page("%020x" % 1, "anna") == "/"


def test_only_the_first_hash_and_that_after_an_own_decision_are_taken_over():
    table = {"c1": commands.state_of("done"), "c2": commands.state_of("sent")}
    kept, commands.state = commands.state, lambda key: table[key]
    try:
        for shown, new, command_id, adopted_for, after in (
            ("", "h1", "", "", "h1"),
            ("h1", "h2", "", "", "h1"),
            ("h1", "h2", "c2", "", "h1"),
            ("h1", "h2", "c1", "", "h2"),
            ("h2", "h3", "c1", "c1", "h2"),
            ("h1", "", "c1", "", "h1"),
        ):
            assert cards.hash_to_show(shown, new, command_id, adopted_for) == after
    finally:
        commands.state = kept


def test_what_is_submitted_is_what_the_service_takes():
    first = example("approval", "awaiting-the-second-person")
    place = correction.first_field(first)
    shown = first["context_hash"]
    with Board(first), Submitted() as sent:
        cards.post("s", first["approval_id"], shown, "", False)
        cards.post("s", first["approval_id"], shown, "4711", True)
        correction.post("s", first["approval_id"], shown, "{}", place, "9", "digit", "", "")
        saying.submit("s", "hold", first["approval_id"], "", shown, "other", "why", "")
        saying.submit("s", "reject", first["approval_id"], "", shown, "recount", "", "4711")
    for name, body in sent:
        own = {key: body[key] for key in body if body[key] and key not in ("approval_id", "badge")}
        own["acting_user"] = "anna"
        assert contracts.errors("approval-" + name, own) == [], name


def test_a_scanner_gives_what_it_read_last():
    for scans, badge in ((["1", " 4711\r"], "4711"), ([], ""), (None, "")):
        assert cards.scanned(scans) == badge


def test_what_rules_say_is_shown_in_the_readers_language_as_soon_as_it_was_read():
    english = card(why=["The ERP has no material GLUE."])
    german = card(why=["Das ERP kennt kein Material GLUE."])
    older = dict(german, context_hash="0" * 64)
    for told, first in ((german, "Das ERP"), (None, "The ERP"), (older, "The ERP")):
        shown = cards.card_of(answer(english, NOW), WELL, reader(locale="de"), told=told)
        assert shown["why"][0]["text"].startswith(first), told


def test_the_task_in_a_language_is_asked_for_only_where_rules_speak_another():
    asked = []

    def read(name, params):
        asked.append((name, params))
        return answer(card(), NOW)

    assert cards.told(read, "A1", "en-GB") is None
    assert cards.told(read, "A1", "de-CH") is not None
    assert asked == [("approval_told", {"approval_id": "A1", "locale": "de"})]


def test_the_strongest_button_is_what_is_likely_right_and_none_where_nothing_is():
    proposed = {"likely_action": "correct"}
    second = {"state": "awaiting_second", "first_approved_by": "ben", "four_eyes": True}
    first = {"first_approval": {"action": "approve", "correction": None}}
    agreed = {"first_approval": {"action": "correct", "correction": {}}}
    for changes, post, correct, uses_proposal in (
        ({"likely_action": None}, "Rounded", "Square", False),
        ({"likely_action": "approve"}, "Primary", "Square", False),
        (proposed, "Rounded", "Filled", True),
        (dict(second, likely_action="approve", **first), "Primary", "Square", False),
        (dict(second, likely_action="correct", **first), "Rounded", "Square", False),
        (dict(second, likely_action="correct", **agreed), "Primary", "Square", False),
    ):
        shown = cards.card_of(answer(card(**changes), NOW), WELL, reader())["actions"]
        assert shown["post_classes"] == "Countersign/Action/" + post, changes
        assert shown["correct_classes"] == "Countersign/Action/" + correct, changes
        assert shown["is_proposal_likely"] == uses_proposal, changes
