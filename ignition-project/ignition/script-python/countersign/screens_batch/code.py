"""Deciding a batch: tasks of one cause that deviate to the same side, posted with one look."""

from __future__ import absolute_import, unicode_literals

import countersign.board as board
import countersign.causes as causes
import countersign.commands as commands
import countersign.headline as headline
import countersign.plain as plain
import countersign.reader as readers
import countersign.screens_inbox as inbox
import countersign.texts as texts

POPUP_WIDTH = 860
POPUP_HEIGHT = 640
SETTLED = (commands.DONE, commands.REFUSED)


def tasks(cause, side, user_id, locale, currency):
    """Return the tasks of a batch as they are shown now; each keeps the hash of what is shown."""
    reader = readers.now(user_id, "", locale, currency)
    return tasks_of(board.read("approvals"), cause, side, reader)


def tasks_of(answer, cause, side, reader):
    """Return the rows of a batch, all chosen."""
    found = [
        task for task in (answer["payload"] or {"items": []})["items"] if task["cause"] == cause
    ]
    for name, batch in inbox.batches(cause, found, reader):
        if name == side:
            return [_row(task, reader) for task in batch]
    return []


def content(rows, left_out, cause, side, locale, currency):
    """Return the words around the rows; ``left_out`` holds the ids that are not to be posted."""
    reader = readers.now("", "", locale, currency)
    rows = plain.plain(rows) or []
    chosen = _chosen(rows, left_out)
    same = [reader.say("batch_same", cause=causes.title(cause, locale))]
    if side:
        same.append(reader.say("batch_" + side))
    money = reader.money(inbox.total_of(chosen))
    return {
        "title": reader.say("batch_title", count=len(chosen)),
        "same": " ".join(same),
        "sum": reader.say("batch_sum", count=len(chosen), money=money),
        "post": reader.say("batch_post", count=len(chosen)),
        "may_post": bool(chosen),
        "rows": [_shown(row, left_out, reader) for row in rows],
    }


def popup_position(screen_width, screen_height):
    """Return how large the batch opens: whole on a panel, the screen on a phone."""
    return {"width": min(POPUP_WIDTH, screen_width), "height": min(POPUP_HEIGHT, screen_height)}


def toggle(left_out, approval_id):
    """Return the ids that are left out after one was touched."""
    ids = ("%s" % (left_out or "")).split()
    kept = [each for each in ids if each != approval_id]
    return " ".join(kept if len(kept) < len(ids) else ids + ["%s" % approval_id])


def post(session, rows, left_out):
    """Approve what is chosen, each as it was shown; return the ids of the commands as a text."""
    return " ".join(
        commands.submit(
            session,
            "approve",
            {"approval_id": row["approval_id"], "context_hash": row["context_hash"]},
        )
        for row in _chosen(plain.plain(rows), left_out)
    )


def progress(command_ids, locale):
    """Return how far the commands of a batch are."""
    ids = ("%s" % (command_ids or "")).split()
    return progress_of([commands.state(each) for each in ids], locale)


def progress_of(states, locale):
    """Return how far a batch is, in words; refused ones are said first."""
    done = [each for each in states if each["state"] == commands.DONE]
    refused = [each for each in states if each["state"] == commands.REFUSED]
    waiting = [each for each in states if each["state"] == commands.UNREACHABLE]
    said = [texts.say("batch_progress", locale, done=len(done), count=len(states))]
    if refused:
        why = "; ".join(sorted({each["text"] for each in refused}))
        said.append(texts.say("batch_refused", locale, count=len(refused), text=why))
    if waiting:
        said.append(texts.say("batch_waiting", locale, count=len(waiting)))
    return {
        "is_shown": bool(states),
        "is_over": all(each["state"] in SETTLED for each in states),
        "tone": "Trouble" if refused else ("Doubt" if waiting else "Done"),
        "icon": "material/error" if refused else "material/check_circle",
        "text": ". ".join(said),
    }


def _row(task, reader):
    return {
        "approval_id": task["approval_id"],
        "context_hash": task["context_hash"],
        "title": headline.spoken(task["title"], reader.locale),
        "amount": task["amount"] or "",
    }


def _chosen(rows, left_out):
    ids = ("%s" % (left_out or "")).split()
    return [row for row in rows if row["approval_id"] not in ids]


def _shown(row, left_out, reader):
    is_chosen = row["approval_id"] not in ("%s" % (left_out or "")).split()
    return {
        "approval_id": row["approval_id"],
        "title": row["title"],
        "money": reader.money(row["amount"] or None),
        "icon": "material/check_box" if is_chosen else "material/check_box_outline_blank",
        "action": reader.say("batch_take_out" if is_chosen else "batch_put_back"),
    }
