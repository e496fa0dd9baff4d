"""Section 1 of docs/placement.md: the way of a key as far as the text that is hashed."""
import hashlib
import re
import struct
from urllib.parse import quote, quote_plus, unquote_to_bytes

from hashes import BY_UNIT

GIVEN_MAX = 1024


class KeyRefused(Exception):
    """The row's client refuses the key."""


def percent(data):
    return quote(data, safe="-._~")


def parse_refuse(text):
    """The bytes of a column "refuse", or None if it is malformed."""
    refused = set()
    for part in text.split("+") if text else []:
        if not re.fullmatch("[0-9a-fA-F]{2}(-[0-9a-fA-F]{2})?", part):
            return None
        span = range(int(part[:2], 16), int(part[-2:], 16) + 1)
        if not span:
            return None
        refused.update(span)
    return refused


def utf8(data):
    """Text, or None."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def must_be_utf8(data):
    text = utf8(data)
    if text is None:
        raise KeyRefused("no UTF-8")
    return text


# ---- The sent key

def url_encoded(key):
    must_be_utf8(key)
    return quote_plus(key, safe="*").replace("~", "%7E").encode()


def blanks_replaced(key):
    return bytes(0x5F if c <= 0x20 else c for c in key)


ENCODE = {"none": lambda key: key, "url": url_encoded, "blanks": blanks_replaced}


def route_dropped(key):
    parts = key.split(b"/", 3)
    return parts[3] if len(parts) == 4 and not parts[0] else key


def hex_md5(data):
    return hashlib.md5(data).hexdigest().encode()


def md5_tail(key, prefix, longest):
    text, encoding = utf8(key), "utf-8"
    if text is None:
        text, encoding = key.decode("latin-1"), "latin-1"
    if len(text) <= longest:
        return key
    return text[:213 if prefix else 212].encode(encoding) + b":md5:" + hex_md5(key)


def md5_of_long(key, _, longest):
    text = utf8(key)
    size = len(key) if text is None else len(text.encode("utf-16-le")) // 2
    return hex_md5(key) if size > longest else key


LONG_KEY = {"refused": lambda key, *_: key, "cut": lambda key, _, longest: key[:longest],
            "md5_tail": md5_tail, "md5": md5_of_long}


# ---- The hashed text

def utf16_units(text):
    utf16 = text.encode("utf-16-le")
    return struct.unpack(f"<{len(utf16) // 2}H", utf16)


def tagged(text, tag, empty_tag):
    start = text.find(tag[:1])
    end = text.find(tag[1:], start + 1)
    if start < 0 or end < 0:
        return text
    return text[start + 1:end] or (text if empty_tag == "whole" else b"")


FORMS = {
    "bytes": lambda data: data,
    "utf8": lambda data: must_be_utf8(data).encode(),
    "low8": lambda data: bytes(ord(c) & 0xFF for c in must_be_utf8(data)),
    "low8_units": lambda data: must_be_utf8(data).encode("utf-16-le")[::2],
    "repr": lambda data: repr(data).encode(),
}


def formed(row, data):
    """The text in the form in which a row hashes it: bytes, or a tuple of UTF-16 units."""
    if row["text"] != "utf16":
        return FORMS[row["text"]](data)
    text = must_be_utf8(data)
    return utf16_units(text) if row["hash"] in BY_UNIT else data


class Way:
    """What a row does to a key before it is hashed."""

    def __init__(self, row):
        self.row, self.refused = row, parse_refuse(row["refuse"])
        self.prefix, self.stop, self.tag, self.suffix = (
            unquote_to_bytes(row[column]) for column in ("prefix", "stop", "tag", "suffix"))

    def sent(self, key):
        """The sent key, and what it was before it was shortened."""
        row = self.row
        if not 0 < len(key) <= GIVEN_MAX or not self.refused.isdisjoint(key):
            raise KeyRefused("empty, too long, or with a refused byte")
        key = ENCODE[row["encode"]](key)
        if row["route"] == "dropped":
            key = route_dropped(key)
        prefixed = self.prefix + key
        if len(prefixed) > GIVEN_MAX:
            raise KeyRefused("too long to be sent in any form")
        longest = int(row["longest"])
        sent = LONG_KEY[row["long_key"]](prefixed, self.prefix, longest)
        if not 0 < len(sent) <= longest:
            raise KeyRefused("nothing is left, or too much")
        return sent, prefixed

    def hashed(self, sent, prefixed):
        row = self.row
        text = sent if row["from"] == "sent" else prefixed
        if row["from"] == "key":
            text = text[len(self.prefix):]
        if self.stop:
            whole, text = text, text.partition(self.stop)[0]
            if row["empty_stop"] == "whole":
                text = text or whole
        if self.tag:
            text = tagged(text, self.tag, row["empty_tag"])
        text = formed(row, text)
        return text + self.suffix if self.suffix else text
