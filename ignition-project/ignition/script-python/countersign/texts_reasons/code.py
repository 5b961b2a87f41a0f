# coding: utf-8
"""The scrap reasons of the plant: English, German, Dutch.

What the ERP calls a reason is the code behind ``reason_``. These are the codes of
shared-contracts/codelists/scrap_reason.csv; a plant with its own replaces them here. They are
offered in this order as long as nothing is known that would rank them.
"""

from __future__ import absolute_import, unicode_literals

TEXTS = {
    "reason_SURFACE": ("Scratch, dent, stain", "Kratzer, Delle, Fleck", "Kras, deuk, vlek"),
    "reason_DIMENSION": ("Wrong dimension", "Maß falsch", "Maat fout"),
    "reason_CRACK": ("Crack or break", "Riss oder Bruch", "Scheur of breuk"),
    "reason_POROSITY": ("Pores, voids", "Poren, Lunker", "Poriën, holtes"),
    "reason_BURR": ("Burr or flash", "Grat", "Braam"),
    "reason_COLOR": ("Wrong colour", "Farbe falsch", "Kleur fout"),
    "reason_ASSEMBLY": ("Wrongly assembled", "Falsch montiert", "Fout gemonteerd"),
    "reason_WEIGHT": ("Wrong weight", "Gewicht falsch", "Gewicht fout"),
    "reason_FUNCTION": ("Failed the test", "Prüfung nicht bestanden", "Test niet gehaald"),
    "reason_MATERIAL": (
        "Material as delivered",
        "Material wie geliefert",
        "Materiaal zoals geleverd",
    ),
    "reason_EXPIRED": ("Past its date", "Haltbarkeit abgelaufen", "Over de datum"),
    "reason_CONTAM": ("Contaminated", "Verunreinigt", "Vervuild"),
    "reason_SETUP": ("Set-up pieces", "Rüstteile", "Bij omstellen"),
    "reason_STARTUP": ("Start-up pieces", "Anfahrteile", "Bij opstarten"),
    "reason_TOOL": ("Tool worn or broken", "Werkzeug verschlissen", "Gereedschap versleten"),
    "reason_MACHINE": ("Machine fault", "Maschine gestört", "Machine defect"),
    "reason_PARAMETER": (
        "Temperature, pressure, speed",
        "Temperatur, Druck, Tempo",
        "Temperatuur, druk, snelheid",
    ),
    "reason_HANDLING": (
        "Damaged when moved",
        "Beim Bewegen beschädigt",
        "Beschadigd bij verplaatsen",
    ),
    "reason_OPERATOR": ("Wrong operation", "Falsch bedient", "Verkeerd bediend"),
    "reason_SAMPLE": ("Destroyed by a test", "Bei Prüfung zerstört", "Kapot door een test"),
    "reason_OTHER": ("Another reason …", "Anderer Grund …", "Andere reden …"),
}

ORDER = (
    "SURFACE",
    "DIMENSION",
    "CRACK",
    "ASSEMBLY",
    "MATERIAL",
    "SETUP",
    "MACHINE",
    "TOOL",
    "HANDLING",
    "POROSITY",
    "BURR",
    "COLOR",
    "WEIGHT",
    "FUNCTION",
    "CONTAM",
    "EXPIRED",
    "STARTUP",
    "PARAMETER",
    "OPERATOR",
    "SAMPLE",
)
"""The reasons to offer where nothing ranks them, the commonest first."""
