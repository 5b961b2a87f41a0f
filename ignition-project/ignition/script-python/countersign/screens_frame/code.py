"""The frame around every page: navigation, connection, who is here, theme and language."""

from __future__ import absolute_import, unicode_literals

import countersign.board as board
import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording

EVERYBODY = ("operator", "supervisor", "controller", "erp")
PAGES = (
    ("/", "nav_inbox", "material/inbox", ("operator", "supervisor", "controller")),
    ("/scrap", "nav_scrap", "material/delete", ("operator", "supervisor")),
    ("/orders", "nav_orders", "material/list", EVERYBODY),
    ("/line", "nav_line", "material/dashboard", EVERYBODY),
    ("/postings", "nav_postings", "material/receipt", ("supervisor", "controller", "erp")),
    ("/autonomy", "nav_autonomy", "material/trending_up", ("supervisor", "controller")),
    ("/health", "nav_health", "material/router", EVERYBODY),
)
"""Path, text, icon and the roles that work there; the page itself asks for the role again."""

PAGES_BELOW = {"/card": "/"}
"""Pages without an entry of their own, and the entry that stays marked while they are open."""

THEMES = ("panel", "dark", "contrast")
LOCALES = ("en-US", "de-DE", "nl-NL")


def navigation(roles, path, locale):
    """Return the entries of the navigation for the roles in a text such as ``operator erp``."""
    return entries(roles, path, locale, open_tasks(board.read("approvals")))


def entries(roles, path, locale, tasks):
    """Return the entries; ``tasks`` is what stands behind the inbox's name, or empty."""
    here = _entry_of("%s" % (path or "/"))
    held = ("%s" % (roles or "")).split()
    rows = []
    for page, key, icon, needed in PAGES:
        if page != "/" and not any(role in held for role in needed):
            continue
        text = texts.say(key, locale)
        rows.append(
            {
                "page": page,
                "icon": icon,
                "text": "%s  %s" % (text, tasks) if page == "/" and tasks else text,
                "classes": "Countersign/Navigation/" + ("Here" if page == here else "Item"),
            }
        )
    return rows


def open_tasks(answer):
    """Return how many tasks wait, as a text for a badge; empty when none or not known."""
    payload = answer["payload"]
    if not payload or not payload["items"]:
        return ""
    return "%d%s" % (len(payload["items"]), "+" if "next_after" in payload else "")


def user(user_id, roles, locale):
    """Return who is here and as what."""
    if not user_id:
        return texts.say("frame_nobody", locale)
    names = [texts.say("role_" + role, locale) for role in ("%s" % (roles or "")).split()]
    return "%s (%s)" % (user_id, ", ".join(names)) if names else "%s" % user_id


def connection(locale):
    """Return how the gateway reaches the service, as icon, words and style classes."""
    return connection_of(board.read("health"), times.now_ms(), locale)


def connection_of(answer, now_ms, locale):
    """Return the connection that an answer of the board tells of."""
    health = (answer["payload"] or {}).get("gateway", {})
    if answer["read_at_ms"] is None and not answer["problem"]:
        return _state("Calm", "material/sync", texts.say("frame_reading", locale))
    if answer["problem"]:
        since = wording.clock(answer["read_at_ms"] or now_ms, now_ms)
        said = [texts.say("frame_service_away", locale, time=since)]
        if health.get("JournalDepth"):
            said.append(texts.say("frame_kept", locale, count=health["JournalDepth"]))
        return _state("Trouble", "material/cloud_off", ". ".join(said), said[0])
    if health.get("Alarm"):
        said = texts.say("frame_alarm", locale, text=health["Alarm"])
        short = texts.say("frame_alarm_short", locale)
        return _state("Doubt", "material/warning", said, short)
    return _state("Calm", "material/cloud_done", texts.say("frame_connected", locale))


def theme_name(theme, locale):
    """Return the name of a theme."""
    return texts.say("frame_theme_" + (theme if theme in THEMES else THEMES[0]), locale)


def next_theme(theme):
    """Return the theme that follows one."""
    return _next(THEMES, theme)


def next_locale(locale):
    """Return the language that follows one."""
    language = texts.language(locale)
    return _next(LOCALES, LOCALES[texts.LANGUAGES.index(language)])


def _next(values, value):
    place = values.index(value) if value in values else -1
    return values[(place + 1) % len(values)]


def _entry_of(path):
    first = "/" + path.strip("/").split("/")[0]
    return PAGES_BELOW.get(first, first)


def _state(tone, icon, text, short=None):
    """Return a connection; ``short`` is what fits the header where ``text`` does not."""
    classes = "Countersign/Chip Countersign/Tone/" + tone
    return {"tone": tone, "icon": icon, "text": text, "short": short or text, "classes": classes}
