"""What an organisation may say, and what it is told when it is wrong."""
