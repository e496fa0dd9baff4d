"""pymemcache's HashClient. usage: pymemcache.py default|unicode|bytes [OPTION=NUMBER ...]

The options are those of the client, such as dead_timeout=60. default and unicode give keys as text, bytes as bytes: the client places the bytes b"k" and the
text "k" on different servers. Without a serde the client takes bytes and ASCII text; typed values
go through its pickle_serde.
"""
import sys

sys.path[0] += "/common"  # where adapter.py is; and here "pymemcache" would be this very file
from adapter import MISS, Skip, serve
from pymemcache import __version__
from pymemcache.client.hash import HashClient
from pymemcache.client.murmur3 import murmur3_32
from pymemcache.serde import pickle_serde

UNICODE, spell_key = {"default": (False, bytes.decode), "unicode": (True, bytes.decode),
                      "bytes": (False, bytes)}[sys.argv[1]]
OPTIONS = {option: int(number) for option, number in (word.split("=") for word in sys.argv[2:])}


def spell(server):
    if server.weight is not None or server.path and server.port is not None:
        raise Skip("weights, and ports of unix sockets")
    return server.path or (server.host, 11211 if server.port is None else server.port)


class Client:
    def servers(self, servers):
        self.list = [spell(s) for s in servers]
        self.client = HashClient(self.list, allow_unicode_keys=UNICODE, **OPTIONS)
        self.typed = HashClient(self.list, allow_unicode_keys=UNICODE, serde=pickle_serde,
                                **OPTIONS)

    def locate(self, key):
        return self.list.index(self.client._get_client(spell_key(key)).server)

    def set(self, key, value):  # told to wait for the reply, which by default it does not
        return self.client.set(spell_key(key), value, noreply=False)

    def get(self, key):
        return self.client.get(spell_key(key))

    def many(self, keys):
        found = self.client.get_many([spell_key(key) for key in keys])
        return {key: found[spell_key(key)] for key in keys if spell_key(key) in found}

    def store(self, key, value):
        return self.typed.set(spell_key(key), value, noreply=False)

    def fetch(self, key):
        return self.typed.get(spell_key(key), MISS)

    def hash(self, function, key):
        if function != "murmur3_32":
            raise Skip(function)
        return murmur3_32(key.decode())


serve(Client(), "pymemcache", __version__)
