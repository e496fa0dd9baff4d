"""python-memcached. usage: python-memcached.py default|old-hash|tuple-key

With tuple-key the caller says the hash: the key is a number, and (number, key) is given.
"""
import sys

sys.path[0] += "/common"  # where adapter.py is
import memcache
from adapter import Skip, or_miss, serve

CONFIGURATION = sys.argv[1]
if CONFIGURATION == "old-hash":
    memcache.useOldServerHashFunction()


def spell(server):
    if server.path:
        if server.port is not None:
            raise Skip("ports of unix sockets")
        text = f"unix:{server.path}"
    else:
        port = "" if server.port is None else f":{server.port}"
        text = f"inet6:[{server.host}]{port}" if ":" in server.host else server.host + port
    return text if server.weight is None else (text, server.whole_weight())


def spell_key(key):
    if CONFIGURATION != "tuple-key":
        return key
    if not key.isdigit():
        raise ValueError("not a number")
    return int(key), key


class Client:
    def servers(self, servers):
        self.client = memcache.Client([spell(s) for s in servers])
        self.oracle = memcache.Client([spell(s) for s in servers])
        for server in self.oracle.servers:  # it asks only servers that it can connect to
            server.connect = lambda: True

    def locate(self, key):
        self.oracle.check_key(key)
        server, _ = self.oracle._get_server(spell_key(key))
        return self.oracle.servers.index(server)

    def set(self, key, value):
        return bool(self.client.set(spell_key(key), value))

    def get(self, key):
        return self.client.get(spell_key(key))

    def many(self, keys):
        return self.client.get_multi([spell_key(key) for key in keys])

    store = set

    def fetch(self, key):
        return or_miss(self.get(key))


serve(Client(), "python-memcached", memcache.__version__)
