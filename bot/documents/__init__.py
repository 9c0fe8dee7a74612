"""Documents for people outside the chat, made of the configuration in force: the privacy pack and the kit."""
