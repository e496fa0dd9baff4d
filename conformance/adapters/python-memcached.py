"""python-memcached. usage: python-memcached.py default"""
import sys

sys.path[0] += "/common"  # where adapter.py is
import memcache
from adapter import Skip, serve


def spell(server):
    if server.path:
        if server.port is not None:
            raise Skip("ports of unix sockets")
        text = f"unix:{server.path}"
    else:
        port = "" if server.port is None else f":{server.port}"
        text = f"inet6:[{server.host}]{port}" if ":" in server.host else server.host + port
    return text if server.weight is None else (text, server.whole_weight())


class Client:
    def servers(self, servers):
        self.client = memcache.Client([spell(s) for s in servers])
        self.oracle = memcache.Client([spell(s) for s in servers])
        for server in self.oracle.servers:  # it asks only servers that it can connect to
            server.connect = lambda: True

    def locate(self, key):
        self.oracle.check_key(key)
        server, _ = self.oracle._get_server(key)
        return self.oracle.servers.index(server)

    def set(self, key, value):
        return bool(self.client.set(key, value))

    def get(self, key):
        return self.client.get(key)


serve(Client(), "python-memcached", memcache.__version__)
