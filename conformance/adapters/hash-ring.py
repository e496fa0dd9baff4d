"""hash_ring, a ring without a client: keys go over plain connections. usage: hash-ring.py default

Under its own name it was published for Python 2 only; hashring is the same for Python 3.
"""
import sys

sys.path[0] += "/common"  # where adapter.py is
from importlib.metadata import version

from adapter import Links, Skip, sendable, serve
from hashring import HashRing


class Client:
    def servers(self, servers):
        self.list = [s.place() for s in servers]
        weights = {node: s.weight for node, s in zip(self.list, servers) if s.weight is not None}
        if weights and len(set(self.list)) < len(servers):
            raise Skip("weights of equal servers")
        self.ring = HashRing(self.list, weights)
        self.links = Links(servers)

    def locate(self, key):
        return self.list.index(self.ring.get_node(sendable(key).decode()))

    def set(self, key, value):
        return self.links.set(self.locate(key), key, value)

    def get(self, key):
        return self.links.get(self.locate(key), key)


serve(Client(), "hash-ring", version("hashring"))
