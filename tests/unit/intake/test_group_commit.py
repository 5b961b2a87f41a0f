"""Requests that arrive together share a transaction; one that fails, fails alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from countersign.intake.group_commit import GroupCommit, Overloaded


class Store:
    """Remembers its groups; holds the first one until it is let go, refuses poison."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.entered = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, items: Sequence[int]) -> list[str]:
        self.groups.append(list(items))
        self.entered.set()
        assert self.let_go.wait(10)
        if any(item < 0 for item in items):
            raise ValueError("poison")
        return [f"stored {item}" for item in items]


def wait_until_waiting(commit: GroupCommit[int, str], count: int) -> None:
    done = threading.Event()
    while commit.waiting_items < count:
        done.wait(0.001)


def test_what_waits_while_the_disk_is_busy_is_committed_together() -> None:
    store = Store()
    commit: GroupCommit[int, str] = GroupCommit(store, max_waiting_items=100)
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(commit.submit, [0])
        assert store.entered.wait(10)
        others = [pool.submit(commit.submit, [number, number + 100]) for number in range(1, 9)]
        wait_until_waiting(commit, 17)
        store.let_go.set()
        assert first.result() == ["stored 0"]
        for number, other in enumerate(others, 1):
            assert other.result() == [f"stored {number}", f"stored {number + 100}"]
    commit.close()
    assert [len(group) for group in store.groups] == [1, 16]


def test_poison_fails_alone() -> None:
    store = Store()
    commit: GroupCommit[int, str] = GroupCommit(store, max_waiting_items=100)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(commit.submit, [0])
        assert store.entered.wait(10)
        good, bad, fine = (pool.submit(commit.submit, [item]) for item in (1, -1, 2))
        wait_until_waiting(commit, 4)
        store.let_go.set()
        assert first.result() == ["stored 0"]
        assert (good.result(), fine.result()) == (["stored 1"], ["stored 2"])
        with pytest.raises(ValueError, match="poison"):
            bad.result()
    commit.close()


def test_too_much_waiting_is_refused_at_once_and_stored_work_is_not() -> None:
    store = Store()
    commit: GroupCommit[int, str] = GroupCommit(store, max_waiting_items=2)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(commit.submit, [0])
        assert store.entered.wait(10)
        second = pool.submit(commit.submit, [1])
        wait_until_waiting(commit, 2)
        with pytest.raises(Overloaded):
            commit.submit([2])
        store.let_go.set()
        assert (first.result(), second.result()) == (["stored 0"], ["stored 1"])
    commit.close()


def test_closing_stores_what_waits() -> None:
    store = Store()
    store.let_go.set()
    commit: GroupCommit[int, str] = GroupCommit(store, max_waiting_items=10)
    assert commit.submit([1]) == ["stored 1"]
    commit.close()
