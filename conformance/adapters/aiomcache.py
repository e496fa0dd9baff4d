"""aiomcache, which knows one server. usage: aiomcache.py default"""
import sys

sys.path[0] += "/common"  # where adapter.py is; and here "aiomcache" would be this very file
import asyncio
import os
from importlib.metadata import version

import aiomcache
from adapter import Skip, or_miss, sendable, serve


class Client:
    types = {"bytes"}

    def servers(self, servers):
        server = servers[0]
        if len(servers) > 1 or server.weight is not None or server.path:
            raise Skip("more than one server, weights and unix sockets")
        self.loop = asyncio.new_event_loop()
        self.client = aiomcache.Client(server.host, server.port or 11211)

    def call(self, operation, *words):
        return self.loop.run_until_complete(operation(*words))

    def set(self, key, value):
        return self.call(self.client.set, sendable(key), value)

    def get(self, key):
        return self.call(self.client.get, sendable(key))

    def many(self, keys):
        keys = list(dict.fromkeys(keys))  # it refuses a key that is there twice
        values = self.call(self.client.multi_get, *map(sendable, keys))
        return {key: value for key, value in zip(keys, values) if value is not None}

    store = set

    def fetch(self, key):
        return or_miss(self.get(key))


serve(Client(), "aiomcache", version("aiomcache"))
os._exit(0)  # the connections that are left would be warned of
