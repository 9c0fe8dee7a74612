"""Slack: what is drawn, sent and heard; and a strict fake of it (server.py), with payloads made of samples/*.json."""
