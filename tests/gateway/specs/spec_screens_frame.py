"""The frame: navigation by role, the badge of the inbox, the connection in words."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module

frame = module("screens_frame")

NOW = 1772456710000


def answer(payload=None, read_at_ms=NOW, problem=None):
    return {"payload": payload, "read_at_ms": read_at_ms, "problem": problem}


def pages(roles):
    return [row["page"] for row in frame.entries(roles, "/", "en", "")]


def test_each_role_sees_its_pages():
    for roles, expected in (
        ("operator", ["/", "/scrap", "/orders", "/line", "/health"]),
        ("erp", ["/", "/orders", "/line", "/postings", "/health"]),
        ("operator erp", ["/", "/scrap", "/orders", "/line", "/postings", "/health"]),
        ("", ["/"]),
        (None, ["/"]),
    ):
        assert pages(roles) == expected, roles


def test_the_page_that_is_open_is_marked_and_the_card_belongs_to_the_inbox():
    for path, here in (
        ("/", "/"),
        ("", "/"),
        ("/card/0f9e", "/"),
        ("/orders", "/orders"),
        ("/line/MIXER-02", "/line"),
    ):
        rows = frame.entries("operator supervisor", path, "en", "")
        marked = [row["page"] for row in rows if row["classes"].endswith("/Here")]
        assert marked == [here], path


def test_the_inbox_carries_how_many_tasks_wait():
    for payload, badge in (
        (None, ""),
        ({"items": []}, ""),
        ({"items": [{}, {}]}, "2"),
        ({"items": [{}] * 100, "next_after": "x"}, "100+"),
    ):
        assert frame.open_tasks(answer(payload)) == badge
    (first,) = [row for row in frame.entries("", "/", "de", "6") if row["page"] == "/"]
    assert first["text"] == "Freigaben  6"


def test_the_connection_is_said_in_words_and_an_icon_not_by_colour_alone():
    well = {"gateway": {"Alarm": "", "JournalDepth": 0}, "service": {"status": "ok"}}
    waiting = {"gateway": {"Alarm": "", "JournalDepth": 14}, "service": None}
    alarm = {"gateway": {"Alarm": "disk is full", "JournalDepth": 0}, "service": {}}
    for given, tone, part in (
        (answer(well), "Calm", "Connected"),
        (answer(None, None), "Calm", "Reading"),
        (answer(waiting, NOW, "no route"), "Trouble", "14 events wait here, none lost"),
        (answer(None, None, "no route"), "Trouble", "Service unreachable since "),
        (answer(alarm), "Doubt", "disk is full"),
    ):
        state = frame.connection_of(given, NOW, "en")
        assert state["tone"] == tone, given
        assert part in state["text"], state
        assert state["icon"].startswith("material/")


def test_themes_and_languages_follow_one_another_and_come_round():
    for start in ("panel", "unknown"):
        found, theme = [], start
        for _ in range(3):
            theme = frame.next_theme(theme)
            found.append(theme)
        assert sorted(found) == sorted(frame.THEMES)
    assert [frame.next_locale(each) for each in ("en-US", "de", "nl-NL", "fr")] == [
        "de-DE",
        "nl-NL",
        "en-US",
        "de-DE",
    ]
    assert frame.theme_name("contrast", "nl") == "Contrast"


def test_the_person_is_shown_with_roles():
    assert frame.user("anna", "operator supervisor", "en") == "anna (operator, supervisor)"
    assert frame.user("anna", "", "en") == "anna"
    assert frame.user("", "", "de") == "Nicht angemeldet"
