"""Notice: what a page says about its own data: being read, old, or not there."""

from __future__ import absolute_import, unicode_literals

import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording

NOTHING = {"is_shown": False, "tone": "Calm", "icon": "material/info", "text": ""}


def of(answers, now_ms, locale):
    """Return the strip that the answers of the board call for; the worst of them counts."""
    for answer in answers:
        if answer["problem"] and answer["read_at_ms"] is None:
            return shown("Trouble", "material/cloud_off", texts.say("notice_service_never", locale))
        if answer["problem"]:
            since = wording.clock(answer["read_at_ms"], now_ms)
            text = texts.say("notice_service_away", locale, time=since)
            return shown("Trouble", "material/cloud_off", text)
    if any(answer["read_at_ms"] is None for answer in answers):
        return shown("Calm", "material/sync", texts.say("notice_reading", locale))
    return dict(NOTHING)


def shown(tone, icon, text):
    """Return a strip that is shown."""
    return {"is_shown": True, "tone": tone, "icon": icon, "text": text}


def items(answer):
    """Return the items of an answer; none while nothing was read."""
    return (answer["payload"] or {}).get("items", [])


def clock_or(text, now_ms, nothing):
    """Write a time of the service that may be missing."""
    return wording.clock(times.milliseconds(text), now_ms) if text else nothing
