"""Section 3 of docs/placement.md: labels, the texts that stand for servers."""
import re
import socket
import struct

from servers import ServersError

LABEL_MAX, TOKENS_MAX = 1023, 16
BY_LABEL = ("i", "i+1", "prev:le", "key")  # what changes from label to label


class ProfileError(Exception):
    """No such row, or an override that it cannot take."""


def long_address(ip):
    """An address as Java writes it, but without brackets: no group of IPv6 is left out."""
    text, percent, zone = ip.decode().partition("%")
    if ":" not in text:
        return ip
    packed = socket.inet_pton(socket.AF_INET6, text)
    if packed[:12] == bytes(10) + b"\xff\xff":
        return b"%d.%d.%d.%d" % tuple(packed[12:])
    groups = ":".join(f"{group:x}" for group in struct.unpack(">8H", packed))
    return f"{groups}{percent}{zone}".encode()


def in_brackets(ip):
    return b"[" + ip + b"]" if b":" in ip else ip


def java_address(ip):
    return in_brackets(long_address(ip))


def port_text(server, row):
    if server.port is None:
        return b"0" if server.is_path else row["no_port"].encode()
    return server.port.encode()


def bracketed(server, _=None):
    return b"[" + server.host + b"]" if server.is_v6 else server.host


def colon_port(server, row):
    return b":" + port_text(server, row)


def port_unless_usual(server, row):
    return b"" if port_text(server, row) in (b"11211", b"") else colon_port(server, row)


def address(server, _=None):
    if server.ip is None:
        raise ServersError(f"{server.place}: the row needs an address")
    return server.ip


def name(server, _):
    if server.name is None:
        raise ServersError(f"{server.place}: the row needs a name")
    return server.name


def or_name(otherwise, named=lambda server: b""):
    return lambda server, row: otherwise(server, row) if server.name is None else named(server)


def named_by(server):
    return server.name


TOKENS = {
    "host": lambda server, row: server.host,
    "[host]": bracketed,
    "ip": address,
    "[ip]": lambda server, row: in_brackets(address(server)),
    "ip:long": lambda server, row: long_address(address(server)),
    "host:long": lambda server, row: long_address(server.host) if server.is_v6 else server.host,
    "ip:java": lambda server, row: java_address(address(server)),
    "host/ip": lambda server, row: (server.host + b"/" if server.has_ip else b"") +
                                   java_address(address(server)),
    "/ip": lambda server, row: (server.host if server.has_ip else b"") + b"/" +
                               java_address(address(server)),
    "port": port_text,
    ":port!11211": port_unless_usual,
    ":port": lambda server, row: b"" if server.port is None else colon_port(server, row),
    "name": name,
    "name|host": or_name(lambda server, row: server.host, named_by),
    "name|[host]": or_name(bracketed, named_by),
    "name|:port": or_name(colon_port),
    "name|:port!11211": or_name(port_unless_usual),
    "name|:": or_name(lambda server, row: b":"),
    "nul": lambda server, row: b"\0",
}


def parse_template(text):
    """Texts and tokens by turns, or None if it is malformed."""
    parts = re.split(r"\{([^{}]*)\}", text)
    known = all(token in TOKENS or token in BY_LABEL for token in parts[1::2])
    fits = len([part for part in parts if part]) <= TOKENS_MAX
    return parts if known and fits and "{" not in "".join(parts[::2]) else None


def tokens(template):
    return parse_template(template)[1::2]


class Label:
    """A template with all filled in that does not change from label to label."""

    def __init__(self, template, server, row):
        self.parts = []
        for at, part in enumerate(parse_template(template)):
            fixed = at % 2 == 0 or part not in BY_LABEL
            text = (part.encode() if at % 2 == 0 else TOKENS[part](server, row)) if fixed else part
            if fixed and self.parts and isinstance(self.parts[-1], bytes):
                self.parts[-1] += text
            else:
                self.parts.append(text)

    def text(self, i=0, prev=0, key=b""):
        values = {"i": b"%d" % i, "i+1": b"%d" % (i + 1), "key": key}
        if "prev:le" in self.parts:
            values["prev:le"] = struct.pack("<I", prev)
        return b"".join([values[p] if isinstance(p, str) else p for p in self.parts])


class Labels:
    """The labels of one server."""

    def __init__(self, server, row):
        template = row["unix_label"] if server.is_path else row["label"]
        if not template:
            raise ServersError(f"{server.place}: the row's client takes no paths")
        self.place = server.place
        self.first = self.rest = Label(template, server, row)
        if row["next_label"] and not server.is_path:
            self.rest = Label(row["next_label"], server, row)

    def text(self, i=0, prev=0, key=b""):
        label = (self.rest if i else self.first).text(i, prev, key)
        if len(label) - len(key) > LABEL_MAX:
            raise ServersError(f"{self.place}: a label is too long")
        return label
