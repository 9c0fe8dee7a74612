"""The admin pages, over the real application and a real database."""
