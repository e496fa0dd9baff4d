"""The proxy built into memcached. usage: memcached-proxy.py CONFIGURATION, see POOLS"""
import os
import sys

sys.path[0] += "/../common"  # where adapter.py is
import ctypes
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from adapter import Skip, serve

RING = "dist = labelled(mcp.dist_ring_hash), omode = '{}', hash = {}"
POOLS = {
    "jump": "",
    "jump-seed": "seed = 'polyring'",
    "jump-stop": "filter = 'stop', filter_conf = '|#|'",
    "jump-tags": "filter = 'tags', filter_conf = '{}'",
    "ring": RING.format("default", "nil"),
    "ring-ketama": RING.format("ketama", "mcp.dist_ring_hash.hash"),
    "ring-twemproxy": RING.format("twemproxy", "mcp.dist_ring_hash.hash"),
    "ring-evcache": RING.format("evcache", "mcp.dist_ring_hash.hash"),
}
# The proxy labels a server by the address that it connects to. The stand-ins have addresses of
# their own, so the ring is told those of the list on its way.
CONFIGURATION = """
local servers = {%(servers)s}
local function labelled(dist)
  return {new = function(pool, options)
    for at, server in ipairs(pool) do
      server.addr, server.port = servers[at].host, servers[at].port
    end
    return dist.new(pool, options)
  end}
end
function mcp_config_pools()
  mcp.backend_connect_timeout(1)
  local backends = {%(backends)s}
  return mcp.pool(backends, {%(pool)s})
end
function mcp_config_routes(pool)
  local generator = mcp.funcgen_new()
  local handle = generator:new_handle(pool)
  generator:ready({n = "all", f = function(context)
    return function(request) return context:enqueue_and_wait(request, handle) end
  end})
  mcp.attach(mcp.CMD_ANY_STORAGE, generator)
end
"""


def lua(server, **more):
    fields = {"host": server[0], "port": server[1], **more}
    return "{%s}" % ", ".join(f"{name} = '{value}'" for name, value in fields.items())


def end_with_parent():
    """In the proxy to be: if this program is killed, the proxy ends too."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG


class Proxy:
    """A proxy in front of the backends, which it labels with the places of the servers."""

    def __init__(self, servers, backends):
        self.folder = tempfile.mkdtemp()
        with open(f"{self.folder}/proxy.lua", "w") as file:
            file.write(CONFIGURATION % {
                "servers": ", ".join(map(lua, servers)), "pool": POOLS[sys.argv[1]],
                "backends": ", ".join(f"mcp.backend({lua(backend, label=at)})"
                                      for at, backend in enumerate(backends))})
        self.process = subprocess.Popen(
            [os.path.join(os.environ["POLYRING_BUILT"], "memcached-proxy"), "-u", "root", "-t", "1",
             "-s", f"{self.folder}/socket", "-o", f"proxy_config={self.folder}/proxy.lua"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=end_with_parent)
        self.link = self.file = None

    def ask(self, request):
        """Sends it; the reply can be read from what is returned."""
        while not self.file:
            try:
                self.link = socket.socket(socket.AF_UNIX)
                self.link.connect(f"{self.folder}/socket")
                self.file = self.link.makefile("rwb")
            except OSError:
                if self.process.poll() is not None:
                    raise Skip("the proxy did not start")
                time.sleep(0.005)
        self.file.write(request)
        self.file.flush()
        return self.file

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)


class StandIns:
    """Servers that note who is asked: the proxy places keys only in order to send them."""

    def __init__(self, servers):
        listeners = [socket.create_server(("127.0.0.1", 0)) for _ in servers]
        self.proxy = Proxy(servers, [listener.getsockname() for listener in listeners])
        self.links = {}
        for at, listener in enumerate(listeners):
            listener.settimeout(5)
            link = listener.accept()[0]
            link.recv(64)  # it asks for the version
            link.sendall(b"VERSION 1\r\n")
            self.links[link] = at
            listener.close()

    def locate(self, key):
        reply = self.proxy.ask(b"get %s\r\n" % key)
        asked = select.select([self.proxy.link, *self.links], [], [], 5)[0]
        if asked and asked[0] in self.links:
            asked[0].recv(512)
            asked[0].sendall(b"END\r\n")
            reply.readline()
            return self.links[asked[0]]
        raise ValueError(reply.readline().decode("ascii", "replace").strip())

    def stop(self):
        self.proxy.stop()


class Client:
    def __init__(self):
        self.running = {}

    def servers(self, servers):
        if any(server.path or server.port is None or server.weight is not None
               for server in servers):
            raise Skip("weights, unix sockets, and servers without a port")
        self.stop()
        self.list = servers

    def stop(self):
        for part in self.running.values():
            part.stop()
        self.running = {}

    def run(self, kind):
        if kind not in self.running:
            labels = [(server.host, server.port) for server in self.list]
            places = [(server.ip or server.host, server.port) for server in self.list]
            self.running[kind] = StandIns(labels) if kind == "stand-ins" else Proxy(labels, places)
        return self.running[kind]

    def locate(self, key):
        return self.run("stand-ins").locate(sendable(key))

    def set(self, key, value):
        request = b"set %s 0 0 %d\r\n%s\r\n" % (sendable(key), len(value), value)
        return self.run("proxy").ask(request).readline() == b"STORED\r\n"

    def get(self, key):
        reply = self.run("proxy").ask(b"get %s\r\n" % sendable(key))
        value, line = None, reply.readline()
        while line.startswith(b"VALUE"):
            value = reply.read(int(line.split()[3]) + 2)[:-2]
            line = reply.readline()
        if line != b"END\r\n":
            raise ValueError(line.decode("ascii", "replace").strip())
        return value


def sendable(key):
    if not key or set(key) & set(b"\0\n "):
        raise ValueError("not a key of the text protocol")
    return key


client = Client()
try:
    serve(client, "memcached-proxy", "1.6.45", configuration=sys.argv[1])
finally:
    client.stop()
