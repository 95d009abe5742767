"""Registers the real servers that tests may ask for by name."""

pytest_plugins = ["tests.servers.dovecot", "tests.servers.postfix"]
