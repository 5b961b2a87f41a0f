"""The sandbox: a small ERP of its own, with business rules, locks and faults on demand.

It is a separate process with its own database and its own words; it knows nothing of Countersign.
Start it with ``python -m countersign.erp.sandbox --port 0 --database FILE``.
"""
