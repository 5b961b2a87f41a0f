"""Causes: why a task came to a person, as a title that tells what to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from countersign.console.wording import words

Kind = Literal["blocked", "doubt", "limit", "routine"]
"""blocked: a fact forbids booking; doubt: something looks wrong; limit: a rule of the plant wants
a person; routine: nothing is wrong, a person looks all the same."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why tasks came, and the one thing to do about them."""

    title: str
    advice: str
    kind: Kind


CAUSES: Mapping[str, Cause] = {
    "order_unknown": Cause(
        "Order is not in the ERP", "Correct the order number, or have the order created.", "blocked"
    ),
    "order_created": Cause(
        "Order is not released yet", "Have the order released, then post.", "blocked"
    ),
    "order_closed": Cause("Order is closed", "Correct the order, or have it reopened.", "blocked"),
    "order_cancelled": Cause("Order is cancelled", "Correct the order number.", "blocked"),
    "material_unknown": Cause(
        "Material is not in the ERP", "Correct the material, or have it created.", "blocked"
    ),
    "material_blocked": Cause(
        "Material is blocked", "Ask who blocked it before anything is posted.", "blocked"
    ),
    "quality_hold": Cause("On quality hold", "Wait for quality to decide.", "blocked"),
    "unit_not_convertible": Cause(
        "Unit cannot be converted", "Correct the quantity, or have the unit maintained.", "blocked"
    ),
    "product_differs": Cause(
        "Another product than the order's", "Correct the order or the product.", "blocked"
    ),
    "closed_period": Cause(
        "Posting period is closed",
        "Correct the posting date, or have the period opened.",
        "blocked",
    ),
    "incomplete": Cause("Something is missing", "Add what the ERP needs.", "doubt"),
    "quantity_unexpected": Cause(
        "Quantity is not as expected", "Compare with what was really used.", "doubt"
    ),
    "decimal_slip": Cause(
        "Digit or decimal point may be wrong", "Check the digits and the decimal point.", "doubt"
    ),
    "unit_suspected": Cause(
        "Unit may be wrong", "Check in which unit was counted or weighed.", "doubt"
    ),
    "double_scan_suspected": Cause(
        "May have been scanned twice", "Check whether it was used once or twice.", "doubt"
    ),
    "over_order_need": Cause(
        "More than the order needs", "Check quantity and order number.", "doubt"
    ),
    "over_delivery": Cause("More than the order wants", "Check the count.", "doubt"),
    "more_than_before": Cause(
        "More than the step before delivered", "Check the count of both steps.", "doubt"
    ),
    "operation_missing": Cause(
        "A step before is not confirmed", "Check whether it was done.", "doubt"
    ),
    "operation_unknown": Cause("Operation is not in the order", "Correct the operation.", "doubt"),
    "after_final": Cause(
        "Operation was already finished", "Check whether this is a repetition.", "doubt"
    ),
    "order_completed": Cause(
        "Order is already completed", "Check whether this comes late or twice.", "doubt"
    ),
    "site_differs": Cause("Order belongs to another site", "Check the order number.", "doubt"),
    "not_in_bom": Cause(
        "Material is not in the bill of materials", "Check for a substitution.", "doubt"
    ),
    "lot_missing": Cause("Lot is missing", "Add the lot.", "doubt"),
    "quantity_zero": Cause("Quantity is zero", "Check whether anything is to be posted.", "doubt"),
    "fractional_pieces": Cause("Pieces with a fraction", "Check the count and the unit.", "doubt"),
    "scrap_unusual": Cause("Scrap is unusual", "Check the count and the reason.", "doubt"),
    "reason_missing": Cause("Scrap reason is missing", "Choose the reason.", "doubt"),
    "time_unusual": Cause("Time is unusual", "Check start, end and unit of the time.", "doubt"),
    "time_exceeds_span": Cause(
        "More time than passed", "Check the times against start and end.", "doubt"
    ),
    "end_before_start": Cause("End lies before start", "Correct start or end.", "doubt"),
    "time_in_future": Cause("Time is still to come", "Check the clock of the line.", "doubt"),
    "low_confidence": Cause("The model is not sure", "Compare with similar cases below.", "doubt"),
    "erp_asks_back": Cause("The ERP asks back", "Answer what the ERP asks.", "doubt"),
    "amount_unknown": Cause("Price is missing", "Check the quantity by hand.", "limit"),
    "new_material": Cause(
        "Booked for the first time",
        "Check material and quantity; it is known from then on.",
        "limit",
    ),
    "amount_cap": Cause("Above the amount limit", "Check quantity and material.", "limit"),
    "supervised": Cause("Every case is checked for now", "Check and post.", "routine"),
    "not_yet_earned": Cause(
        "Not enough confirmed cases yet", "Check and post; each one counts.", "routine"
    ),
    "no_model": Cause("No model was asked", "Check and post.", "routine"),
    "spot_check": Cause("Spot check", "Check as if the machine were wrong.", "routine"),
}
"""Every cause by the code that rules, model and policy give it."""


def cause_of(code: str) -> Cause:
    """Return the cause behind a code; a code without words of its own speaks for itself."""
    return CAUSES.get(code) or Cause(words(code), "Check and decide.", "doubt")
