"""What anonymous answers say. Knows no person; returns numbers and verdicts, never sentences."""
