"""A job runs once at a time and ends between two steps."""

from __future__ import absolute_import, unicode_literals

import threading

from fakes import raises
from gatewaylibrary import module

jobs = module("jobs")


class Steps(jobs.Job):
    """Takes steps until it is stopped or has taken three."""

    def __init__(self, at_step=lambda: None):
        jobs.Job.__init__(self)
        self.steps = 0
        self.at_step = at_step

    def work(self):
        """Take up to three steps."""
        for _ in range(3):
            if not self.is_stopping:
                self.steps += 1
                self.at_step()


def test_a_job_that_is_called_while_it_runs_is_not_done_twice():
    made = []
    job = Steps(lambda: made[0].run())
    made.append(job)
    job.run()
    assert job.steps == 3


def test_a_stopped_job_ends_after_its_step_and_never_begins_again():
    is_working, may_go_on = threading.Event(), threading.Event()

    def step():
        is_working.set()
        may_go_on.wait(30)

    job = Steps(step)
    working = threading.Thread(target=job.run)
    working.start()
    is_working.wait(30)
    stopping = threading.Thread(target=job.stop)
    stopping.start()
    while not job.is_stopping:
        threading.Event().wait(0.001)
    assert stopping.is_alive()
    may_go_on.set()
    stopping.join(30)
    working.join(30)
    job.run()
    assert job.steps == 1


def test_a_job_that_fails_can_be_called_again():
    failures = [ValueError("once")]

    def step():
        if failures:
            raise failures.pop()

    job = Steps(step)
    with raises(ValueError):
        job.run()
    job.run()
    assert job.steps == 4
