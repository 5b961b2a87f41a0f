"""Habits: how often things go wrong in a plant, in physics and in recording; nobody is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Habits:
    """Rates and sizes of one plant; shares of 1 unless a unit is named.

    The averages of :func:`draw_habits` follow a real log of 2,701 confirmations: 35 % of them
    without pieces, rejects in 0.64 % of the pieces but 54 % of the orders, waits between operations
    of 1.4 hours in the median and 46 hours at the 90 % point.
    """

    zero_events: float
    reject_share: float
    rejects_at_machine: float
    stretch_median_minutes: float
    minutes_spread: float
    disturbances: float
    over_deliveries: float
    under_deliveries: float
    wait_median_h: float
    wait_spread: float
    interruptions: float
    usage_spread: float
    scale_spread: float
    bom_error_spread: float
    setup_waste_pieces: float
    troubled_setups: float
    substitutions: float
    shrinking_materials: float
    shrinkage_high: float
    output_errors: float
    time_errors: float
    usage_errors: float
    undeclared_output: float
    late_records: float
    wrong_reasons: float
    missing_reasons: float
    named_defects: float
    caught: float
    misaddressed: float = 0.0
    foreign_materials: float = 0.0


def draw_habits(seed: int) -> Habits:
    """Draw the habits of a plant; every plant goes wrong in its own mixture."""
    rng = np.random.default_rng((seed, 2))

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    return Habits(
        zero_events=between(0.28, 0.42),
        reject_share=between(0.005, 0.014),
        rejects_at_machine=between(0.1, 0.4),
        stretch_median_minutes=125.0,
        minutes_spread=between(0.25, 0.7),
        disturbances=between(0.02, 0.06),
        over_deliveries=between(0.02, 0.07),
        under_deliveries=between(0.03, 0.10),
        wait_median_h=1.4,
        wait_spread=2.7,
        interruptions=between(0.3, 0.5),
        usage_spread=between(0.006, 0.025),
        scale_spread=between(0.002, 0.010),
        bom_error_spread=between(0.01, 0.06),
        setup_waste_pieces=between(0.02, 0.2),
        troubled_setups=between(0.03, 0.10),
        substitutions=between(0.06, 0.15),
        shrinking_materials=between(0.10, 0.30),
        shrinkage_high=between(0.04, 0.12),
        output_errors=between(0.03, 0.08),
        time_errors=between(0.02, 0.06),
        usage_errors=between(0.06, 0.14),
        undeclared_output=between(0.0, 0.25),
        late_records=between(0.02, 0.10),
        wrong_reasons=between(0.08, 0.15),
        missing_reasons=between(0.01, 0.08),
        named_defects=between(0.4, 0.8),
        caught=between(0.5, 0.9),
    )


def shift_habits() -> Habits:
    """Return the habits of a well-run plant on one busy shift: work flows, few records go wrong."""
    return Habits(
        zero_events=0.06,
        reject_share=0.010,
        rejects_at_machine=0.3,
        stretch_median_minutes=22.0,
        minutes_spread=0.15,
        disturbances=0.02,
        over_deliveries=0.0,
        under_deliveries=0.02,
        wait_median_h=0.1,
        wait_spread=0.5,
        interruptions=0.0,
        usage_spread=0.008,
        scale_spread=0.003,
        bom_error_spread=0.01,
        setup_waste_pieces=0.1,
        troubled_setups=0.02,
        substitutions=0.01,
        shrinking_materials=0.05,
        shrinkage_high=0.04,
        output_errors=0.03,
        time_errors=0.03,
        usage_errors=0.03,
        undeclared_output=0.05,
        late_records=0.01,
        wrong_reasons=0.10,
        missing_reasons=0.05,
        named_defects=0.5,
        caught=1.0,
        misaddressed=0.01,
        foreign_materials=0.01,
    )
