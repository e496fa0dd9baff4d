"""Section 3 of docs/placement.md: labels, the texts that stand for servers."""
import re
import socket
import struct

from servers import ServersError

LABEL_MAX = 1023
TOKENS = {"host", "[host]", "ip", "host/ip", "port", ":port!11211", "name", "i", "prev:le", "key",
          "nul"}


class ProfileError(Exception):
    """No such row, or an override that it cannot take."""


def parse_template(text):
    parts = re.split(r"\{([^{}]*)\}", text)
    if any(t not in TOKENS for t in parts[1::2]) or "{" in "".join(parts[::2]):
        raise ProfileError(f"no template: {text}")
    return parts


def java_address(ip):
    """An address as Java writes it."""
    text, percent, zone = ip.decode().partition("%")
    if ":" not in text:
        return ip
    groups = struct.unpack(">8H", socket.inet_pton(socket.AF_INET6, text))
    if groups[:6] == (0, 0, 0, 0, 0, 0xFFFF):
        return b"%d.%d.%d.%d" % tuple(socket.inet_pton(socket.AF_INET6, text)[12:])
    return f"[{':'.join(f'{g:x}' for g in groups)}{percent}{zone}]".encode()


def port_text(server, row):
    if server.port is None:
        return "0" if server.is_path else row["no_port"]
    return server.port


def token_bytes(token, server, row):
    port = port_text(server, row)
    if token == "host":
        return server.host
    if token == "[host]":
        return b"[" + server.host + b"]" if server.is_v6 else server.host
    if token == "port":
        return port.encode()
    if token == ":port!11211":
        return b"" if port in ("11211", "") else b":" + port.encode()
    if token == "nul":
        return b"\0"
    if token == "name":
        if server.name is None:
            raise ServersError(f"{server.place}: the row needs a name")
        return server.name
    if server.ip is None:
        raise ServersError(f"{server.place}: the row needs an address")
    shown = java_address(server.ip) if token == "host/ip" else server.ip
    return server.host + b"/" + shown if token == "host/ip" and server.has_ip else shown


class Label:
    """A label template with all filled in that does not change from label to label."""

    def __init__(self, server, row):
        template = row["unix_label"] if server.is_path else row["label"]
        if not template:
            raise ServersError(f"{server.place}: the row's client takes no paths")
        self.parts = []
        for at, part in enumerate(parse_template(template)):
            if at % 2 == 0:
                self.parts.append(part.encode())
            elif part in ("i", "prev:le", "key"):
                self.parts.append(part)
            else:
                self.parts.append(token_bytes(part, server, row))

    def text(self, i=0, prev=0, key=b""):
        values = {"i": b"%d" % i, "prev:le": struct.pack("<I", prev), "key": key}
        label = b"".join(values[p] if isinstance(p, str) else p for p in self.parts)
        if len(label) > LABEL_MAX:
            raise ServersError("a label is too long")
        return label
