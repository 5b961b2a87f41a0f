# coding: utf-8
"""The texts of what a person decides and what becomes of it: English, German, Dutch."""

from __future__ import absolute_import, unicode_literals

TEXTS = {
    "refused_not_decided": (
        "it is not decided any more",
        "es ist nicht mehr entschieden",
        "het is niet meer beslist",
    ),
    "standing_scan": (
        "They scan their badge here, or sign in.",
        "Sie scannt hier ihren Ausweis oder meldet sich an.",
        "Die scant hier de badge of meldt zich aan.",
    ),
    "standing_offline": ("Nothing is lost.", "Nichts geht verloren.", "Er gaat niets verloren."),
    "standing_free": ("Nobody is at this yet.", "Noch ist niemand dran.", "Nog niemand is bezig."),
    "standing_mine": (
        "You are handling this; others see your name.",
        "Sie bearbeiten dies; andere sehen Ihren Namen.",
        "U behandelt dit; anderen zien uw naam.",
    ),
    "standing_theirs": (
        "Being handled by {name} until {time}.",
        "Wird von {name} bearbeitet bis {time}.",
        "Wordt behandeld door {name} tot {time}.",
    ),
    "standing_stale": (
        "The order, stock or model changed since this was shown: reload, then decide.",
        "Auftrag, Bestand oder Modell haben sich geändert, seit dies gezeigt "
        "wurde: neu laden, dann entscheiden.",
        "Order, voorraad of model is veranderd sinds dit getoond werd: herlaad en beslis dan.",
    ),
    "standing_no_role": (
        "You may read this; deciding needs another role.",
        "Sie dürfen dies lesen; entscheiden braucht eine andere Rolle.",
        "U mag dit lezen; beslissen vraagt een andere rol.",
    ),
    "standing_own": (
        "You caused this event: above the limit somebody else decides. Let them scan their badge.",
        "Sie haben dieses Ereignis verursacht: über der Grenze entscheidet "
        "jemand anderes. Bitte Ausweis scannen lassen.",
        "U veroorzaakte deze gebeurtenis: boven de grens beslist een ander. "
        "Laat die de badge scannen.",
    ),
    "standing_second": (
        "{name} has agreed. A second person, not {name}, confirms.",
        "{name} hat zugestimmt. Eine zweite Person, nicht {name}, bestätigt.",
        "{name} is akkoord. Een tweede persoon, niet {name}, bevestigt.",
    ),
    "standing_second_changed": (
        "{name} has corrected it: {changes}. A second person, not {name}, confirms.",
        "{name} hat korrigiert: {changes}. Eine zweite Person, nicht {name}, bestätigt.",
        "{name} heeft gecorrigeerd: {changes}. Een tweede persoon, niet {name}, bevestigt.",
    ),
    "standing_badge": (
        "Badge read: its owner confirms.",
        "Ausweis gelesen: sein Inhaber bestätigt.",
        "Badge gelezen: de eigenaar bevestigt.",
    ),
    "standing_badge_first": (
        "Badge read: its owner decides.",
        "Ausweis gelesen: sein Inhaber entscheidet.",
        "Badge gelezen: de eigenaar beslist.",
    ),
    "standing_two_people": (
        "Above the limit: two people decide, none of them {name}.",
        "Über der Grenze: zwei Personen entscheiden, nicht {name}.",
        "Boven de grens: twee personen beslissen, niet {name}.",
    ),
    "standing_two": (
        "Above the limit: two people decide.",
        "Über der Grenze: zwei Personen entscheiden.",
        "Boven de grens: twee personen beslissen.",
    ),
    "standing_approved": (
        "Posted as counted by {name}, {time}.",
        "Wie gezählt gebucht von {name}, {time}.",
        "Geboekt zoals geteld door {name}, {time}.",
    ),
    "standing_corrected": (
        "Corrected by {name}, {time}: {reason}",
        "Korrigiert von {name}, {time}: {reason}",
        "Gecorrigeerd door {name}, {time}: {reason}",
    ),
    "standing_rejected": (
        "Not booked, said {name}, {time}: {reason}",
        "Nicht gebucht, sagt {name}, {time}: {reason}",
        "Niet geboekt, zegt {name}, {time}: {reason}",
    ),
    "standing_dismissed": ("Settled in another way.", "Anders erledigt.", "Anders afgehandeld."),
    "standing_held": (
        "On hold by {name}: {reason}",
        "Zurückgestellt von {name}: {reason}",
        "In de wacht door {name}: {reason}",
    ),
    "reason_miscounted": ("Miscounted", "Verzählt", "Verteld"),
    "reason_digit": ("Digit or decimal point", "Ziffer oder Komma", "Cijfer of komma"),
    "reason_wrong_unit": ("Wrong unit", "Falsche Einheit", "Verkeerde eenheid"),
    "reason_wrong_material": ("Wrong material", "Falsches Material", "Verkeerd materiaal"),
    "reason_wrong_lot": ("Wrong lot", "Falsche Charge", "Verkeerd lot"),
    "reason_wrong_order": ("Wrong order", "Falscher Auftrag", "Verkeerde order"),
    "reason_scanned_twice": ("Scanned twice", "Doppelt gescannt", "Dubbel gescand"),
    "reason_other": ("Other …", "Anderes …", "Anders …"),
    "reason_recount": ("Waiting for a recount", "Warten auf Nachzählung", "Wacht op hertelling"),
    "reason_quality": ("Waiting for quality", "Warten auf Qualität", "Wacht op kwaliteit"),
    "reason_master_data": (
        "Waiting for master data",
        "Warten auf Stammdaten",
        "Wacht op stamgegevens",
    ),
    "reason_ask_shift": ("Asking the shift", "Schicht fragen", "Navraag bij de ploeg"),
    "reason_ask_planner": ("Asking the planner", "Planung fragen", "Navraag bij planning"),
    "reason_never_happened": ("Never happened", "Nie geschehen", "Nooit gebeurd"),
    "reason_test_signal": ("Test signal", "Testsignal", "Testsignaal"),
    "reason_booked_by_hand": (
        "Booked by hand already",
        "Schon von Hand gebucht",
        "Al met de hand geboekt",
    ),
    "live_taken": (
        "Taken at {time}. It is on its way.",
        "Um {time} angenommen. Es ist unterwegs.",
        "Om {time} aangenomen. Onderweg.",
    ),
    "live_asking": (
        "The service is asked …",
        "Der Dienst wird gefragt …",
        "De dienst wordt gevraagd …",
    ),
    "live_refused": ("Not done: {text}", "Nicht ausgeführt: {text}", "Niet gedaan: {text}"),
    "live_trying": (
        "The service cannot be reached; it is tried again by itself.",
        "Der Dienst ist nicht erreichbar; es wird von selbst wiederholt.",
        "De dienst is onbereikbaar; wordt vanzelf herhaald.",
    ),
    "live_given_up": (
        "Not known whether it was done: look at the card again before you repeat it.",
        "Unklar, ob es ausgeführt wurde: Karte neu ansehen, bevor Sie es wiederholen.",
        "Onbekend of het gedaan is: bekijk de kaart opnieuw voor u het herhaalt.",
    ),
    "live_queued_step": ("Queued", "Eingereiht", "In de rij"),
    "live_sent_step": ("Sent", "Gesendet", "Verzonden"),
    "live_posted_step": ("Posted", "Gebucht", "Geboekt"),
    "live_queued": (
        "Waits to be sent to {erp}.",
        "Wartet auf das Senden an {erp}.",
        "Wacht op verzending naar {erp}.",
    ),
    "live_undo": (
        "Goes to {erp} in {seconds} s; until then it can be taken back.",
        "Geht in {seconds} s an {erp}; bis dahin rücknehmbar.",
        "Gaat over {seconds} s naar {erp}; tot dan terug te nemen.",
    ),
    "live_again": (
        "{erp} did not take it ({text}); tried again at {time}.",
        "{erp} nahm es nicht an ({text}); neuer Versuch um {time}.",
        "{erp} nam het niet aan ({text}); nieuwe poging om {time}.",
    ),
    "live_sending": ("On its way to {erp}.", "Unterwegs zu {erp}.", "Onderweg naar {erp}."),
    "live_accepted": (
        "{erp} has taken it over and is booking it.",
        "{erp} hat es übernommen und bucht es.",
        "{erp} heeft het overgenomen en boekt het.",
    ),
    "live_posted": (
        "Booked in {erp} as {document}.",
        "In {erp} gebucht als {document}.",
        "In {erp} geboekt als {document}.",
    ),
    "live_reversing": (
        "Being reversed in {erp}.",
        "Wird in {erp} storniert.",
        "Wordt in {erp} teruggeboekt.",
    ),
    "live_reversed": ("Reversed in {erp}.", "In {erp} storniert.", "In {erp} teruggeboekt."),
    "live_cancelled": (
        "Given up before it was sent.",
        "Vor dem Senden aufgegeben.",
        "Opgegeven voor verzending.",
    ),
    "live_rejected": (
        "{erp} refused it: {text}. The ERP team has it.",
        "{erp} lehnte ab: {text}. Das ERP-Team hat es.",
        "{erp} weigerde: {text}. Het ERP-team heeft het.",
    ),
    "live_unknown": (
        "The answer of {erp} was lost; whether it was booked is being found out.",
        "Die Antwort von {erp} ging verloren; es wird geklärt, ob gebucht wurde.",
        "Het antwoord van {erp} ging verloren; er wordt nagegaan of het geboekt is.",
    ),
    "live_asks": (
        "{erp} asks back: {text}. An approver answers.",
        "{erp} fragt zurück: {text}. Ein Freigeber antwortet.",
        "{erp} vraagt terug: {text}. Een goedkeurder antwoordt.",
    ),
    "live_undo_now": ("Take it back", "Zurücknehmen", "Terugnemen"),
    "live_reverse": ("Reverse …", "Stornieren …", "Terugboeken …"),
    "live_next": ("Next task", "Nächste Aufgabe", "Volgende taak"),
    "refused_claimed": (
        "somebody else is at it now",
        "jemand anderes ist jetzt dran",
        "een ander is nu bezig",
    ),
    "refused_stale": (
        "order, stock or model changed meanwhile",
        "Auftrag, Bestand oder Modell haben sich inzwischen geändert",
        "order, voorraad of model is intussen veranderd",
    ),
    "refused_already_decided": (
        "it is decided already",
        "es ist schon entschieden",
        "er is al beslist",
    ),
    "refused_own_event": (
        "above the limit nobody approves an event that they caused",
        "über der Grenze gibt niemand ein selbst verursachtes Ereignis frei",
        "boven de grens keurt niemand een eigen gebeurtenis goed",
    ),
    "refused_same_person": (
        "the second person must be another one",
        "die zweite Person muss eine andere sein",
        "de tweede persoon moet een ander zijn",
    ),
    "refused_role_missing": (
        "that needs another role",
        "das braucht eine andere Rolle",
        "dat vraagt een andere rol",
    ),
    "refused_unknown_badge": (
        "nobody has this badge",
        "niemand hat diesen Ausweis",
        "niemand heeft deze badge",
    ),
    "refused_differs": (
        "the first person decided otherwise: do the same, or do not book",
        "die erste Person entschied anders: gleich entscheiden oder nicht buchen",
        "de eerste persoon besliste anders: doe hetzelfde of boek niet",
    ),
    "refused_too_late": (
        "it has been sent already",
        "es ist schon gesendet",
        "het is al verzonden",
    ),
}
