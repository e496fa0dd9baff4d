"""Section 3 of docs/placement.md: the text of a list of servers."""
import re
import socket
from fractions import Fraction
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

SERVERS_MAX, WEIGHT_MAX, WEIGHT_DIGITS_MAX, TEXT_MAX = 65535, 4294967295, 15, 255


class ServersError(Exception):
    """The list is malformed, or the row's client does not take it."""


ENCODED = "%[0-9A-Fa-f]{2}"
WORD, PATH = rf"(?:[A-Za-z0-9\-._~]|{ENCODED})+", rf"(?:[A-Za-z0-9\-._~/]|{ENCODED})+"
V6, WEIGHT = rf"\[((?:[A-Za-z0-9\-._~:]|{ENCODED})+)\]", "([0-9]+(?:[.][0-9]+)?)"
ATTRIBUTES = rf"((?:;{PATH}=(?:[A-Za-z0-9\-._~/+]|{ENCODED})*)*)"
NAME = re.compile(f"({WORD})=")
HOST_SERVER = re.compile(
    rf"(?:{V6}|({WORD}))(?:/(?:{V6}|([0-9.]+)))?(?::([0-9]{{1,5}})(?::{WEIGHT})?)?{ATTRIBUTES}")
PATH_SERVER = re.compile(rf"unix:({PATH})(?::([0-9]{{1,5}})(?=:))?(?::{WEIGHT})?{ATTRIBUTES}")


class Server(NamedTuple):
    """One server of the list; text fields are None where the list does not give them."""
    place: str  # as spelled
    host: bytes  # host or path, decoded, without brackets
    is_path: bool
    is_v6: bool
    ip: bytes | None  # the address beside the name, or the host that is an address itself
    has_ip: bool  # whether an address stands beside the name
    port: str | None
    weight: Fraction | None
    name: bytes | None
    attributes: tuple  # of pairs of bytes

    def attribute(self, name):
        """The value of the first attribute of that name, or None."""
        return next((value.decode("latin-1") for key, value in self.attributes
                     if key == name.encode()), None)


def is_address(family, text):
    try:
        address, percent, zone = text.decode("ascii").partition("%")
        socket.inet_pton(family, address)
        return not percent or family == socket.AF_INET6 and zone != ""
    except (OSError, ValueError):
        return False


def pairs_of(attributes):
    return tuple(tuple(map(unquote_to_bytes, attribute.split("=")))
                 for attribute in attributes.split(";")[1:])


def parse_server(text):
    def check(good, why):
        if not good:
            raise ServersError(f"{text}: {why}")
    check("%00" not in text, "a zero byte")
    name = NAME.match(text)
    rest = text[name.end():] if name else text
    is_path = rest.startswith("unix:")
    match = (PATH_SERVER if is_path else HOST_SERVER).fullmatch(rest)
    check(match, "not a server")
    v6 = ip6 = ip = None
    if is_path:
        host, port, weight, attributes = match.groups()
        end = match.end(2) if port else match.end(1)
    else:
        v6, host, ip6, ip, port, weight, attributes = match.groups()
        end = next(match.end(i) + (i in (1, 3)) for i in (5, 4, 3, 2, 1) if match[i])
    host, name = unquote_to_bytes(v6 or host), unquote_to_bytes(name[1]) if name else None
    check(len(host) <= TEXT_MAX and len(name or b"") <= TEXT_MAX, "a text too long")
    check(not v6 or is_address(socket.AF_INET6, host), "not an IPv6 address")
    beside = unquote_to_bytes(ip6 or ip) if ip6 or ip else None
    check(not ip6 or is_address(socket.AF_INET6, beside), "not an IPv6 address")
    check(not ip or is_address(socket.AF_INET, beside), "not an IPv4 address")
    check(port is None or (not is_path) <= int(port) <= 65535, "no such port")
    if weight is not None:
        check(len(weight.replace(".", "")) <= WEIGHT_DIGITS_MAX, "a weight of too many digits")
        weight = Fraction(weight)
        check(weight <= WEIGHT_MAX, "weight too large")
    attributes = pairs_of(attributes)
    check(sum(key == b"buckets" for key, _ in attributes) <= 1, "two maps of buckets")
    own = host if v6 or not is_path and is_address(socket.AF_INET, host) else None
    return Server(rest[:end], host, is_path, bool(v6), beside or own, beside is not None,
                  None if port is None else str(int(port)), weight, name, attributes)


def parse_servers(text):
    words = re.findall(r"[^ \t\n\r]+", text)
    if not 1 <= len(words) <= SERVERS_MAX:
        raise ServersError(f"{len(words)} servers")
    return [parse_server(word) for word in words]
