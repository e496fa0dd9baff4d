"""pymemcache with its fail-over on: an adapter (docs/adapter.md). usage: ejecting_pymemcache.py HOST:PORT..."""

import pathlib
import sys

sys.path[0] = str(pathlib.Path(__file__).resolve().parents[2] / "conformance/adapters/common")
from adapter import serve
from pymemcache import __version__
from pymemcache.client.hash import HashClient


class Client:
    def servers(self, servers):
        self.client = HashClient([(s.host, s.port) for s in servers], connect_timeout=0.2, timeout=0.2, retry_attempts=1,
                                 retry_timeout=0.3, dead_timeout=2, ignore_exc=False)

    def set(self, key, value):
        return self.client.set(key.decode(), value, noreply=False)

    def get(self, key):
        return self.client.get(key.decode())


serve(Client(), "pymemcache", __version__)
