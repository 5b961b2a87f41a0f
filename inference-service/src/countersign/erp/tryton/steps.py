"""Steps: what is still to be done for a key, read from the state of its order.

A document takes several calls. None of them is remembered here: the next one follows from what
stands in Tryton, so a posting that was cut off anywhere goes on where it stands.

States of an order: waiting → assigned → running → done. Inputs are assigned from stock and done
when the order runs, so an issue to a running order leads it back to waiting first; what is done
stays done. Outputs are done one by one, the last with the order itself.
"""

from __future__ import annotations

from typing import Literal

from countersign.erp.tryton.work_order import WorkOrder

Step = Literal["wait", "assign_try", "run", "do", "do_moves"]

OPEN_ORDERS = frozenset({"waiting", "assigned", "running"})


def next_step_of_issue(order: WorkOrder, key: str) -> Step | None:
    """Return the next step of a goods issue; ``None`` when all of it is done."""
    moves = [move for move in order.moves_of(key) if move.is_open]
    if not moves:
        return None
    if order.state == "waiting":
        return "assign_try"
    if order.state == "assigned" and all(move.state == "assigned" for move in moves):
        return "run"
    return "wait"


def next_step_of_confirmation(order: WorkOrder, key: str, *, final: bool) -> Step | None:
    """Return the next step of a confirmation; a final one ends with the order done."""
    if order.state == "done":
        return None
    moves = [move for move in order.moves_of(key) if move.is_open]
    if not final and not moves:
        return None
    starting = next_step_to_start(order)
    if starting is not None:
        return starting
    return "do" if final else "do_moves"


def last_step_of_issue() -> Step:
    """Return the step after which an issue is booked: running an order does its inputs."""
    return "run"


def last_step_of_confirmation(*, final: bool) -> Step:
    """Return the step after which a confirmation is booked."""
    return "do" if final else "do_moves"


def next_step_to_start(order: WorkOrder) -> Step | None:
    """Return the next step towards a running order; ``None`` when it runs."""
    if order.state == "waiting":
        return "assign_try"
    if order.state == "assigned":
        return "run"
    return None
