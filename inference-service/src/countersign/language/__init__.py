"""Language: what happened, told in sentences whose every number is a fact."""
