"""The audit trail: one record per step, each carrying the hash of the one before."""
