#!/usr/bin/env python3
"""A proxy that stands between a memcached client and a real memcached, and breaks what passes.

    proxy.py [--fault FAULT] [--chance SHARE] [--seed N] [--script "0 pass; 3 blackhole; 10 pass"] LISTEN TARGET

LISTEN and TARGET are address:port. The proxy prints a line when it listens. A script says after how many seconds which
fault begins. Lines of standard input are faults, too; each is answered with "ok", and "count" with how many replies
were broken. It ends at the end of input, or on a signal.

A fault is a name, or name:number. It strikes each reply of the server, or the share of them that --chance says; all
chance comes from the seed and the number of the connection. The protocol is classic text or meta.

    pass         nothing is changed
    refuse       connections are refused, those that there are end with a reset
    blackhole    connections are accepted; the server gets nothing, and the client neither
    mute         the server gets the requests, the client no reply
    reset        so many bytes of the reply, or some of them, then a reset
    delay        the reply comes so many milliseconds later, or 100
    trickle      a byte of the reply each so many milliseconds, or 20
    truncate     so many bytes of the reply, or some of them, then the end of the connection
    duplicate    the reply comes again, so many milliseconds later, or 0 to 3
    reorder      a reply waits for the next one and comes behind it
    length       the number of bytes in front of a value is another one
    line_end     the end of a line is another one
    half_close   so many bytes of the reply, or some of them, then the end; requests are still taken
    wrong_key    the reply is one about another key
    wrong_opaque the reply has another opaque (meta)
    garbage      bytes of all kinds instead of the reply

As a module: Proxy(target, fault="pass"), then .set(fault), .word, .broken, .close().
"""

import argparse
import collections
import contextlib
import heapq
import random
import re
import selectors
import socket
import struct
import sys
import threading
import time

RESET, CLOSE, HALF = "reset", "close", "half close"
BLOCK = 1 << 16


class Replies:
    """Takes what a server sends apart into replies."""

    def __init__(self):
        self.bytes, self.many = b"", b""

    def feed(self, block):
        self.bytes += block
        while (reply := self.next()) is not None:
            yield reply

    def next(self):
        """One reply that is complete; None: there is none. A get of classic text is one with all its values."""
        while True:
            end = self.bytes.find(b"\n") + 1
            if not end:
                return None
            words = self.bytes[:end].split()
            kind = words[0] if words else b""
            place = {b"VALUE": 3, b"VA": 1}.get(kind)
            if place and len(words) > place and words[place].isdigit():
                end += int(words[place]) + 2
                if len(self.bytes) < end:
                    return None
            part, self.bytes = self.bytes[:end], self.bytes[end:]
            self.many += part
            if kind not in (b"VALUE", b"STAT"):
                reply, self.many = self.many, b""
                return reply


def some(number, reply, chance):
    return min(number, len(reply)) if number is not None else chance.randrange(len(reply))


def length(reply, chance):
    wrong = [b"0", b"1", b"-1", b"4294967295", b"18446744073709551615", b"7", b"x", b"99"]

    def other(found):
        return found[1] + chance.choice([w for w in wrong if w != found[2]]) + found[3]
    return re.sub(rb"^(VALUE \S+ \d+ |VA )(\d+)([^\n]*)", other, reply, count=1)


def line_end(reply, chance):
    ends = [at for at in range(len(reply)) if reply.startswith(b"\r\n", at)]
    at = chance.choice(ends) if ends else len(reply)
    return reply[:at] + chance.choice([b"\r", b"\r\r", b"\n\r", b"\0\n", b"", b"\n\n", b"xx"]) + reply[at + 2:]


def wrong_key(reply, _):
    """What another key would be answered: a value that has the name of its key in it has the other one."""
    found = re.match(rb"(VALUE |(?:VA|HD|NS|EX|NF)(?: \S+)*? k)(\S+)", reply)
    if not found:
        return reply
    name = found[2]
    other = name[:-1] + (b"B" if name[-1:] != b"B" else b"C")
    return found[1] + other + (reply[found.end():].replace(name, other) if len(name) > 1 else reply[found.end():])


def wrong_opaque(reply, _):
    def other(found):
        return found[1] + b"%d" % (int(found[2]) + 1)
    return re.sub(rb"^((?:VA|HD|NS|EX|NF)(?: \S+)*? O)(\d+)", other, reply, count=1)


def garbage(reply, chance):
    return chance.randbytes(max(len(reply), 8)) + b"\r\n"


def cut(how):
    def strike(link, reply, number):
        return [(0, reply[:some(number, reply, link.chance)]), (0, how)]
    return strike


def changed(function):
    def strike(link, reply, _):
        other = function(reply, link.chance)
        return [(0, other)] if other != reply else None
    return strike


def trickled(_, reply, number):
    gap = (20 if number is None else number) / 1000
    return [(n * gap, reply[n:n + 1]) for n in range(len(reply))]


def duplicated(link, reply, number):
    return [(0, reply), (link.chance.uniform(0, 0.003) if number is None else number / 1000, reply)]


def reordered(link, reply, _):
    held, link.held = link.held, b""
    if held:
        return [(0, reply + held)]
    link.held = reply
    return []


STRIKES = {
    "pass": lambda *_: None, "refuse": lambda *_: [], "blackhole": lambda *_: [], "mute": lambda *_: [],
    "reset": cut(RESET), "truncate": cut(CLOSE), "half_close": cut(HALF),
    "delay": lambda _, reply, number: [((100 if number is None else number) / 1000, reply)], "trickle": trickled,
    "duplicate": duplicated, "reorder": reordered, "length": changed(length), "line_end": changed(line_end),
    "wrong_key": changed(wrong_key), "wrong_opaque": changed(wrong_opaque), "garbage": changed(garbage)}


class Link:
    """A connection of a client and the one to the server. What goes to the client goes in order, each at its time."""

    def __init__(self, client, server, chance):
        self.client, self.server, self.chance = client, server, chance
        self.replies, self.held, self.to_client, self.ended = Replies(), b"", collections.deque(), False

    def close(self, reset=False):
        if reset:
            with contextlib.suppress(OSError):
                self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.client.close()
        self.server.close()
        self.ended = True


class Proxy:
    """One thread that serves all connections of an address."""

    def __init__(self, target, fault="pass", listen=("127.0.0.1", 0), seed=0, chance=1.0):
        self.target, self.seed, self.share, self.count, self.broken = target, seed, chance, 0, 0
        self.listener, self.links, self.timers, self.tasks = None, set(), [], collections.deque()
        self.selector = selectors.DefaultSelector()
        self.ours, self.theirs = socket.socketpair()
        self.selector.register(self.ours, selectors.EVENT_READ, None)
        self.place, self.over = listen, False
        self.parse(fault)
        self.listen()
        self.place = self.listener.getsockname()
        self.word = "%s:%d" % self.place
        if self.name == "refuse":
            self.refuse()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def parse(self, fault):
        name, _, number = fault.partition(":")
        if name not in STRIKES:
            raise ValueError(f"no such fault: {name}")
        self.name, self.number = name, int(number) if number else None

    def set(self, fault, seed=None):
        """Changes the fault of all connections, those that there are included; returns when it is done."""
        self.do(lambda: self.change(fault, seed))

    def do(self, task):
        done = threading.Event()
        self.tasks.append((task, done))
        self.theirs.send(b".")
        if not done.wait(10):
            raise RuntimeError("the proxy hangs")

    def change(self, fault, seed):
        self.parse(fault)
        if seed is not None:
            self.seed, self.count, self.broken = seed, 0, 0
            for link in self.links:
                link.chance.seed(str(seed))
        if self.name == "refuse":
            self.refuse()
        elif not self.listener:
            self.listen()
        if self.name == "pass":
            for link in list(self.links):
                self.send(link, [(0, link.held)] if link.held else [])
                link.held = b""

    def close(self):
        self.do(self.end)
        self.thread.join()
        for each in (self.ours, self.theirs, self.selector):
            each.close()

    def end(self):
        self.refuse()
        self.over = True

    def listen(self):
        self.listener = socket.create_server(self.place, backlog=512)
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ, None)

    def refuse(self):
        if self.listener:
            self.selector.unregister(self.listener)
            self.listener.close()
        self.listener = None
        for link in list(self.links):
            self.drop(link, reset=True)

    def drop(self, link, reset=False):
        if link.ended:
            return
        for each in (link.client, link.server):
            with contextlib.suppress(KeyError, ValueError):
                self.selector.unregister(each)
        link.close(reset)
        self.links.discard(link)

    def accept(self):
        try:
            client, _ = self.listener.accept()
        except OSError:
            return
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = socket.socket()
        link = Link(client, server, random.Random(f"{self.seed}:{self.count}"))
        self.count += 1
        self.links.add(link)
        try:
            server.settimeout(1)
            server.connect(self.target)
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            self.drop(link, reset=True)
            return
        server.settimeout(5)
        client.settimeout(5)
        self.selector.register(client, selectors.EVENT_READ, (link, self.of_client))
        self.selector.register(server, selectors.EVENT_READ, (link, self.of_server))

    def of_client(self, link):
        block = link.client.recv(BLOCK)
        if not block:
            self.drop(link)
        elif self.name != "blackhole":
            link.server.sendall(block)

    def of_server(self, link):
        block = link.server.recv(BLOCK)
        if not block:
            self.drop(link)
        for reply in link.replies.feed(block):
            struck = None
            if self.share >= 1 or link.chance.random() < self.share:
                struck = STRIKES[self.name](link, reply, self.number)
            self.broken += struck is not None
            self.send(link, [(0, reply)] if struck is None else struck)

    def send(self, link, parts):
        now = time.monotonic()
        for wait, part in parts:
            due = max(now + wait, link.to_client[-1][0] if link.to_client else 0)
            link.to_client.append((due, part))
            if due > now:
                heapq.heappush(self.timers, (due, id(link), link))
        self.flush(link)

    def flush(self, link):
        """Sends what is due."""
        while link.to_client and not link.ended and link.to_client[0][0] <= time.monotonic():
            _, part = link.to_client.popleft()
            try:
                if part in (RESET, CLOSE):
                    self.drop(link, reset=part == RESET)
                elif part == HALF:
                    link.client.shutdown(socket.SHUT_WR)
                else:
                    link.client.sendall(part)
            except OSError:
                self.drop(link)

    def run(self):
        while not self.over:
            wait = max(0, self.timers[0][0] - time.monotonic()) if self.timers else None
            for key, _ in self.selector.select(wait):
                self.serve(key)
            while self.timers and self.timers[0][0] <= time.monotonic():
                self.flush(heapq.heappop(self.timers)[2])

    def serve(self, key):
        if key.fileobj is self.ours:
            self.ours.recv(BLOCK)
            while self.tasks:
                task, done = self.tasks.popleft()
                task()
                done.set()
        elif key.fileobj is self.listener:
            self.accept()
        elif key.data and not key.data[0].ended:
            link, serve = key.data
            try:
                serve(link)
            except OSError:
                self.drop(link)


def address(text):
    host, port = text.rsplit(":", 1)
    return host.strip("[]"), int(port)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fault", default="pass")
    parser.add_argument("--chance", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--script", default="")
    parser.add_argument("listen", type=address)
    parser.add_argument("target", type=address)
    return parser.parse_args()


def main():
    words = arguments()
    proxy = Proxy(words.target, words.fault, words.listen, words.seed, words.chance)
    print(f"listening on {proxy.word}, fault {words.fault}", flush=True)
    for line in filter(None, map(str.strip, words.script.split(";"))):
        after, fault = line.split()
        timer = threading.Timer(float(after), proxy.set, [fault])
        timer.daemon = True
        timer.start()
    for line in sys.stdin:
        try:
            if line.strip() == "count":
                print(proxy.broken, flush=True)
                continue
            proxy.set(line.strip())
            print("ok", flush=True)
        except ValueError as error:
            print(error, flush=True)
    proxy.close()


if __name__ == "__main__":
    main()
