"""A real homeserver, and the people who use it."""
