"""What all tests share: the servers."""

pytest_plugins = ["tests.servers.fixtures"]
