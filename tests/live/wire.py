"""What lies on the servers, and what docs/values.md says must lie there: a second writer of bodies."""

import base64
import json
import re
import socket
import zlib

from drivers import Wrong, short

TEXT, PACKED, BY_ZLIB, ZSTD = 1 << 16, 16, 32, 128
TYPES = {"bytes": 0, "text": TEXT, "int": 1, "float": 2, "bool": 3, "none": 6, "list": 6, "map": 6}
COMPRESS_FROM = 2000


def connect(word):
    if word.startswith("unix:"):
        link = socket.socket(socket.AF_UNIX)
        link.connect(word[5:])
        return link
    host, _, port = word.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)))


def read(words, keys):
    """Flags and body of each key, which must lie on one server."""
    stored = {}
    for word in words:
        with connect(word) as link, link.makefile("rb") as replies:
            link.sendall(b"get " + b" ".join(base64.b64decode(k) for k in keys) + b"\r\n")
            while (line := replies.readline()) != b"END\r\n":
                _, name, flags, size = line.split()
                k = base64.b64encode(name).decode()
                if k in stored:
                    raise Wrong(f"two servers hold {name.decode()}")
                stored[k] = int(flags), replies.read(int(size) + 2)[:-2]
    lost = [k for k in keys if k not in stored]
    if lost:
        raise Wrong(f"no server holds {len(lost)} of {len(keys)} keys")
    return stored


def python_of(value):
    kind, content = value[0], value[1] if len(value) > 1 else None
    return {"none": lambda: None, "int": lambda: int(content), "float": lambda: float(content),
            "list": lambda: [python_of(item) for item in content],
            "map": lambda: {name: python_of(item) for name, item in content}}.get(kind, lambda: content)()


def in_json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def body(value):
    """The plain body."""
    kind, content = value[0], value[1] if len(value) > 1 else None
    if kind == "bytes":
        return base64.b64decode(content)
    if kind == "bool":
        return b"1" if content else b""
    if kind == "float":
        return repr(float(content)).encode()
    return (content if kind in ("text", "int") else in_json(python_of(value))).encode()


def check(value, packing, flags, stored):
    """The flags and the body are those of the value."""
    expected = body(value)
    may_pack = value[0] in ("bytes", "text", "none", "list", "map") and len(expected) >= COMPRESS_FROM
    by = {"zlib": PACKED | BY_ZLIB, "zstd": PACKED | ZSTD}.get(packing, 0)
    packed = flags & PACKED and may_pack and by
    if flags != TYPES[value[0]] | (by if packed else 0):
        raise Wrong(f"{short(value)} ({packing}) has the flags {flags}")
    if not packed:
        shrinks = may_pack and packing != "none" and len(zlib.compress(expected)) * 1.5 < len(expected)
        if stored != expected or shrinks:
            raise Wrong(f"{short(value)} ({packing}) lies there as {stored[:200]!r}")
        return
    if int.from_bytes(stored[:4], "little") != len(expected) or len(stored) >= len(expected):
        raise Wrong(f"{short(value)} ({packing}): {len(stored)} bytes, in an envelope that says {stored[:4].hex()}")
    if packing == "zlib" and zlib.decompress(stored[4:]) != expected:
        raise Wrong(f"{short(value)} (zlib) unpacks to something else")
    if packing == "zstd" and not re.match(rb"\x28\xb5\x2f\xfd", stored[4:]):
        raise Wrong(f"{short(value)} (zstd) is no frame")
