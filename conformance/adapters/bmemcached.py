"""bmemcached's DistributedClient. usage: bmemcached.py default|auth|bytes

auth gives it a name and a password, which become part of the ring; servers that know of no
authentication let it through. bytes gives keys as bytes, the others as text: the client places the
bytes b"k" and the text "k" on different servers.
"""
import sys

sys.path[0] += "/common"  # where adapter.py is; and here "bmemcached" would be this very file
from importlib.metadata import version

from adapter import MISS, Skip, serve
from bmemcached import DistributedClient

OPTIONS = {"username": "user", "password": "secret"} if sys.argv[1] == "auth" else {}
spell_key = bytes if sys.argv[1] == "bytes" else bytes.decode


def spell(server):
    if server.weight is not None or server.path and server.port is not None:
        raise Skip("weights, and ports of unix sockets")
    return server.path or server.place()


class Client:
    def servers(self, servers):
        self.list = [spell(s) for s in servers]
        self.client = DistributedClient(self.list, raw_data=True, **OPTIONS)
        self.typed = DistributedClient(self.list, **OPTIONS)

    def locate(self, key):
        if len(key) > 250:
            raise ValueError("the server takes no such key")
        return self.list.index(self.client._get_server(spell_key(key)).server)

    def set(self, key, value):
        return self.put(self.client, key, value)

    def put(self, client, key, value):
        stored = False
        try:
            stored = client.set(spell_key(key), value)
        finally:
            if not stored:  # the server hangs up on a key too long: the next one would fail for it
                client.disconnect_all()
        return stored

    def get(self, key):
        return self.client.get(spell_key(key))

    def many(self, keys):
        found = self.client.get_multi([spell_key(key) for key in keys])
        return {key: found[spell_key(key)] for key in keys if spell_key(key) in found}

    def store(self, key, value):
        return self.put(self.typed, key, value)

    def fetch(self, key):
        return self.typed.get(spell_key(key), MISS)


serve(Client(), "bmemcached", version("python-binary-memcached"))
