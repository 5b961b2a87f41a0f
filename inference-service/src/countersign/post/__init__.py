"""Making it so: documents composed, booked exactly once, and what people may do about them."""
