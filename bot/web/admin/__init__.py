"""The admin pages: everything is configured here or in files, and one sees what was done. All without JavaScript."""
