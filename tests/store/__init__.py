"""Tests of the database: its tables and its transactions."""
