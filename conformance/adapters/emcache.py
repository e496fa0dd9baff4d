"""emcache. usage: emcache.py default"""
import sys

sys.path[0] += "/common"  # where adapter.py is; and here "emcache" would be this very file
import asyncio
import os
from importlib.metadata import version

import emcache
from adapter import Skip, or_miss, serve


def spell(server):
    if server.weight is not None or server.path and server.port is not None:
        raise Skip("weights, and ports of unix sockets")
    if server.path:
        return emcache.MemcachedUnixSocketPath(server.path)
    return emcache.MemcachedHostAddress(server.host, server.port or 11211)


class Client:
    types = {"bytes"}

    def servers(self, servers):
        self.list = [spell(s) for s in servers]
        self.loop = asyncio.new_event_loop()
        self.client = self.loop.run_until_complete(emcache.create_client(self.list))

    def locate(self, key):  # the ring takes any key; each operation checks it first
        if not emcache._cython.cyemcache.is_key_valid(key):
            raise ValueError("Key has invalid characters")
        return self.list.index(self.client._cluster.pick_node(key).memcached_host_address)

    def set(self, key, value):
        self.loop.run_until_complete(self.client.set(key, value))

    def get(self, key):
        item = self.loop.run_until_complete(self.client.get(key))
        return item and item.value

    def many(self, keys):
        found = self.loop.run_until_complete(self.client.get_many(keys))
        return {key: item.value for key, item in found.items()}

    store = set

    def fetch(self, key):
        return or_miss(self.get(key))


serve(Client(), "emcache", version("emcache"))
os._exit(0)  # close() waits for ever for a server that it cannot reach
