"""What all tests share: the servers, and patience with a busy machine."""

from hypothesis import settings

pytest_plugins = ["tests.servers.fixtures"]

settings.register_profile("house", deadline=None)
settings.load_profile("house")
