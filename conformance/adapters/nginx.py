"""nginx, upstream's "hash". usage: nginx.py hash|consistent

It only reads from memcached: what is set goes by a plain connection to the server that nginx tries
to read the key from, and so does what is read from a server without a port.
"""
import sys

sys.path[0] += "/common"  # where adapter.py is
import http.client
import re
import socket
import subprocess
from adapter import Links, Skip, sendable, serve
from daemon import Daemon

METHOD = {"hash": "", "consistent": " consistent"}[sys.argv[1]]
PROGRAM = "/usr/sbin/nginx"
DEFAULT_PORT = 80  # with 11211 written out, the ring would have other labels
ESCAPED = re.compile(rb"[\0-\x20%]")  # as %XX, but not in the text that is hashed
CONFIGURATION = """
daemon off;
master_process off;
error_log stderr emerg;
pid nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path temporary;
  proxy_temp_path temporary;
  fastcgi_temp_path temporary;
  uwsgi_temp_path temporary;
  scgi_temp_path temporary;
  upstream servers {
    hash $http_key%s;
%s
  }
  server {
    listen unix:socket;
    keepalive_requests 1000000;
    location / {
      set $memcached_key $http_key;
      memcached_pass servers;
      memcached_next_upstream off;
      memcached_connect_timeout 200ms;
      add_header At $upstream_addr always;
    }
  }
}
"""


def directive(server):
    place = f"unix:{server.path}" if server.path else server.place()
    place = re.sub(r'(["\\])', r"\\\1", place)
    weight = "" if server.weight is None else f" weight={server.whole_weight()}"
    return f'    server "{place}"{weight} max_fails=0;'


def addresses(server):
    """As nginx writes them."""
    if server.path:
        return [f"unix:{server.path}"]
    found = socket.getaddrinfo(server.host, server.port or DEFAULT_PORT, type=socket.SOCK_STREAM)
    return [f"[{to[0]}]:{to[1]}" if ":" in to[0] else f"{to[0]}:{to[1]}" for *_, to in found]


class Link(http.client.HTTPConnection):
    def __init__(self, daemon):
        super().__init__("nginx")
        self.daemon = daemon

    def connect(self):  # again after every answer that nginx closes with
        self.sock = self.daemon.connect()


class Client:
    def __init__(self):
        self.daemon = Daemon()

    def servers(self, servers):
        for server in servers:
            if server.path and server.port is not None:
                raise Skip("ports of unix sockets")
        self.at, self.count = {}, len(servers)
        self.portless = {i for i, s in enumerate(servers) if s.port is None and not s.path}
        for index, server in enumerate(servers):
            for address in addresses(server):
                self.at.setdefault(address, index)
        lines = "\n".join(map(directive, servers))
        self.daemon.start(CONFIGURATION % (METHOD, lines), PROGRAM, "-p", self.daemon.folder,
                          "-e", "stderr", "-c", "configuration")
        self.links = Links(servers)
        self.link = Link(self.daemon)

    def ask(self, key):
        # An empty key goes to any server.
        if ESCAPED.search(sendable(key)):
            raise ValueError("nginx asks for such a key under another name")
        self.link.request("GET", "/", headers={"Key": key})
        response = self.link.getresponse()
        return response, response.read()

    def locate(self, key):
        if len(set(self.at.values())) < self.count:
            raise Skip("equal servers, which it does not tell apart")
        return self.place(key)

    def place(self, key):
        response, _ = self.ask(key)
        if response.getheader("At") is None:
            raise ValueError(f"HTTP status {response.status}")
        return self.at[response.getheader("At")]

    def set(self, key, value):
        return self.links.set(self.place(key), key, value)

    def get(self, key):
        response, body = self.ask(key)
        at = self.at.get(response.getheader("At"))
        if at in self.portless:  # nobody keeps memcached at nginx's default port
            return self.links.get(at, key)
        if response.status not in (200, 404):
            raise ValueError(f"HTTP status {response.status}")
        return body if response.status == 200 else None


version = subprocess.run([PROGRAM, "-v"], stderr=subprocess.PIPE, text=True, check=True)
serve(Client(), "nginx", version.stderr.split("/")[-1].split()[0])
