"""What every way into SAP shares: fields, keys, codes, movements, and what SAP's messages mean."""
