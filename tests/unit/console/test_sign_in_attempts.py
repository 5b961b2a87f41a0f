"""Attempts to sign in: free at first, then slower and slower, forgotten after a while."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from countersign.console.sign_in_attempts import (
    FORGET_AFTER_S,
    FREE_FAILURES,
    FREE_FAILURES_PER_ADDRESS,
    LONGEST_WAIT_S,
    MAX_REMEMBERED,
    SignInAttempts,
)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(clock: Clock) -> SignInAttempts:
    return SignInAttempts(clock)


def fail(attempts: SignInAttempts, times: int, person_id: str = "anna") -> None:
    for _ in range(times):
        attempts.record_failure(person_id, "10.0.0.1")


@pytest.mark.parametrize(
    ("failures", "wait_s"),
    [(0, 0), (FREE_FAILURES - 1, 0), (5, 1), (6, 2), (7, 4), (12, 128), (60, LONGEST_WAIT_S)],
)
def test_waits_double_once_the_free_failures_are_used(
    attempts: SignInAttempts, failures: int, wait_s: float
) -> None:
    for number in range(failures):
        attempts.record_failure("anna", f"10.0.0.{number}")
    assert attempts.wait_s("anna", "10.9.9.9") == wait_s


def test_time_passes(attempts: SignInAttempts, clock: Clock) -> None:
    fail(attempts, FREE_FAILURES)
    clock.now += 0.75
    assert attempts.wait_s("anna", "10.0.0.1") == 0.25
    clock.now += 0.25
    assert attempts.wait_s("anna", "10.0.0.1") == 0


def test_the_same_person_in_other_letters_is_the_same_person(attempts: SignInAttempts) -> None:
    fail(attempts, FREE_FAILURES, "Anna")
    assert attempts.wait_s("ANNA", "10.0.0.9") > 0


def test_an_address_that_tries_many_names_waits_too(attempts: SignInAttempts) -> None:
    for number in range(FREE_FAILURES_PER_ADDRESS):
        attempts.record_failure(f"person-{number}", "10.0.0.1")
    assert attempts.wait_s("somebody", "10.0.0.1") > 0
    assert attempts.wait_s("somebody", "10.0.0.2") == 0


def test_the_right_password_clears_the_person(attempts: SignInAttempts) -> None:
    fail(attempts, FREE_FAILURES)
    attempts.record_success("anna")
    assert attempts.wait_s("anna", "10.0.0.2") == 0


def test_old_failures_are_forgotten(attempts: SignInAttempts, clock: Clock) -> None:
    fail(attempts, FREE_FAILURES + 3)
    clock.now += FORGET_AFTER_S + 1
    fail(attempts, 1)
    assert attempts.wait_s("anna", "10.0.0.1") == 0


def test_memory_is_bounded_and_the_latest_are_kept(attempts: SignInAttempts) -> None:
    for number in range(MAX_REMEMBERED):
        attempts.record_failure(f"person-{number}", f"address-{number}")
    fail(attempts, FREE_FAILURES, "last")
    assert attempts.wait_s("last", "elsewhere") > 0
