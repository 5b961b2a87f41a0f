"""What happened, told to people: narratives, monitoring, the weekly letter."""
