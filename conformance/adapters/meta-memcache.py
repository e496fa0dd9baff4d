"""meta-memcache. usage: meta-memcache.py default|crc32"""
import sys

sys.path[0] += "/common"  # where adapter.py is
from importlib.metadata import version

import meta_memcache as mm
from adapter import Skip, or_miss, serve
from meta_memcache.connection.providers import NonConsistentHashPoolProvider

PROVIDER = {"default": mm.HashRingConnectionPoolProvider,
            "crc32": NonConsistentHashPoolProvider}[sys.argv[1]]


def spell(server):
    if server.weight is not None or ":" in server.host or server.path:
        raise Skip("weights, IPv6 and unix sockets")
    return mm.ServerAddress(server.host, server.port or 11211, server.name or None)


class Client:
    takes = {"name"}  # which the client calls a server_id

    def servers(self, servers):
        self.list = [spell(s) for s in servers]
        factory = mm.connection_pool_factory_builder(initial_pool_size=0)
        self.pools = mm.build_server_pool(self.list, factory)
        router = mm.DefaultRouter(PROVIDER(self.pools), mm.DefaultExecutor(mm.MixedSerializer()))
        self.router, self.client = router, mm.CacheClient(router=router)

    def locate(self, key):
        if len(key) > 186:
            raise ValueError("a key of more than 186 bytes")
        pool = self.router.pool_provider.get_pool(mm.Key(key.decode()))
        return self.list.index(next(s for s, own in self.pools.items() if own is pool))

    def set(self, key, value):
        if len(key) > 186:  # it would be stored under a digest in binary, where nobody looks for it
            raise ValueError("a key of more than 186 bytes")
        return self.client.set(key.decode(), value, ttl=0)

    def get(self, key):
        return self.client.get(key.decode())

    def many(self, keys):
        found = self.client.multi_get([key.decode() for key in keys])
        return {key.key.encode(): value for key, value in found.items() if value is not None}

    store = set

    def fetch(self, key):
        return or_miss(self.get(key))


serve(Client(), "meta-memcache", version("meta-memcache"))
