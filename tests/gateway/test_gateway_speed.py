"""The short form of the gateway's speed: nothing lost, and no trigger waits for anybody.

The bounds are wide, because other programs run beside a test; they catch a database or a network
in the way of a trigger. ``scripts/gateway-proof`` holds the figures against their targets.
"""

from __future__ import annotations

from pathlib import Path

from gateway_proof import AtOnce, settings
from gateway_speed import measure
from loopback import KEY, LoopbackService

EVENTS = 500
LONGEST_COMPUTING_MS = 10
SLOWEST_PER_SECOND = 100


def test_an_outage_of_many_events_is_caught_up_in_batches_with_none_lost_and_none_doubled(
    jython: list[str], tmp_path: Path
) -> None:
    with LoopbackService() as service:
        speed = measure(
            jython,
            tmp_path,
            settings(tmp_path, service.url, KEY),
            AtOnce(service),
            events=EVENTS,
            warm_up_events=100,
        )
        assert (speed.lost, speed.doubled, service.duplicates) == (0, 0, 0)
        assert len(service.posts) < (EVENTS + 100) / 2
        assert speed.computing_ms_p50 < LONGEST_COMPUTING_MS
        assert speed.forwarded_per_second > SLOWEST_PER_SECOND
