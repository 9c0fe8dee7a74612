"""The tables that know people, and plain functions on a session. Each is called inside one transaction."""
