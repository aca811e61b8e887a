"""What all tests share: the servers, and patience with a busy machine."""

from hypothesis import settings

pytest_plugins = ["tests.make.ledger", "tests.make.played", "tests.make.readers", "tests.servers.fixtures"]

settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, derandomize=False)
settings.register_profile("mutants", deadline=None, derandomize=True, max_examples=10)
settings.load_profile("house")
