"""The contracts with the gateway and the ERP team, as generated from ``shared-contracts/``."""
