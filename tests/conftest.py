"""For all tests: hypothesis keeps no time, so that a busy machine fails nothing."""

from hypothesis import settings

settings.register_profile("klankbord", deadline=None)
settings.load_profile("klankbord")
