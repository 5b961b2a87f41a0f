"""Build the validator module of both sides from the schemas in ``shared-contracts/``."""
