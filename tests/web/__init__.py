"""The HTTP server, and what it tells of itself."""
