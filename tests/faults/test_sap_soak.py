"""A bad day of SAP in its short form (``scripts/sap-soak`` is the long one)."""

from __future__ import annotations

from pathlib import Path

from sap_soak_rig import BAD_DAY, SapSoakRig

ORDERS, POSTINGS = 16, 96


def test_lost_answers_locks_and_a_closed_period_lose_nothing_and_book_nothing_twice(
    tmp_path: Path,
) -> None:
    rig = SapSoakRig(tmp_path, f"sqlite:///{tmp_path}/service.sqlite")
    try:
        rig.queue(POSTINGS, ORDERS)
        rig.sandbox.faults(*BAD_DAY, seed=5)
        rig.start_worker()
        rig.wait_until_posted(POSTINGS // 4)
        rig.close_period()
        rig.wait_until(lambda: rig.count("rejected") == ORDERS)
        refused = rig.refused()
        for record in refused:
            assert record.error_field == "posting_date"
            assert record.error_text is not None
            assert "period" in record.error_text
            assert "{" not in record.error_text
        rig.open_period()
        rig.retry(refused)
        rig.wait_until_posted(POSTINGS)
        result = rig.result()
    finally:
        rig.close()
    assert result.states == {"posted": POSTINGS}
    assert (result.lost, result.doubled, result.foreign, result.out_of_sequence) == (0, 0, 0, 0)
    assert result.flaws_in_audit == 0
