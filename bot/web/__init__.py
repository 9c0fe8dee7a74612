"""The HTTP server: mounts what platforms bring."""
