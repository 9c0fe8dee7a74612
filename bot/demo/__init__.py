"""Everything at work in one browser page: you answer, the round closes, a department's message appears."""
