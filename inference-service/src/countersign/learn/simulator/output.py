"""Output: what the operations of an order truly produce, stretch by stretch, and when."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from countersign.learn.simulator.habits import Habits
from countersign.learn.simulator.lasting import lasting
from countersign.learn.simulator.plant import PlantDescription
from countersign.nouns.order import Operation, ProductionOrder

STRETCH_SPREAD = 1.0
LONGEST_STRETCH_MINUTES = 600.0
MOST_STRETCHES = 8
NIGHT_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Stretch:
    """Work on one operation from a start to an end, as it truly was; pieces are whole.

    ``is_over`` and ``is_short`` say that the order truly ends with more or fewer than planned.
    """

    order: ProductionOrder
    operation: Operation
    position: int
    machine: str
    person: str
    started_at: datetime
    ended_at: datetime
    good: int
    scrap: int
    is_first: bool
    is_final: bool
    is_disturbed: bool
    is_over: bool
    is_short: bool
    done_before: int

    @property
    def minutes(self) -> float:
        """Return how long the machine was busy."""
        return (self.ended_at - self.started_at).total_seconds() / 60.0


class Shopfloor:
    """Works orders off; each (product, operation) has its own true speed and reject share."""

    def __init__(
        self, plant: PlantDescription, habits: Habits, rng: np.random.Generator, seed: int
    ) -> None:
        self._seed = seed
        self._plant = plant
        self._habits = habits
        self._rng = rng
        self._speeds: dict[tuple[str, str], float] = {}
        self._rejects: dict[str, float] = {}

    def work(self, order: ProductionOrder, started_at: datetime) -> Iterator[Stretch]:
        """Yield the stretches of an order in the order of time."""
        rng, habits = self._rng, self._habits
        ordered = int(order.quantity.value)
        open_pieces = ordered
        if rng.random() < habits.over_deliveries:
            open_pieces += max(1, round(ordered * float(rng.uniform(0.02, 0.25))))
        short_at = -1
        if rng.random() < habits.under_deliveries:
            short_at = int(rng.integers(0, len(order.operations)))
        reject_share = self._reject_share(order.material_id) * float(rng.gamma(1.2, 1 / 1.2))
        at = started_at
        for position, operation in enumerate(order.operations):
            target = open_pieces
            if position == short_at:
                target = max(1, round(open_pieces * float(rng.uniform(0.5, 0.97))))
            passed = 0
            for stretch in self._operate(order, position, operation, target, at, reject_share):
                at = stretch.ended_at + timedelta(minutes=float(rng.exponential(10.0)))
                passed += stretch.good
                yield stretch
            open_pieces = passed
            if open_pieces == 0:
                return
            at = self._next_start(at)

    def _operate(
        self,
        order: ProductionOrder,
        position: int,
        operation: Operation,
        target: int,
        at: datetime,
        reject_share: float,
    ) -> Iterator[Stretch]:
        rng, habits = self._rng, self._habits
        machine = str(rng.choice(self._machines(operation)))
        is_last = position == len(order.operations) - 1
        share = reject_share if is_last else reject_share * habits.rejects_at_machine
        speed = self._speed(order.material_id, operation)
        done = worked = 0
        count = 0
        while worked < target:
            pieces, minutes, disturbed = self._stretch(speed, target - worked, count)
            worked += pieces
            scrap = int(rng.binomial(pieces, min(share, 0.5))) if pieces else 0
            ended_at = at + timedelta(minutes=minutes)
            yield Stretch(
                order=order,
                operation=operation,
                position=position,
                machine=machine,
                person=str(rng.choice(self._plant.persons)),
                started_at=at,
                ended_at=ended_at,
                good=pieces - scrap,
                scrap=scrap,
                is_first=count == 0,
                is_final=worked >= target,
                is_disturbed=disturbed,
                is_over=done + pieces - scrap > int(order.quantity.value) * 1.05,
                is_short=worked >= target and target < int(order.quantity.value) * 0.97,
                done_before=done,
            )
            done += pieces - scrap
            count += 1
            at = self._resumed(ended_at)

    def _stretch(self, speed: float, left: int, count: int) -> tuple[int, float, bool]:
        """Return pieces, minutes, and whether a disturbance stretched the time.

        Some stretches make nothing: set-up, trouble, the end of a shift.
        """
        rng, habits = self._rng, self._habits
        is_time_only = rng.random() < habits.zero_events * (0.75 if count else 1.6)
        planned = float(rng.lognormal(math.log(habits.stretch_median_minutes), STRETCH_SPREAD))
        planned = min(max(planned, 5.0), LONGEST_STRETCH_MINUTES)
        pace = speed * math.exp(float(rng.normal(0.0, habits.minutes_spread)))
        pieces = min(max(1, round(planned / pace)), left)
        if count >= MOST_STRETCHES or pieces > left * 0.85:
            pieces = left
        minutes = max(pieces * pace, 1.0)
        disturbed = bool(rng.random() < habits.disturbances)
        if disturbed:
            minutes *= math.exp(float(rng.uniform(0.7, 2.5)))
        if is_time_only:
            return 0, min(minutes, 240.0), False
        return pieces, minutes, disturbed

    def _resumed(self, ended_at: datetime) -> datetime:
        """Return when work on the same operation goes on: in a moment, or the next day."""
        at = ended_at + timedelta(minutes=float(self._rng.exponential(15.0)))
        if self._rng.random() < self._habits.interruptions:
            at += timedelta(hours=float(self._rng.lognormal(math.log(14.0), 0.9)))
        return at

    def _next_start(self, at: datetime) -> datetime:
        habits, rng = self._habits, self._rng
        wait = float(rng.lognormal(math.log(habits.wait_median_h), habits.wait_spread))
        start = at + timedelta(hours=min(wait, 400.0))
        if start.hour < 6 and habits.wait_spread > 1.0 and rng.random() > NIGHT_SHARE:
            start = start.replace(hour=6) + timedelta(minutes=float(rng.uniform(0, 120)))
        return start

    def _machines(self, operation: Operation) -> tuple[str, ...]:
        center = operation.work_center_id
        return self._plant.machines.get(center) or (center or "line",)

    def _speed(self, product_id: str, operation: Operation) -> float:
        """Return the true minutes per piece: the standard, wrong by a lasting factor."""
        key = (product_id, operation.operation_id)
        if key not in self._speeds:
            standard = float(operation.machine_minutes_per_piece) or 2.0
            chance = lasting(self._seed, "speed", *key)
            error = float(chance.normal(0.0, self._habits.minutes_spread * 0.6))
            self._speeds[key] = standard * math.exp(error)
        return self._speeds[key]

    def _reject_share(self, product_id: str) -> float:
        if product_id not in self._rejects:
            spread = float(lasting(self._seed, "rejects", product_id).lognormal(-0.3, 0.8))
            self._rejects[product_id] = self._habits.reject_share * spread
        return self._rejects[product_id]
