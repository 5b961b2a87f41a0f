"""Autonomy and the parallel run: what the machine may do, has earned, and the money in it."""

from __future__ import absolute_import, unicode_literals

import countersign.board as board
import countersign.notice as notice
import countersign.texts as texts
import countersign.times as times
import countersign.wording as wording

PHASE_ICONS = {
    "observe": "material/visibility",
    "supervise": "material/person",
    "automate": "material/check_circle",
}

NO_COURSE = {"is_shown": False, "text": "", "points": []}
NOTHING_COMPARED = {"is_known": False, "figures": [], "course": NO_COURSE}


def page(locale):
    """Return the whole page."""
    answers = board.read("autonomy"), board.read("parallel_run")
    return page_of(answers[0], answers[1], times.now_ms(), locale)


def page_of(autonomy, parallel, now_ms, locale):
    """Return the page that two answers of the board make: a card per use case."""
    payload = autonomy["payload"] or {}
    compared = {row["use_case"]: row for row in notice.items(parallel)}
    return {
        "notice": notice.of([autonomy, parallel], now_ms, locale),
        "span": _span(parallel["payload"], now_ms, locale),
        "cards": [
            card_of(row, compared.get(row["use_case"]), payload["currency"], locale)
            for row in notice.items(autonomy)
        ],
    }


def card_of(row, compared, currency, locale):
    """Return a use case: phase, limits, what its classes have earned, how it compares."""
    return {
        "title": texts.say("use_case_" + row["use_case"], locale),
        "phase": texts.say("autonomy_phase_" + row["phase"], locale),
        "phase_icon": PHASE_ICONS[row["phase"]],
        "means": texts.say("autonomy_means_" + row["phase"], locale),
        "limits": texts.say(
            "autonomy_limits",
            locale,
            cap=wording.money(row["amount_cap"], currency, locale),
            four_eyes=wording.money(row["four_eyes_above"], currency, locale),
        ),
        "classes": [class_of(each, currency, locale) for each in row["classes"]],
        "has_none": not row["classes"],
        "compared": comparison_of(compared, currency, locale),
    }


def class_of(row, currency, locale):
    """Return what a class has earned, as figures with the words that explain them."""
    target = percent(row["target"], locale)
    if row["threshold"] is None:
        earned = texts.say("autonomy_not_earned", locale)
    else:
        threshold = wording.number("%.3f" % row["threshold"], locale)
        earned = texts.say("autonomy_earned", locale, threshold=threshold)
    covered = wording.money(row["amount_covered"], currency, locale)
    return {
        "title": texts.say("autonomy_site", locale, site=row["segment"]),
        "earned": earned,
        "earned_icon": "material/hourglass_empty" if row["threshold"] is None else "material/check",
        "reason": wording.sentence(row["reason"]),
        "figures": [
            _figure(
                "autonomy_surely",
                percent(row["lower_bound"], locale),
                texts.say("autonomy_promised", locale, target=target),
                locale,
            ),
            _figure(
                "autonomy_coverage",
                percent(row["coverage"], locale),
                texts.say(
                    "autonomy_confirmed",
                    locale,
                    confirmed=_count(row["confirmed"], locale),
                    wrong=_count(row["wrong"], locale),
                ),
                locale,
            ),
            _figure(
                "autonomy_at_risk",
                wording.money(row["amount_at_risk"], currency, locale),
                texts.say("autonomy_at_risk_of", locale, money=covered),
                locale,
            ),
        ],
    }


def comparison_of(row, currency, locale):
    """Return how the machine compares with people in one use case."""
    if row is None:
        return dict(NOTHING_COMPARED, text=texts.say("notice_reading", locale))
    would = texts.say(
        "parallel_would_post",
        locale,
        count=_count(row["would_post"], locale),
        events=_count(row["events"], locale),
    )
    if not row["compared"]:
        nothing = texts.say("parallel_nothing", locale)
        return dict(NOTHING_COMPARED, text="%s %s" % (nothing, would))
    known = texts.say(
        "parallel_compared",
        locale,
        compared=_count(row["compared"], locale),
        events=_count(row["events"], locale),
    )
    bound = ""
    if row["accuracy"] is not None:
        bound = texts.say("parallel_bound", locale, bound=percent(row["lower_bound"], locale))
    in_vain = texts.say("parallel_in_vain", locale, count=_count(row["asked_in_vain"], locale))
    lost = wording.money(row["amount_wrong"], currency, locale)
    return {
        "is_known": True,
        "text": would,
        "figures": [
            _figure("parallel_agree", percent(row["agreement"], locale), known, locale),
            _figure("parallel_right", percent(row["accuracy"], locale), bound, locale),
            _figure("parallel_alone", percent(row["coverage"], locale), in_vain, locale),
            _figure("parallel_wrong", _count(row["booked_wrong"], locale), lost, locale),
        ],
        "course": _course(row["weeks"], locale),
    }


def _course(weeks, locale):
    """Return how often machine and people did the same, week by week; nothing for one week."""
    shares = [week["agreement"] for week in weeks if week["agreement"] is not None]
    if len(shares) < 2:
        return dict(NO_COURSE)
    text = texts.say(
        "parallel_weeks",
        locale,
        first=percent(shares[0], locale),
        last=percent(shares[-1], locale),
    )
    points = [int(share * 1000) / 10.0 for share in shares]
    return {"is_shown": True, "text": text, "points": points}


def percent(share, locale):
    """Write a share with one digit behind the point; a dash where it is not known.

    It is cut, not rounded: 98.96 % must not read as the 99 % that were promised.
    """
    if share is None:
        return "-"
    tenths = int(share * 1000 + 1e-9)
    return "%s %%" % wording.number("%d.%d" % (tenths // 10, tenths % 10), locale)


def _span(payload, now_ms, locale):
    if payload is None:
        return ""
    first = wording.clock_of(payload["from_at"], now_ms)
    return texts.say("parallel_span", locale, first=first)


def _figure(key, value, note, locale):
    return {"label": texts.say(key, locale), "value": value, "note": note}


def _count(number, locale):
    return wording.number("%d" % number, locale)
