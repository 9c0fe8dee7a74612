"""Slack: what is drawn, sent and heard."""
