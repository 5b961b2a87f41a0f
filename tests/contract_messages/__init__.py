"""Messages for the contract tests: the examples, broken ones, and what jsonschema says of them."""
