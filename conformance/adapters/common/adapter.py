"""What the Python adapters share: the protocol polyring-adapter/1 and the server text.

A client is an object with the methods that it can answer: servers(list of Server),
locate(key) -> index, set(key, value), get(key) -> bytes or None, many(keys) -> a dict of what was
found, hash(function, key) -> int. Keys and values are bytes; those of store(key, value) and
fetch(key) -> value or MISS are what Python has for the type, of which the client takes those in its
attribute types. An exception becomes "no" ("skip" for a list), Skip "skip".
A client that can tell servers by more than their place says by what in its attribute takes:
{"name"}, names of attributes, or EVERYTHING; whatever else a list asks for is skipped.
"""
import json
import platform
import re
import socket
import sys
from typing import Dict, NamedTuple, Optional, Union
from urllib.parse import quote_from_bytes, unquote, unquote_to_bytes


EVERYTHING = object()
MISS = object()  # no client stores it, so one can be told to return it for nothing
WORDS_OF_BOOL = {b"true": True, b"false": False}
READERS = {"bytes": bytes, "text": bytes.decode, "int": int, "float": float,
           "bool": WORDS_OF_BOOL.__getitem__, "null": lambda empty: None,
           "list": json.loads, "map": json.loads}
VERBS = "servers", "locate", "set", "get", "many", "store", "fetch", "hash"
NAMES = {bytes: "bytes", str: "text", int: "int", float: "float", bool: "bool",
         type(None): "null", list: "list", dict: "map"}


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


def or_miss(value):
    """For clients that return None both for nothing and for a None that was stored."""
    return MISS if value is None else value


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

    def get(self, at, key):
        file = self.files[at] = self.files[at] or self.open(self.servers[at])
        file.write(b"get %s\r\n" % key)
        file.flush()
        head = file.readline()
        if head == b"END\r\n":
            return None
        if not head.startswith(b"VALUE "):
            self.files[at] = None
            raise ValueError(head.decode().strip())
        value = file.read(int(head.split()[3]))
        file.readline(), file.readline()
        return value


def encode(data):
    return quote_from_bytes(data, safe="")


def typed(value):
    """The words for a value that a client returned."""
    name = NAMES.get(type(value), "other")
    try:
        text = (value if name == "bytes" else value.encode() if name == "text" else
                b"" if value is None else
                json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    except (TypeError, ValueError):
        name, text = "other", ascii(value)[:200].encode()
    return f"{name} {encode(text)}"


def store(client, key, name="", word=""):
    if name not in getattr(client, "types", READERS):
        raise Skip(f"values of the type {name}")
    value = READERS[name](unquote_to_bytes(word))
    if NAMES[type(value)] != name:
        raise ValueError(f"not a {name}")
    return client.store(unquote_to_bytes(key), value)


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
    if verb == "many":
        keys = [unquote_to_bytes(word) for word in words]
        found = method(keys)
        return " ".join(["many", *(f"+{encode(found[k])}" if k in found else "-" for k in keys)])
    if verb == "store":
        return "ok" if store(client, *words) is not False else "no not stored"
    if verb == "fetch":
        value = method(unquote_to_bytes(words[0]))
        return "miss" if value is MISS else f"typed {typed(value)}"
    return f"hash {method(words[0], unquote_to_bytes((words + [''])[1]))}"


def serve(client, name, version, **facts):
    verbs = [v for v in VERBS if hasattr(client, v)]
    facts["runtime"] = f"{platform.python_implementation()}-{platform.python_version()}"
    facts = " ".join(f"{fact}={value}" for fact, value in facts.items())
    sys.stdin.reconfigure(errors="surrogateescape")
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
