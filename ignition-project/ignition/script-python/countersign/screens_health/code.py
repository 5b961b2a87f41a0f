"""Integration health: journal, service, ERPs, delivery, alarms; a row for each, in words."""

from __future__ import absolute_import, unicode_literals

import countersign.board as board
import countersign.notice as notice
import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording

OLD_JOURNAL_SECONDS = 900
SILENT_WORKER_SECONDS = 60


def page(locale):
    """Return the whole page."""
    answers = [board.read(name) for name in ("health", "status", "alarms")]
    return page_of(answers[0], answers[1], answers[2], times.now_ms(), locale)


def page_of(health, status, watch, now_ms, locale):
    """Return the page that answers of the board make; ``watch`` are the alarms of the service."""
    gateway = (health["payload"] or {}).get("gateway")
    return {
        "notice": notice.of([status], now_ms, locale),
        "alarms": alarms_of(gateway, notice.items(watch), now_ms, locale),
        "gateway": _gateway_rows(gateway, locale),
        "service": _service_rows(health, status, now_ms, locale),
    }


def alarms_of(gateway, watched, now_ms, locale):
    """Return the alarms that stand, a strip each; one that says so when there is none.

    The gateway's are about its own work, the service's about events and models that drift.
    """
    if gateway is None:
        return []
    own = [part.strip() for part in (gateway["Alarm"] or "").split("; ") if part.strip()]
    said = [wording.sentence(text) for text in own]
    said += [_watched(each, now_ms, locale) for each in watched if not each.get("cleared_at")]
    if not said:
        return [_strip("Calm", "material/check", texts.say("health_no_alarm", locale))]
    return [_strip("Trouble", "material/warning", text) for text in said]


def _watched(alarm, now_ms, locale):
    """Say what the service has found, where, and since when."""
    return texts.say(
        "health_watched",
        locale,
        use_case=texts.say("use_case_" + alarm["use_case"], locale),
        site=alarm["segment"],
        text=wording.sentence(alarm["text"]),
        time=wording.clock_of(alarm["raised_at"], now_ms),
    )


def _gateway_rows(gateway, locale):
    if gateway is None:
        return []
    depth, age, dead = gateway["JournalDepth"], gateway["JournalAgeSeconds"], gateway["DeadLetters"]
    is_old = depth and age > OLD_JOURNAL_SECONDS
    return [
        _row(
            "health_depth",
            "Doubt" if is_old else "Calm",
            "material/hourglass_empty" if depth else "material/check",
            texts.say("health_depth_text", locale, count=_count(depth, locale)),
            locale,
        ),
        _row(
            "health_age",
            "Doubt" if is_old else "Calm",
            "material/schedule" if depth else "material/check",
            wording.span(age * 1000, locale) if depth else texts.say("health_age_none", locale),
            locale,
        ),
        _row(
            "health_dead",
            "Trouble" if dead else "Calm",
            "material/error" if dead else "material/check",
            texts.say("health_dead_text", locale, count=_count(dead, locale))
            if dead
            else texts.say("health_dead_none", locale),
            locale,
        ),
    ]


def _service_rows(health, status, now_ms, locale):
    rows = [_reachable(health, now_ms, locale)]
    payload = status["payload"]
    if payload is None:
        return rows
    rows += [_erp(erp, now_ms, locale) for erp in payload["erps"]]
    rows.append(_last_posted(payload["erps"], now_ms, locale))
    rows.append(_workers(payload["workers"], now_ms, locale))
    trouble, tasks = payload["postings_in_trouble"], payload["open_approvals"]
    rows.append(_row("health_tasks", "Calm", "material/person", _count(tasks, locale), locale))
    rows.append(
        _row(
            "health_trouble",
            "Trouble" if trouble else "Calm",
            "material/error" if trouble else "material/check",
            _count(trouble, locale),
            locale,
        )
    )
    return rows


def _reachable(health, now_ms, locale):
    if health["problem"]:
        since = wording.clock(health["read_at_ms"] or now_ms, now_ms)
        text = texts.say("health_is_away", locale, time=since)
        return _row("health_reachable", "Trouble", "material/cloud_off", text, locale)
    if health["read_at_ms"] is None:
        text = texts.say("notice_reading", locale)
        return _row("health_reachable", "Calm", "material/sync", text, locale)
    text = texts.say("health_is_reachable", locale)
    return _row("health_reachable", "Calm", "material/cloud_done", text, locale)


def _erp(erp, now_ms, locale):
    waiting = sum(erp["postings"].values())
    if waiting:
        waits = texts.say("health_erp_waiting", locale, count=_count(waiting, locale))
    else:
        waits = texts.say("health_erp_idle", locale)
    next_try = notice.clock_or(erp["next_try_at"], now_ms, "-")
    tone, icon = {
        "called": ("Calm", "material/check"),
        "silent": ("Trouble", "material/cloud_off"),
        "paused": ("Doubt", "material/pause"),
    }[erp["state"]]
    said = texts.say("health_erp_" + erp["state"], locale, time=next_try, text=erp["reason"])
    return {"name": erp["erp"], "tone": tone, "icon": icon, "text": "%s; %s" % (said, waits)}


def _last_posted(erps, now_ms, locale):
    last = max([erp["last_posted_at"] for erp in erps if erp["last_posted_at"]] or [""])
    text = notice.clock_or(last, now_ms, texts.say("health_never", locale))
    return _row("health_last_posted", "Calm", "material/receipt", text, locale)


def _workers(workers, now_ms, locale):
    seen = [times.milliseconds(worker["seen_at"]) for worker in workers]
    alive = [at for at in seen if now_ms - at <= SILENT_WORKER_SECONDS * 1000]
    if not alive:
        text = texts.say("health_no_worker", locale)
        return _row("health_workers", "Trouble", "material/error", text, locale)
    last = wording.clock(max(alive), now_ms)
    text = texts.say("health_workers_text", locale, count=len(alive), time=last)
    return _row("health_workers", "Calm", "material/check", text, locale)


def _row(key, tone, icon, text, locale):
    return {"name": texts.say(key, locale), "tone": tone, "icon": icon, "text": text}


def _strip(tone, icon, text):
    return {"tone": tone, "icon": icon, "text": text}


def _count(number, locale):
    return wording.number("%d" % number, locale)
