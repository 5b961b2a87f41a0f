# coding: utf-8
"""The texts of the causes of approvals, a title and an advice each: English, German, Dutch."""

from __future__ import absolute_import, unicode_literals

TEXTS = {
    "cause_order_unknown": (
        "Order is not in the ERP",
        "Auftrag fehlt im ERP",
        "Order staat niet in het ERP",
    ),
    "advice_order_unknown": (
        "Correct the order number, or have the order created.",
        "Auftragsnummer korrigieren oder den Auftrag anlegen lassen.",
        "Corrigeer het ordernummer of laat de order aanmaken.",
    ),
    "cause_order_created": (
        "Order is not released yet",
        "Auftrag ist noch nicht freigegeben",
        "Order is nog niet vrijgegeven",
    ),
    "advice_order_created": (
        "Have the order released, then post.",
        "Auftrag freigeben lassen, dann buchen.",
        "Laat de order vrijgeven en boek dan.",
    ),
    "cause_order_closed": ("Order is closed", "Auftrag ist abgeschlossen", "Order is gesloten"),
    "advice_order_closed": (
        "Correct the order, or have it reopened.",
        "Auftrag korrigieren oder wieder öffnen lassen.",
        "Corrigeer de order of laat hem heropenen.",
    ),
    "cause_order_cancelled": (
        "Order is cancelled",
        "Auftrag ist storniert",
        "Order is geannuleerd",
    ),
    "advice_order_cancelled": (
        "Correct the order number.",
        "Auftragsnummer korrigieren.",
        "Corrigeer het ordernummer.",
    ),
    "cause_material_unknown": (
        "Material is not in the ERP",
        "Material fehlt im ERP",
        "Materiaal staat niet in het ERP",
    ),
    "advice_material_unknown": (
        "Correct the material, or have it created.",
        "Material korrigieren oder anlegen lassen.",
        "Corrigeer het materiaal of laat het aanmaken.",
    ),
    "cause_material_blocked": (
        "Material is blocked",
        "Material ist gesperrt",
        "Materiaal is geblokkeerd",
    ),
    "advice_material_blocked": (
        "Ask who blocked it before anything is posted.",
        "Vor dem Buchen fragen, wer es gesperrt hat.",
        "Vraag wie het blokkeerde voordat er geboekt wordt.",
    ),
    "cause_quality_hold": ("On quality hold", "In Qualitätssperre", "In kwaliteitsblokkade"),
    "advice_quality_hold": (
        "Wait for quality to decide.",
        "Entscheidung der Qualität abwarten.",
        "Wacht op het besluit van kwaliteit.",
    ),
    "cause_unit_not_convertible": (
        "Unit cannot be converted",
        "Einheit ist nicht umrechenbar",
        "Eenheid is niet om te rekenen",
    ),
    "advice_unit_not_convertible": (
        "Correct the quantity, or have the unit maintained.",
        "Menge korrigieren oder die Einheit pflegen lassen.",
        "Corrigeer het aantal of laat de eenheid onderhouden.",
    ),
    "cause_product_differs": (
        "Another product than the order's",
        "Anderes Produkt als im Auftrag",
        "Ander product dan in de order",
    ),
    "advice_product_differs": (
        "Correct the order or the product.",
        "Auftrag oder Produkt korrigieren.",
        "Corrigeer de order of het product.",
    ),
    "cause_closed_period": (
        "Posting period is closed",
        "Buchungsperiode ist geschlossen",
        "Boekperiode is gesloten",
    ),
    "advice_closed_period": (
        "Correct the posting date, or have the period opened.",
        "Buchungsdatum korrigieren oder die Periode öffnen lassen.",
        "Corrigeer de boekdatum of laat de periode openen.",
    ),
    "cause_incomplete": ("Something is missing", "Es fehlt etwas", "Er ontbreekt iets"),
    "advice_incomplete": (
        "Add what the ERP needs.",
        "Ergänzen, was das ERP braucht.",
        "Vul aan wat het ERP nodig heeft.",
    ),
    "cause_quantity_unexpected": (
        "Quantity is not as expected",
        "Menge ist nicht wie erwartet",
        "Aantal is niet als verwacht",
    ),
    "advice_quantity_unexpected": (
        "Compare with what was really used.",
        "Mit dem wirklichen Verbrauch vergleichen.",
        "Vergelijk met wat echt gebruikt is.",
    ),
    "cause_decimal_slip": (
        "Digit or decimal point may be wrong",
        "Ziffer oder Komma vielleicht falsch",
        "Cijfer of komma misschien fout",
    ),
    "advice_decimal_slip": (
        "Check the digits and the decimal point.",
        "Ziffern und Komma prüfen.",
        "Controleer cijfers en komma.",
    ),
    "cause_unit_suspected": (
        "Unit may be wrong",
        "Einheit vielleicht falsch",
        "Eenheid misschien fout",
    ),
    "advice_unit_suspected": (
        "Check in which unit was counted or weighed.",
        "Prüfen, in welcher Einheit gezählt oder gewogen wurde.",
        "Controleer in welke eenheid geteld of gewogen is.",
    ),
    "cause_double_scan_suspected": (
        "May have been scanned twice",
        "Vielleicht doppelt gescannt",
        "Misschien dubbel gescand",
    ),
    "advice_double_scan_suspected": (
        "Check whether it was used once or twice.",
        "Prüfen, ob es einmal oder zweimal verbraucht wurde.",
        "Controleer of het een of twee keer gebruikt is.",
    ),
    "cause_over_order_need": (
        "More than the order needs",
        "Mehr als der Auftrag braucht",
        "Meer dan de order nodig heeft",
    ),
    "advice_over_order_need": (
        "Check quantity and order number.",
        "Menge und Auftragsnummer prüfen.",
        "Controleer aantal en ordernummer.",
    ),
    "cause_over_delivery": (
        "More than the order wants",
        "Mehr als der Auftrag will",
        "Meer dan de order vraagt",
    ),
    "advice_over_delivery": ("Check the count.", "Zählung prüfen.", "Controleer de telling."),
    "cause_more_than_before": (
        "More than the step before delivered",
        "Mehr als der Vorgang davor lieferte",
        "Meer dan de stap ervoor leverde",
    ),
    "advice_more_than_before": (
        "Check the count of both steps.",
        "Zählung beider Vorgänge prüfen.",
        "Controleer de telling van beide stappen.",
    ),
    "cause_operation_missing": (
        "A step before is not confirmed",
        "Ein Vorgang davor ist nicht gemeldet",
        "Een stap ervoor is niet gemeld",
    ),
    "advice_operation_missing": (
        "Check whether it was done.",
        "Prüfen, ob er gemacht wurde.",
        "Controleer of die gedaan is.",
    ),
    "cause_operation_unknown": (
        "Operation is not in the order",
        "Vorgang ist nicht im Auftrag",
        "Bewerking staat niet in de order",
    ),
    "advice_operation_unknown": (
        "Correct the operation.",
        "Vorgang korrigieren.",
        "Corrigeer de bewerking.",
    ),
    "cause_after_final": (
        "Operation was already finished",
        "Vorgang war schon beendet",
        "Bewerking was al klaar",
    ),
    "advice_after_final": (
        "Check whether this is a repetition.",
        "Prüfen, ob es eine Wiederholung ist.",
        "Controleer of dit een herhaling is.",
    ),
    "cause_order_completed": (
        "Order is already completed",
        "Auftrag ist schon fertig",
        "Order is al gereed",
    ),
    "advice_order_completed": (
        "Check whether this comes late or twice.",
        "Prüfen, ob es zu spät oder doppelt kommt.",
        "Controleer of dit te laat of dubbel komt.",
    ),
    "cause_site_differs": (
        "Order belongs to another site",
        "Auftrag gehört zu anderem Werk",
        "Order hoort bij andere vestiging",
    ),
    "advice_site_differs": (
        "Check the order number.",
        "Auftragsnummer prüfen.",
        "Controleer het ordernummer.",
    ),
    "cause_not_in_bom": (
        "Material is not in the bill of materials",
        "Material ist nicht in der Stückliste",
        "Materiaal staat niet in de stuklijst",
    ),
    "advice_not_in_bom": (
        "Check for a substitution.",
        "Auf Ersatzmaterial prüfen.",
        "Controleer op vervangend materiaal.",
    ),
    "cause_lot_missing": ("Lot is missing", "Charge fehlt", "Lot ontbreekt"),
    "advice_lot_missing": ("Add the lot.", "Charge ergänzen.", "Vul het lot aan."),
    "cause_quantity_zero": ("Quantity is zero", "Menge ist null", "Aantal is nul"),
    "advice_quantity_zero": (
        "Check whether anything is to be posted.",
        "Prüfen, ob etwas zu buchen ist.",
        "Controleer of er iets te boeken is.",
    ),
    "cause_fractional_pieces": (
        "Pieces with a fraction",
        "Stück mit Bruchteil",
        "Stuks met een breuk",
    ),
    "advice_fractional_pieces": (
        "Check the count and the unit.",
        "Zählung und Einheit prüfen.",
        "Controleer telling en eenheid.",
    ),
    "cause_scrap_unusual": ("Scrap is unusual", "Ausschuss ist ungewöhnlich", "Uitval is ongewoon"),
    "advice_scrap_unusual": (
        "Check the count and the reason.",
        "Zählung und Grund prüfen.",
        "Controleer telling en reden.",
    ),
    "cause_reason_missing": (
        "Scrap reason is missing",
        "Ausschussgrund fehlt",
        "Uitvalreden ontbreekt",
    ),
    "advice_reason_missing": ("Choose the reason.", "Grund wählen.", "Kies de reden."),
    "cause_time_unusual": ("Time is unusual", "Zeit ist ungewöhnlich", "Tijd is ongewoon"),
    "advice_time_unusual": (
        "Check start, end and unit of the time.",
        "Beginn, Ende und Zeiteinheit prüfen.",
        "Controleer begin, einde en tijdseenheid.",
    ),
    "cause_time_exceeds_span": (
        "More time than passed",
        "Mehr Zeit als vergangen ist",
        "Meer tijd dan verstreken is",
    ),
    "advice_time_exceeds_span": (
        "Check the times against start and end.",
        "Zeiten mit Beginn und Ende vergleichen.",
        "Vergelijk de tijden met begin en einde.",
    ),
    "cause_end_before_start": (
        "End lies before start",
        "Ende liegt vor Beginn",
        "Einde ligt voor begin",
    ),
    "advice_end_before_start": (
        "Correct start or end.",
        "Beginn oder Ende korrigieren.",
        "Corrigeer begin of einde.",
    ),
    "cause_time_in_future": (
        "Time is still to come",
        "Zeit liegt in der Zukunft",
        "Tijd ligt in de toekomst",
    ),
    "advice_time_in_future": (
        "Check the clock of the line.",
        "Uhr der Linie prüfen.",
        "Controleer de klok van de lijn.",
    ),
    "cause_low_confidence": (
        "The model is not sure",
        "Das Modell ist unsicher",
        "Het model is niet zeker",
    ),
    "advice_low_confidence": (
        "Compare with similar cases.",
        "Mit ähnlichen Fällen vergleichen.",
        "Vergelijk met soortgelijke gevallen.",
    ),
    "cause_erp_asks_back": ("The ERP asks back", "Das ERP fragt zurück", "Het ERP vraagt terug"),
    "advice_erp_asks_back": (
        "Answer what the ERP asks.",
        "Die Frage des ERP beantworten.",
        "Beantwoord de vraag van het ERP.",
    ),
    "cause_amount_unknown": ("Price is missing", "Preis fehlt", "Prijs ontbreekt"),
    "advice_amount_unknown": (
        "Check the quantity by hand.",
        "Menge von Hand prüfen.",
        "Controleer het aantal met de hand.",
    ),
    "cause_new_material": (
        "Booked for the first time",
        "Zum ersten Mal gebucht",
        "Voor het eerst geboekt",
    ),
    "advice_new_material": (
        "Check material and quantity; it is known from then on.",
        "Material und Menge prüfen; danach ist es bekannt.",
        "Controleer materiaal en aantal; daarna is het bekend.",
    ),
    "cause_amount_cap": (
        "Above the amount limit",
        "Über der Betragsgrenze",
        "Boven de bedraggrens",
    ),
    "advice_amount_cap": (
        "Check quantity and material.",
        "Menge und Material prüfen.",
        "Controleer aantal en materiaal.",
    ),
    "cause_earlier_waits": (
        "An earlier confirmation still waits",
        "Eine frühere Rückmeldung wartet noch",
        "Een eerdere gereedmelding wacht nog",
    ),
    "advice_earlier_waits": (
        "Decide the earlier one first; this one ends the operation.",
        "Zuerst die frühere entscheiden; diese beendet den Vorgang.",
        "Beslis eerst over de eerdere; deze beëindigt de bewerking.",
    ),
    "cause_supervised": (
        "Every case is checked for now",
        "Vorläufig wird jeder Fall geprüft",
        "Voorlopig wordt elk geval bekeken",
    ),
    "advice_supervised": ("Check and post.", "Prüfen und buchen.", "Controleer en boek."),
    "cause_not_yet_earned": (
        "Not enough confirmed cases yet",
        "Noch zu wenig bestätigte Fälle",
        "Nog te weinig bevestigde gevallen",
    ),
    "advice_not_yet_earned": (
        "Check and post; each one counts.",
        "Prüfen und buchen; jeder Fall zählt.",
        "Controleer en boek; elk geval telt.",
    ),
    "cause_no_model": (
        "No model was asked",
        "Kein Modell wurde gefragt",
        "Er is geen model gevraagd",
    ),
    "advice_no_model": ("Check and post.", "Prüfen und buchen.", "Controleer en boek."),
    "cause_spot_check": ("Spot check", "Stichprobe", "Steekproef"),
    "advice_spot_check": (
        "Check as if the machine were wrong.",
        "Prüfen, als läge die Maschine falsch.",
        "Controleer alsof de machine fout zit.",
    ),
    "cause_else": ("{words}", "{words}", "{words}"),
    "advice_else": ("Check and decide.", "Prüfen und entscheiden.", "Controleer en beslis."),
}
