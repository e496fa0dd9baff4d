"""pylibmc. usage: pylibmc.py default|ketama|ketama-weighted|ketama-spy|... [BEHAVIOR=VALUE...]

The behaviors are added to those of the configuration, which see below.
"""
import sys

sys.path[0] += "/common"  # where adapter.py is; and here "pylibmc" would be this very file
import ctypes
import pylibmc
from adapter import MISS, Skip, sendable, serve

BEHAVIORS = {
    "default": {},
    "crc": {"hash": "crc"},
    "ketama": {"ketama": True},
    "ketama-weighted": {"ketama_weighted": True},
    "ketama-spy": {"distribution": "consistent ketama spy"},
    "ketama-spy-weighted": {"ketama_weighted": True, "distribution": "consistent ketama spy"},
}[sys.argv[1]]
for word in sys.argv[2:]:
    behavior, _, value = word.partition("=")
    # Text as a namespace makes the client refuse it, or take what else lies in that memory.
    BEHAVIORS[behavior] = (value.encode() if behavior == "namespace" else
                           int(value) if value.isdigit() else value)

NAMESPACE = BEHAVIORS.get("namespace", b"")
NOWHERE = pylibmc.Client(["/dev/null"])


def check(key):
    # The client measures the key alone, and does not look for blanks. Where the server takes no
    # such key, it misreads the answers to that key and to those after it.
    sendable(key and NAMESPACE + key)


def spell(server):
    if server.path:
        if server.port is not None or server.weight is not None:
            raise Skip("ports and weights of unix sockets")
        return server.path
    host = f"[{server.host}]" if ":" in server.host else server.host
    port = 11211 if server.port is None else server.port
    return f"{host}:{port}:{server.whole_weight()}"


class Client:
    def servers(self, servers):
        self.client = pylibmc.Client([spell(s) for s in servers], behaviors=BEHAVIORS)

    def locate(self, key):  # hash() takes any key; each operation checks it first
        check(key)
        if BEHAVIORS.get("_sort_hosts"):
            raise Skip("hash() counts the servers as they were sorted")
        try:
            NOWHERE.get(key)
        except pylibmc.Error:
            pass
        return self.client.hash(key)

    def set(self, key, value):
        check(key)
        return self.client.set(key, value)

    def get(self, key):
        check(key)
        return self.client.get(key)

    def many(self, keys):
        for key in keys:
            check(key)
        return self.client.get_multi(keys)

    store = set

    def fetch(self, key):
        check(key)
        return self.client.get(key, MISS)


version = ctypes.CDLL("libmemcached.so.11").memcached_lib_version  # pylibmc's own says 1.0.18
version.restype = ctypes.c_char_p
serve(Client(), "pylibmc", pylibmc.__version__, library=f"libmemcached-{version().decode()}")
