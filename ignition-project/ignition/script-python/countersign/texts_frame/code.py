# coding: utf-8
"""The texts of the frame around every page: English, German, Dutch."""

from __future__ import absolute_import, unicode_literals

TEXTS = {
    "frame_menu": ("Menu", "Menü", "Menu"),
    "frame_language": ("English", "Deutsch", "Nederlands"),
    "frame_theme_panel": ("Light", "Hell", "Licht"),
    "frame_theme_dark": ("Dark", "Dunkel", "Donker"),
    "frame_theme_contrast": ("High contrast", "Kontrast", "Contrast"),
    "frame_nobody": ("Not signed in", "Nicht angemeldet", "Niet aangemeld"),
    "frame_connected": ("Connected", "Verbunden", "Verbonden"),
    "frame_reading": ("Reading …", "Wird gelesen …", "Wordt gelezen …"),
    "frame_service_away": (
        "Service unreachable since {time}",
        "Dienst nicht erreichbar seit {time}",
        "Dienst onbereikbaar sinds {time}",
    ),
    "frame_kept": (
        "{count} events wait here, none lost",
        "{count} Ereignisse warten hier, keines verloren",
        "{count} gebeurtenissen wachten hier, niets verloren",
    ),
    "frame_alarm": (
        "The gateway needs somebody: {text}",
        "Das Gateway braucht jemanden: {text}",
        "De gateway heeft iemand nodig: {text}",
    ),
    "frame_alarm_short": (
        "Needs somebody: Health",
        "Braucht jemanden: Zustand",
        "Vraagt om iemand",
    ),
    "nav_inbox": ("Approvals", "Freigaben", "Goedkeuren"),
    "nav_scrap": ("Scrap", "Ausschuss", "Uitval"),
    "nav_orders": ("Orders", "Aufträge", "Orders"),
    "nav_line": ("Line", "Linie", "Lijn"),
    "nav_postings": ("Postings", "Buchungen", "Boekingen"),
    "nav_autonomy": ("Autonomy", "Autonomie", "Autonomie"),
    "nav_health": ("Health", "Zustand", "Toestand"),
    "role_operator": ("operator", "Bediener", "operator"),
    "role_supervisor": ("supervisor", "Schichtleitung", "ploegleider"),
    "role_controller": ("controller", "Controlling", "controller"),
    "role_erp": ("ERP team", "ERP-Team", "ERP-team"),
    "money_unknown": ("amount unknown", "Betrag unbekannt", "bedrag onbekend"),
    "span_less": ("less than 1 min", "unter 1 min", "minder dan 1 min"),
    "span_minutes": ("{minutes} min", "{minutes} min", "{minutes} min"),
    "span_hours": ("{hours} h {minutes:02d}", "{hours} h {minutes:02d}", "{hours} u {minutes:02d}"),
    "span_day": ("1 day", "1 Tag", "1 dag"),
    "span_days": ("{days} days", "{days} Tage", "{days} dagen"),
    "unit_pieces": ("pcs", "Stk.", "st."),
    "unit_dozen": ("dozen", "Dutzend", "dozijn"),
    "unit_days": ("d", "Tage", "d"),
}
