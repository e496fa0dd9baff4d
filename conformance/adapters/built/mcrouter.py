"""mcrouter's hash functions, and its way from a key to what is hashed.
usage: mcrouter.py ch3|weighted-ch3|crc32|rendezvous|weighted-rendezvous [SALT]"""
import os
import re
import sys

sys.path[0] += "/../common"  # where adapter.py is
import ctypes
from adapter import Links, Skip, serve

library = ctypes.CDLL(os.path.join(os.environ["POLYRING_BUILT"], "libmcrouterhash.so"))
library.mcrouter_new.restype = ctypes.c_void_p
library.mcrouter_error.restype = ctypes.c_char_p
library.mcrouter_locate.restype = ctypes.c_size_t
function, salt = sys.argv[1], "".join(sys.argv[2:])


class Client:
    takes = {"name"}
    selector = None

    def weights(self, servers):
        """Those that are absent at the end stay so: WeightedCh3 has an answer to that."""
        given = [server.weight for server in servers]
        while given and given[-1] is None:
            given.pop()
        if None in given:
            raise Skip("a server without a weight before one with a weight")
        if given and not function.startswith("weighted"):
            raise Skip("weights")
        return given

    def servers(self, servers):
        weights = self.weights(servers)
        if "rendezvous" in function and any(not server.path and server.port is None for server in servers):
            raise Skip("tags of servers without a port")
        tags = [(server.name or server.place()).encode() for server in servers]
        if self.selector:
            library.mcrouter_free(self.selector)
        self.selector = ctypes.c_void_p(library.mcrouter_new(
            function.encode(), ctypes.c_size_t(len(servers)), (ctypes.c_char_p * len(tags))(*tags),
            (ctypes.c_double * len(weights))(*weights), ctypes.c_size_t(len(weights)), salt.encode()))
        if not self.selector:
            raise Skip(library.mcrouter_error().decode())
        self.links = Links(servers)

    def locate(self, key):
        if len(key) > 250:
            raise ValueError("a key of more than 250 bytes")
        if not self.selector or not library.mcrouter_takes(key, ctypes.c_size_t(len(key))):
            raise ValueError("not a key of mcrouter's" if self.selector else "no servers")
        return library.mcrouter_locate(self.selector, key, ctypes.c_size_t(len(key)))

    def set(self, key, value):
        route = re.match(b"/[^/]+/[^/]+/", key)  # which the servers do not get to see
        return self.links.set(self.locate(key), key[route.end() if route else 0:], value)


serve(Client(), "mcrouter", "9d7f434")
