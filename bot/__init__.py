"""The conversation: asking, hearing, counting and posting. The only floor that knows people."""
