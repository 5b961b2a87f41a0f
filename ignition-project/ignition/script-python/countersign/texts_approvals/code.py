# coding: utf-8
"""The texts of the approvals inbox: English, German, Dutch."""

from __future__ import absolute_import, unicode_literals

TEXTS = {
    "inbox_title": ("Approvals", "Freigaben", "Goedkeuringen"),
    "inbox_waiting": ("{count} waiting", "{count} warten", "{count} wachten"),
    "inbox_overdue": ("{count} overdue", "{count} überfällig", "{count} te laat"),
    "inbox_money": ("{money} in all", "zusammen {money}", "samen {money}"),
    "inbox_empty": (
        "Nothing waits for a decision.",
        "Nichts wartet auf eine Entscheidung.",
        "Niets wacht op een beslissing.",
    ),
    "inbox_empty_filtered": (
        "Nothing waits that fits the filter.",
        "Nichts, was zum Filter passt, wartet.",
        "Niets dat bij het filter past wacht.",
    ),
    "inbox_reading": (
        "The list is being read …",
        "Die Liste wird gelesen …",
        "De lijst wordt gelezen …",
    ),
    "inbox_service_away": (
        "Service unreachable. What you see is of {time}; decide when it is back.",
        "Dienst nicht erreichbar. Stand von {time}; entschieden wird, wenn er wieder da ist.",
        "Dienst onbereikbaar. De stand is van {time}; beslissen kan weer als hij terug is.",
    ),
    "inbox_service_never": (
        "Service unreachable; nothing could be read yet.",
        "Dienst nicht erreichbar; noch konnte nichts gelesen werden.",
        "Dienst onbereikbaar; er kon nog niets gelezen worden.",
    ),
    "inbox_erp_away": (
        "{erp} unreachable since {time}: {count} postings waiting, none lost.",
        "{erp} nicht erreichbar seit {time}: {count} Buchungen warten, keine verloren.",
        "{erp} onbereikbaar sinds {time}: {count} boekingen wachten, niets verloren.",
    ),
    "inbox_erp_paused": (
        "{erp} paused since {time}: {count} postings waiting, none lost.",
        "{erp} angehalten seit {time}: {count} Buchungen warten, keine verloren.",
        "{erp} gepauzeerd sinds {time}: {count} boekingen wachten, niets verloren.",
    ),
    "inbox_kind": ("Kind", "Art", "Soort"),
    "inbox_who": ("Whose", "Wessen", "Van wie"),
    "inbox_order": ("Order", "Auftrag", "Order"),
    "inbox_order_hint": ("all orders", "alle Aufträge", "alle orders"),
    "inbox_all": ("all", "alle", "alle"),
    "inbox_free": ("free and mine", "freie und meine", "vrije en mijn"),
    "inbox_mine": ("mine", "meine", "mijn"),
    "inbox_age": ("asked {age} ago", "vor {age} gefragt", "{age} geleden gevraagd"),
    "inbox_due_in": ("due in {span}", "fällig in {span}", "binnen {span}"),
    "inbox_overdue_by": ("overdue {span}", "{span} überfällig", "{span} te laat"),
    "inbox_two_people": ("two people", "zwei Personen", "twee personen"),
    "inbox_second": ("second person needed", "zweite Person nötig", "tweede persoon nodig"),
    "inbox_handled_by": ("{name} is at it", "{name} ist dran", "{name} is bezig"),
    "inbox_handled_by_you": ("you are at it", "Sie sind dran", "u bent bezig"),
    "inbox_held": ("on hold", "zurückgestellt", "in de wacht"),
    "inbox_more": (
        "The oldest {count} are shown.",
        "Die ältesten {count} werden gezeigt.",
        "De oudste {count} worden getoond.",
    ),
    "inbox_batch": (
        "Post {count} together …",
        "{count} zusammen buchen …",
        "{count} samen boeken …",
    ),
    "inbox_batch_above": (
        "Post {count} above expected …",
        "{count} über Erwartung buchen …",
        "{count} boven verwachting boeken …",
    ),
    "inbox_batch_below": (
        "Post {count} below expected …",
        "{count} unter Erwartung buchen …",
        "{count} onder verwachting boeken …",
    ),
    "inbox_pace": (
        "{count} decided in the last hour",
        "{count} in der letzten Stunde entschieden",
        "{count} beslist in het laatste uur",
    ),
    "inbox_pace_none": (
        "none decided in the last hour",
        "keine in der letzten Stunde entschieden",
        "geen beslist in het laatste uur",
    ),
    "inbox_hasty": (
        "{name}: {count} of {total} approved in under {seconds} s",
        "{name}: {count} von {total} in unter {seconds} s freigegeben",
        "{name}: {count} van {total} in minder dan {seconds} s goedgekeurd",
    ),
    "use_case_production_confirmation": ("Production confirmation", "Rückmeldung", "Gereedmelding"),
    "use_case_material_consumption": (
        "Material consumption",
        "Materialverbrauch",
        "Materiaalverbruik",
    ),
    "use_case_scrap_report": ("Scrap report", "Ausschussmeldung", "Uitvalmelding"),
    "batch_title": ("Post {count} together", "{count} zusammen buchen", "{count} samen boeken"),
    "batch_same": (
        "All for the same reason: {cause}.",
        "Alle aus demselben Grund: {cause}.",
        "Alle om dezelfde reden: {cause}.",
    ),
    "batch_above": (
        "All lie above what was expected.",
        "Alle liegen über der Erwartung.",
        "Alle liggen boven de verwachting.",
    ),
    "batch_below": (
        "All lie below what was expected.",
        "Alle liegen unter der Erwartung.",
        "Alle liggen onder de verwachting.",
    ),
    "batch_post": ("Post all {count}", "Alle {count} buchen", "Alle {count} boeken"),
    "batch_back": ("Back", "Zurück", "Terug"),
    "batch_take_out": ("Leave out", "Auslassen", "Weglaten"),
    "batch_put_back": ("Take in again", "Wieder aufnehmen", "Weer opnemen"),
    "batch_sum": (
        "{count} chosen, {money}",
        "{count} gewählt, {money}",
        "{count} gekozen, {money}",
    ),
    "batch_progress": (
        "{done} of {count} decided",
        "{done} von {count} entschieden",
        "{done} van {count} beslist",
    ),
    "batch_refused": (
        "{count} refused: {text}",
        "{count} abgelehnt: {text}",
        "{count} geweigerd: {text}",
    ),
    "batch_waiting": (
        "{count} wait for the service; tried again by itself",
        "{count} warten auf den Dienst; wird von selbst wiederholt",
        "{count} wachten op de dienst; wordt vanzelf herhaald",
    ),
}
