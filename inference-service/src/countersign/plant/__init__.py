"""What the plant knows: units, master data, the progress of its orders, its usual figures."""
