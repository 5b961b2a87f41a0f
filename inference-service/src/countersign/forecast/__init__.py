"""Looking ahead: questions that are asked by the clock, about what has not happened yet."""
