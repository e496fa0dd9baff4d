"""pymemcache, whose HashClient asks a RendezvousHash. usage: bench_pymemcache.py KEYS_FILE"""

import pymemcache
from pymemcache.client.rendezvous import RendezvousHash
from serve import serve


def one(keys, servers, _profile):
    nodes = [f"{server}:11211" for server in servers]
    index = {node: i for i, node in enumerate(nodes)}
    locate = RendezvousHash(nodes).get_node

    def work():
        for key in keys:
            locate(key)
    return work, lambda: (index[locate(key)] for key in keys)


if __name__ == "__main__":
    serve(f"pymemcache {pymemcache.__version__}", {"one": one})
