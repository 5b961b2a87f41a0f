"""What we think of an event: one file per use case, rules for facts and a model for the rest."""
