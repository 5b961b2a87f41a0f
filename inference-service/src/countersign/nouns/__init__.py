"""The nouns that every station shares: small frozen values, no behaviour that needs a database."""
