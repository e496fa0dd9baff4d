"""libvbucket of Couchbase, a map without a client. usage: libvbucket.py vbucket|ketama"""
import os
import sys

sys.path[0] += "/../common"  # where adapter.py is
import ctypes
import json
from adapter import Links, Skip, serve

library = ctypes.CDLL(os.path.join(os.environ["POLYRING_BUILT"], "libvbucket.so"))
library.vbucket_config_create.restype = ctypes.c_void_p
library.vbucket_get_error_message.restype = ctypes.c_char_p
library.vbucket_config_get_server.restype = ctypes.c_char_p


def buckets(server):
    """The numbers in the attribute: 0-3+7."""
    for part in filter(None, server.attributes.get("buckets", "").split("+")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def vbucket_map(servers):
    owners = {bucket: at for at, server in enumerate(servers) for bucket in buckets(server)}
    if not owners or sorted(owners) != list(range(len(owners))):
        raise Skip("servers without a map of buckets")
    return {"nodeLocator": "vbucket", "vBucketServerMap": {
        "numReplicas": 0, "serverList": [server.place() for server in servers],
        "vBucketMap": [[owners[bucket]] for bucket in range(len(owners))]}}


def ketama_nodes(servers):
    if any(server.path or server.port is None for server in servers):
        raise Skip("servers without a port")
    return {"nodeLocator": "ketama", "nodes": [
        {"hostname": server.host, "ports": {"direct": server.port}} for server in servers]}


class Client:
    takes = {"buckets"} if sys.argv[1] == "vbucket" else set()
    config = None

    def servers(self, servers):
        if any(server.weight is not None for server in servers):
            raise Skip("weights")
        text = vbucket_map(servers) if sys.argv[1] == "vbucket" else ketama_nodes(servers)
        if self.config:
            library.vbucket_config_destroy(self.config)
        self.config = None
        config = ctypes.c_void_p(library.vbucket_config_create())
        if library.vbucket_config_parse(config, 1, json.dumps(text).encode()):
            raise Skip(library.vbucket_get_error_message(config).decode())
        listed = [server.place().encode() for server in servers]
        own = [library.vbucket_config_get_server(config, at) for at in range(len(servers))]
        if sorted(own) != sorted(listed) or len(set(own)) < len(own):
            raise Skip("servers that the library cannot tell apart")
        self.order = [listed.index(server) for server in own]  # ketama sorts them
        self.config = config
        self.links = Links(servers)

    def locate(self, key):
        if not self.config:
            raise ValueError("no servers")
        bucket, at = ctypes.c_int(), ctypes.c_int()
        library.vbucket_map(self.config, key, ctypes.c_size_t(len(key)), ctypes.byref(bucket),
                            ctypes.byref(at))
        return self.order[at.value]

    def set(self, key, value):
        return self.links.set(self.locate(key), key, value)


serve(Client(), "libvbucket", "5590fff")
