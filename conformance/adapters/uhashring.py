"""uhashring, a ring without a client: keys go over plain connections.

usage: uhashring.py default|ketama
"""
import sys

sys.path[0] += "/common"  # where adapter.py is; and here "uhashring" would be this very file
from importlib.metadata import version

from adapter import Links, Skip, sendable, serve
from uhashring import HashRing

OPTIONS = {"default": {}, "ketama": {"hash_fn": "ketama"}}[sys.argv[1]]


class Client:
    def servers(self, servers):
        self.list = [s.place() for s in servers]
        nodes = self.list
        if any(s.weight is not None for s in servers):
            nodes = {node: {} if s.weight is None else {"weight": s.whole_weight()}
                     for node, s in zip(nodes, servers)}
            if len(nodes) < len(servers):
                raise Skip("weights of equal servers")
        self.ring = HashRing(nodes, **OPTIONS)
        self.links = Links(servers)

    def locate(self, key):
        return self.list.index(self.ring.get_node(sendable(key).decode()))

    def set(self, key, value):
        return self.links.set(self.locate(key), key, value)

    def get(self, key):
        return self.links.get(self.locate(key), key)


serve(Client(), "uhashring", version("uhashring"))
