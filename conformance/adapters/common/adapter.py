"""What the Python adapters share: the protocol polyring-adapter/1 and the server text.

A client is an object with the methods that it can answer: servers(list of Server),
locate(key) -> index, set(key, value), get(key) -> bytes or None, hash(function, key) -> int.
Keys and values are bytes. An exception becomes "no" ("skip" for a list), Skip "skip".
A client that can tell servers by more than their place says by what in its attribute takes:
{"name"}, names of attributes, or EVERYTHING; whatever else a list asks for is skipped.
"""
import platform
import re
import socket
import sys
from typing import Dict, NamedTuple, Optional, Union
from urllib.parse import quote_from_bytes, unquote, unquote_to_bytes


EVERYTHING = object()


class Skip(Exception):
    """The client cannot express what was asked for."""


class Server(NamedTuple):
    """One word of a server list: [name=]place[:weight][;attribute=value]...

    The place is host[/ip][:port] or unix:path[:port].
    """
    host: str  # without brackets; "" for a path
    ip: str  # "" if the list gives none
    port: Optional[int]
    weight: Union[int, float, None]
    path: str  # "" for a host
    text: str
    name: str  # "" if the list gives none
    attributes: Dict[str, str]

    def whole_weight(self, absent=1):
        if isinstance(self.weight, float):
            raise Skip("fractional weights")
        return absent if self.weight is None else self.weight

    def place(self):
        """As people write it; the port only if the list gives one."""
        host = self.path or (f"[{self.host}]" if ":" in self.host else self.host)
        return host if self.port is None else f"{host}:{self.port}"


def parse(text):
    text_of_place, *attributes = text.split(";")
    name, word = re.fullmatch(r"(?:([^:/\[=]*)=)?(.*)", text_of_place).groups()
    unix = re.fullmatch(r"unix:([^:]*)(?::(\d+)(?=:))?(?::([\d.]+))?", word)
    host = re.fullmatch(r"(\[.*?\]|[^:/]+)(?:/(\[.*?\]|[^:]+))?(?::(\d+))?(?::([\d.]+))?", word)
    if not unix and not host:
        raise Skip(f"not a server: {text}")
    path, port, weight = unix.groups() if unix else ("",) + host.groups()[2:]
    places = ("", "") if unix else (host[1], host[2] or "")
    pairs = (pair.partition("=") for pair in attributes)
    return Server(*(unquote(place).strip("[]") for place in places),
                  None if port is None else int(port),
                  None if weight is None else float(weight) if "." in weight else int(weight),
                  unquote(path), text, unquote(name or ""),
                  {unquote(key): unquote(value) for key, _, value in pairs})


def parse_all(words, takes):
    servers = [parse(word) for word in words]
    for server in servers:
        beyond = server.attributes.keys() | ({"name"} if server.name else set())
        if takes is not EVERYTHING and not beyond <= takes:
            raise Skip(f"the {' and '.join(sorted(beyond - takes))} of a server")
    return servers


def sendable(key, without=rb"[\0\n ]"):
    """The key, if memcached takes it: for clients that leave it to the server to look."""
    if len(key) > 250 or re.search(without, key):
        raise ValueError("the server takes no such key")
    return key


class Links:
    """Plain connections to the servers, for a ring that has no client of its own."""

    def __init__(self, servers):
        self.servers = servers
        self.files = [None] * len(servers)

    def open(self, server):
        if server.path:
            link = socket.socket(socket.AF_UNIX)
            link.connect(server.path)
        else:  # the ring takes the address beside a name at its word, and so do we
            link = socket.create_connection((server.ip or server.host, server.port or 11211))
        return link.makefile("rwb")

    def set(self, at, key, value):
        file = self.files[at] = self.files[at] or self.open(self.servers[at])
        file.write(b"set %s 0 0 %d\r\n%s\r\n" % (key, len(value), value))
        file.flush()
        if file.readline() == b"STORED\r\n":
            return True
        self.files[at] = None  # there may be a second line, about the value
        return False


def encode(data):
    return quote_from_bytes(data, safe="")


def answer(client, verb, words):
    method = getattr(client, verb)
    if verb == "servers":
        method(parse_all(words, getattr(client, "takes", set())))
        return "ok"
    if verb == "locate":
        return f"at {method(unquote_to_bytes(words[0]))}"
    if verb == "set":
        stored = method(*map(unquote_to_bytes, (words + [""])[:2]))
        return "ok" if stored is not False else "no not stored"
    if verb == "get":
        value = method(unquote_to_bytes(words[0]))
        return "miss" if value is None else f"value {encode(value)}"
    return f"hash {method(words[0], unquote_to_bytes((words + [''])[1]))}"


def serve(client, name, version, **facts):
    verbs = [v for v in ("servers", "locate", "set", "get", "hash") if hasattr(client, v)]
    facts["runtime"] = f"{platform.python_implementation()}-{platform.python_version()}"
    facts = " ".join(f"{fact}={value}" for fact, value in facts.items())
    for line in sys.stdin:
        verb, *words = line.rstrip("\n").split(" ")
        if verb == "bye":
            break
        try:
            if verb == "hello":
                reply = f"hello {name} {version} python {','.join(verbs)} {facts}"
            elif verb in verbs:
                reply = answer(client, verb, words or [""])
            else:
                reply = f"skip {verb}"
        except Skip as why:
            reply = f"skip {why}"
        except Exception as why:  # whatever the client raises: it refuses the key, or the list
            refusal = "skip" if verb == "servers" else "no"
            reply = " ".join([refusal, type(why).__name__, *ascii(str(why)).strip("'\"").split()])
        print(reply, flush=True)
