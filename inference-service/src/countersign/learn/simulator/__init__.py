"""A plant to learn from: physics first, then people who record it; causes are never an input."""
