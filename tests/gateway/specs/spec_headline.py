"""The headline: what would be booked, in the reader's language, from the event or the title."""

from __future__ import absolute_import, unicode_literals

from gatewaylibrary import module
from messages import example

headline = module("headline")

TITLES = (
    (
        "Consume 4612.5 KGM RM-100 (lot B-881), 0.5 LTR RM-200 blau on order 100234/0020",
        "Consume 4,612.5 kg RM-100 (lot B-881), 0.5 l RM-200 blau on order 100234/0020",
        "Verbrauch 4.612,5 kg RM-100 (Charge B-881), 0,5 l RM-200 blau auf Auftrag 100234/0020",
    ),
    (
        "Consume 1 C62 A, 2 C62 B and 3 more on order 1/10",
        "Consume 1 pcs A, 2 pcs B and 3 more on order 1/10",
        "Verbrauch 1 Stk. A, 2 Stk. B und 3 weitere auf Auftrag 1/10",
    ),
    (
        "Confirm 240 C62 good, 41 C62 scrap on order 100235/0010",
        "Confirm 240 pcs good, 41 pcs scrap on order 100235/0010",
        "R\xfcckmelden 240 Stk. gut, 41 Stk. Ausschuss auf Auftrag 100235/0010",
    ),
    (
        "Confirm 500 C62 good on order 100236/0010, final",
        "Confirm 500 pcs good on order 100236/0010, final",
        "R\xfcckmelden 500 Stk. gut auf Auftrag 100236/0010, Ende",
    ),
    (
        "Scrap 7 C62 VALVE-55 of order 100236/0010 (SURFACE)",
        "Scrap 7 pcs VALVE-55 of order 100236/0010 (SURFACE)",
        "Ausschuss 7 Stk. VALVE-55 von Auftrag 100236/0010 (SURFACE)",
    ),
    ("Reverse 7 C62 of order 1", "Reverse 7 pcs of order 1", "Reverse 7 Stk. of order 1"),
    ("Consume everything", "Consume everything", "Consume everything"),
)


def test_the_title_of_the_service_is_said_in_the_readers_language():
    for title, english, german in TITLES:
        assert headline.spoken(title, "en-US") == english
        assert headline.spoken(title, "de-DE") == german


def test_an_event_and_its_title_say_the_same():
    for name, use_case, title in (
        (
            "consumption-of-two-materials",
            "material_consumption",
            "Consume 461.25 KGM RM-100 (lot B-881), 0.5 LTR RM-200 blau on order 100234/0020",
        ),
        (
            "confirmation-final-with-every-field",
            "production_confirmation",
            "Confirm 480 C62 good, 12 C62 scrap, 3 C62 rework on order 100234/0020, final",
        ),
        (
            "scrap-with-process-values",
            "scrap_report",
            "Scrap 3 C62 FG-4711 of order 100234/0020 (DIMENSION)",
        ),
    ):
        data = example("event", name)["data"]
        for locale in ("en", "nl"):
            said = headline.headline(use_case, data, locale)
            assert said == headline.spoken(title, locale), (said, data)
