"""Accounts and cost centres of what people post, and who mends what the ERP refused."""
