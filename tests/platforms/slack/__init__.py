"""Slack: what is drawn, sent and heard; and a strict fake of it (server.py), whose payloads are made of samples/*.json."""
