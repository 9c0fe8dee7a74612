"""Every card of the example as Slack shows it: as text in golden/, and some as pictures for the documentation.

`python -m tests.platforms.slack.drawn` writes both anew; look at them.
"""
