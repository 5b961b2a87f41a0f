"""Models learn from what people decided and the ERP kept; versions are put in use and back."""
