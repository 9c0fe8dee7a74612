"""A real browser (Debian's Chromium) against real processes. Skipped, and said so, where there is no Chromium."""
