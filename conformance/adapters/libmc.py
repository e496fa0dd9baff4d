"""libmc. usage: libmc.py md5|fnv1_32|fnv1a_32|crc_32"""
import sys

sys.path[0] += "/common"  # where adapter.py is; and here "libmc" would be this very file
import libmc
from adapter import Skip, or_miss, serve

HASH = getattr(libmc, f"MC_HASH_{sys.argv[1].upper()}")
NOWHERE = libmc.Client(["/dev/null"])


def spell(server):
    if server.weight is not None or ":" in server.host or server.path and server.port is not None:
        raise Skip("weights, IPv6, and ports of unix sockets")
    return f"{server.path or server.place()} {server.name}".rstrip()


def spelled_back(server):
    return server.name or server.path or f"{server.host}:{server.port or 11211}"


class Client:
    takes = {"name"}  # which the client calls an alias

    def servers(self, servers):
        self.list = [spelled_back(s) for s in servers]
        self.client = libmc.Client([spell(s) for s in servers], hash_fn=HASH)

    def locate(self, key):  # get_host_by_key() takes any key; each operation checks it first
        NOWHERE.get(key.decode())
        if NOWHERE.get_last_error() == libmc.MC_RETURN_INVALID_KEY_ERR:
            raise ValueError(NOWHERE.get_last_strerror())
        return self.list.index(self.client.get_host_by_key(key.decode()))

    def set(self, key, value):
        return self.client.set(key.decode(), value)

    def get(self, key):
        return self.client.get(key.decode())

    def many(self, keys):
        found = self.client.get_multi([key.decode() for key in keys])
        return {key.encode(): value for key, value in found.items()}

    store = set

    def fetch(self, key):
        return or_miss(self.get(key))


serve(Client(), "libmc", libmc.__version__)
