#!/usr/bin/env python3
"""Proxies of TCP that can be cut: one process for many links, so that it does not share a processor with who asks.

    cuts.py [--loopback] NAME=ADDRESS:PORT=TARGET...

TARGET is ADDRESS:PORT or the path of a socket. --loopback: in a network namespace that is new. A command a line of standard input, and "ok" when it is done:

    refuse NAME...   connections are reset, new ones refused
    hold NAME...     nothing is passed on and nothing answered; new connections are taken, and wait
    heal NAME...     as before; what was held is passed on
"""

import asyncio
import contextlib
import fcntl
import socket
import struct
import subprocess
import sys

RESET = struct.pack("ii", 1, 0)


class End(asyncio.Protocol):
    """One end of a passage through a link."""

    def __init__(self, link):
        self.link = link
        self.other = None
        self.transport = None
        self.kept = []

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.link.ends.add(self)
        if self.other is None:  # the client's: its bytes wait for the way to the server
            transport.pause_reading()
            asyncio.get_running_loop().create_task(self.link.lead_on(self))
        elif self.link.held:
            transport.pause_reading()

    def data_received(self, data):
        if self.link.held or self.other is None:  # it reads once more after it was told to pause
            self.kept.append(data)
        else:
            self.other.transport.write(data)

    def go_on(self):
        for data in self.kept:
            self.other.transport.write(data)
        self.kept = []
        self.transport.resume_reading()

    def connection_lost(self, error):
        self.link.ends.discard(self)
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()


class Link:
    def __init__(self, address, port, target):
        self.place = address, int(port)
        self.target = target
        self.ends = set()
        self.waiting = []
        self.held = False
        self.door = None

    async def open(self):
        if self.door is None:
            loop = asyncio.get_running_loop()
            self.door = await loop.create_server(lambda: End(self), *self.place, reuse_address=True)

    async def lead_on(self, client):
        if self.held:
            self.waiting.append(client)
            return
        loop = asyncio.get_running_loop()
        server = End(self)
        server.other = client
        try:
            if self.target.startswith("/"):
                await loop.create_unix_connection(lambda: server, self.target)
            else:
                address, port = self.target.split(":")
                await loop.create_connection(lambda: server, address, int(port))
        except OSError:
            client.transport.abort()
            return
        client.other = server
        if client.transport.is_closing():
            server.transport.abort()
        elif not self.held:
            client.go_on()

    async def refuse(self):
        if self.door is not None:
            self.door.close()
            self.door = None
        for end in list(self.ends):
            end.transport.abort()

    async def hold(self):
        self.held = True
        for end in self.ends:
            end.transport.pause_reading()

    async def heal(self):
        self.held = False
        for end in list(self.ends):
            if end.other is not None and end.other.transport is not None:
                end.go_on()
        waiting, self.waiting = self.waiting, []
        for end in waiting:
            await self.lead_on(end)
        await self.open()


def loopback_up():
    request = struct.pack("16sh14x", b"lo", 0x41)  # up, running
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, request)  # SIOCSIFFLAGS


async def serve(words):
    links = {}
    if words[:1] == ["--loopback"]:
        loopback_up()
        words = words[1:]
    for word in words:
        name, place, target = word.split("=")
        links[name] = Link(*place.split(":"), target)
        await links[name].open()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("ok", flush=True)
    while line := (await reader.readline()).decode():
        command, *names = line.split()
        for name in names:
            await getattr(links[name], command)()
        print("ok", flush=True)


class Cuts:
    """The program, and the links by their names. apart: in a network namespace of its own."""

    def __init__(self, links, apart=False):
        words = [f"{name}={place}={target}" for name, (place, target) in links.items()]
        before, first = (["unshare", "-n"], ["--loopback"]) if apart else ([], [])
        self.process = subprocess.Popen([*before, "setpriv", "--pdeathsig", "KILL", sys.executable, "-B", __file__,
                                         *first, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.wait()

    def wait(self):
        if self.process.stdout.readline() != "ok\n":
            raise SystemExit("cuts.py has ended")

    def do(self, command, *names):
        self.process.stdin.write(" ".join([command, *names]) + "\n")
        self.process.stdin.flush()
        self.wait()

    def end(self):
        self.process.kill()
        self.process.wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(sys.argv[1:]))
