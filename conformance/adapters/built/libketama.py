"""libketama, the original of last.fm, a ring without a client. usage: libketama.py ketama"""
import os
import sys

sys.path[0] += "/../common"  # where adapter.py is
import ctypes
import tempfile
from adapter import Links, Skip, serve

LONGEST_ADDRESS = 21  # the library copies 22 bytes, the zero among them, and checks for 23


class Point(ctypes.Structure):
    _fields_ = [("point", ctypes.c_uint), ("address", ctypes.c_char * 22)]


library = ctypes.CDLL(os.path.join(os.environ["POLYRING_BUILT"], "libketama.so"))
library.ketama_get_server.restype = ctypes.POINTER(Point)


class Client:
    ring = None

    def servers(self, servers):
        if any(server.port is None for server in servers if not server.path):
            raise Skip("addresses without a port")
        self.addresses = [server.place().encode() for server in servers]
        if max(map(len, self.addresses)) > LONGEST_ADDRESS:
            raise Skip("long addresses")
        if self.ring:
            library.ketama_smoke(self.ring)
            self.ring = None
        ring = ctypes.c_void_p()
        with tempfile.NamedTemporaryFile() as file:  # its inode names the ring's shared memory
            for address, server in zip(self.addresses, servers):
                file.write(b"%s\t%d\n" % (address, server.whole_weight()))
            file.flush()
            if not library.ketama_roll(ctypes.byref(ring), file.name.encode()):
                raise Skip("servers that the library refuses, such as those of weight 0")
        self.ring = ring
        self.links = Links(servers)

    def locate(self, key):
        if not self.ring or b"\0" in key:
            raise ValueError("no servers" if not self.ring else "a zero byte would end the key")
        found = library.ketama_get_server(key, self.ring)
        return self.addresses.index(found.contents.address)

    def set(self, key, value):
        return self.links.set(self.locate(key), key, value)


client = Client()
serve(client, "libketama", "18cf9a7")
if client.ring:
    library.ketama_smoke(client.ring)  # it would stay in the system's shared memory
