"""A year in a minute: the real flow with simulated colleagues, a virtual clock and a chat platform in memory."""
