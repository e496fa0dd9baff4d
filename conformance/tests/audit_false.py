"""False servers, each with one fault, for the tests of polyring-check audit."""
import os
import re
import socket
import threading
import time

from audit_pool import address, connect

ITEMS = b"STAT items:1:number 3\r\nSTAT items:1:age 5\r\nEND\r\n"
KEY = b"key=k%d exp=-1 la=1700000000 cas=1 fetch=no cls=1 size=60\n"
THREE = b"".join(KEY % i for i in range(3))


def drip(link, data):
    for byte in data:
        link.sendall(bytes([byte]))
        time.sleep(0.05)


def endless(link):
    i = 0
    while True:
        link.sendall(b"".join(KEY % (i + j) for j in range(1000)))
        i += 1000


# What each says to "stats items", "lru_crawler metadump", "mg", and what has to be said of it.
# A text is sent, None is silence, a function does what it wants, an empty text closes.
FALSE = {
    "no end": (ITEMS, THREE, None, "no end of its reply to lru_crawler metadump 1 within 1 s"),
    "silent": (None, None, None, "no reply to stats items within 1 s"),
    "garbage": (os.urandom(5000).replace(b"\n", b"") + b"\n", None, None,
                "zero byte|more than 2048 bytes|it answers"),
    "long": (ITEMS, b"key=" + b"x" * 300000, None, "a line of more than 2048 bytes"),
    "slow": (ITEMS, lambda link: drip(link, THREE), None, "within 1 s"),
    "gone": (ITEMS, THREE[:-20] + b"\0CLOSE", None,
             "closed the connection in the middle of its reply to lru_crawler metadump 1"),
    "hangs up": (b"", None, None, "closed the connection instead of a reply to stats items"),
    "http": (b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", None, None,
             "is no memcached: it speaks HTTP"),
    "redis": (b"-ERR unknown command 'stats'\r\n", None, None, "speaks as Redis does"),
    "login": (b"CLIENT_ERROR unauthenticated\r\n", None, None, "it wants a login"),
    "busy": (ITEMS, b"BUSY currently processing crawler request\r\n", None,
             "another crawler is at work there for 1 s"),
    "refuses": (ITEMS, b"ERROR metadump not allowed\r\n", None,
                'answers "ERROR metadump not allowed" to lru_crawler metadump 1'),
    "error inside": (ITEMS, THREE + b"SERVER_ERROR out of memory\r\n", None,
                     "SERVER_ERROR out of memory.* behind 3 keys"),
    "endless": (ITEMS, endless, None, "has no end"),
    "escape": (ITEMS, KEY.replace(b"k%d", b"a%%zz") % (), None, "a % without two hexadecimal"),
    "long key": (ITEMS, KEY.replace(b"k%d", b"k" * 251), None, "a key of more than 250 bytes"),
    "no key": (ITEMS, KEY.replace(b"k%d", b""), None, "an empty key"),
    "number": (ITEMS, KEY.replace(b"-1", b"9" * 25) % 1, None, "exp is no number"),
    "zero": (ITEMS, THREE.replace(b"k2", b"k\x002"), None, "a zero byte"),
    "many items": (b"STAT items:1:number " + b"9" * 30 + b"\r\n", None, None, "it answers"),
    "class": (b"STAT items:300:number 1\r\n", None, None, "it answers"),
    "mg": (ITEMS, THREE + b"END\r\n", b"hello\r\n", 'answers "hello" to mg KEY s f u'),
    "mg number": (ITEMS, THREE + b"END\r\n", b"HD s1 f99999999999\r\n", "to mg KEY s f u"),
    "mg silent": (ITEMS, THREE + b"END\r\n", None, "no reply to mg KEY s f u within 1 s"),
    "mg gone": (ITEMS, THREE + b"END\r\n", b"HD s1 f\0CLOSE", "the middle of its reply to mg"),
    "old": (ITEMS, THREE + b"END\r\n", b"ERROR\r\n", None),
    "new": (ITEMS, (THREE + b"END\r\n").replace(b" size", b" flags=512 size"), None, None),
    "crlf": (ITEMS, THREE.replace(b"\n", b"\r\n") + b"END\r\n", b"HD f7\r\n", None),
    "empty": (b"END\r\n", None, None, None),
}


class FalseServer(threading.Thread):
    def __init__(self, word, replies):
        super().__init__(daemon=True)
        self.listener = socket.create_server(address(word))
        self.replies = dict(zip((b"stats", b"lru_crawler", b"mg"), replies))
        self.start()

    def run(self):
        while True:
            link, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(link,), daemon=True).start()

    def serve(self, link):
        try:
            with link, link.makefile("rb") as lines:
                for line in lines:
                    reply = self.replies[line.split()[0]]
                    if callable(reply):
                        reply(link)
                    elif reply is not None:
                        link.sendall(reply.removesuffix(b"\0CLOSE"))
                        if not reply or reply.endswith(b"\0CLOSE"):
                            return
        except OSError:
            pass  # polyring-check has had enough


class Proxy(threading.Thread):
    """Before a real server; it does not know the u of mg, as older ones."""

    def __init__(self, word, behind, refuse=rb"^mg .* u$"):
        super().__init__(daemon=True)
        self.listener = socket.create_server(address(word))
        self.behind, self.refuse = behind, re.compile(refuse)
        self.start()

    def run(self):
        while True:
            link, _ = self.listener.accept()
            with link, connect(self.behind) as behind, link.makefile("rb") as lines:
                for line in lines:
                    if self.refuse.match(line.rstrip()):
                        link.sendall(b"CLIENT_ERROR invalid flag\r\n")
                        continue
                    behind.sendall(line)
                    ends = (b"\n",) if line.startswith(b"mg") else (b"END\r\n",)
                    reply = b""
                    while not reply.endswith(ends):
                        reply += behind.recv(1 << 20)
                    link.sendall(reply)
