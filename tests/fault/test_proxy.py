"""proxy.py itself: what a plain connection sees of each fault, and that the same seed does the same."""

import os
import socket
import subprocess
import sys
import threading
import time

from proxy import STRIKES, Proxy, Replies

HIT, MISS, META = b"VALUE k 0 3\r\nabc\r\nEND\r\n", b"END\r\n", b"VA 3 f0 kk O7\r\nabc\r\n"
ANSWERS = {b"get k\r\n": HIT, b"get none\r\n": MISS, b"mg k\r\n": META, b"set\r\n": b"STORED\r\n"}


def server():
    """A server with these answers."""
    listener = socket.create_server(("127.97.8.1", 0))

    def serve(connection):
        with connection, connection.makefile("rb") as stream:
            for line in stream:
                connection.sendall(ANSWERS[line])

    def accept():
        while True:
            threading.Thread(target=serve, args=[listener.accept()[0]], daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()


def seen(proxy, request, seconds=0.3):
    """What comes until the end, or for so long, and how it ends."""
    host, port = proxy.word.split(":")
    got, how = b"", "open"
    try:
        with socket.create_connection((host, int(port)), 1) as client:
            client.settimeout(seconds)
            client.sendall(request)
            while how == "open":
                block = client.recv(1 << 16)
                got, how = got + block, "open" if block else "ended"
    except TimeoutError:
        pass
    except ConnectionResetError:
        how = "reset"
    except ConnectionRefusedError:
        how = "refused"
    return got, how


EXPECTED = {  # of a hit in classic text
    "pass": (HIT, "open"), "refuse": (b"", "refused"), "blackhole": (b"", "open"), "mute": (b"", "open"),
    "reset:6": (HIT[:6], "reset"), "delay:50": (HIT, "open"), "trickle:1": (HIT, "open"),
    "truncate:6": (HIT[:6], "ended"), "duplicate": (HIT + HIT, "open"), "reorder": (b"", "open"),
    "half_close:6": (HIT[:6], "ended"), "wrong_key": (HIT.replace(b"E k", b"E B"), "open"),
    "wrong_opaque": (HIT, "open")}


def check(what, got, expected):
    if got != expected:
        sys.exit(f"{what}: {got} is not {expected}")


def main():
    target = server()
    proxy = Proxy(target)
    for fault, expected in EXPECTED.items():
        proxy.set(fault, seed=1)
        got = seen(proxy, b"get k\r\n")
        if fault.startswith("reset") and got == (b"", "reset"):
            got = expected  # a reset may overtake what was sent
        check(fault, got, expected)
    missing = set(STRIKES) - {fault.partition(":")[0] for fault in EXPECTED} - {"length", "line_end", "garbage"}
    check("faults that are not tried", missing, set())
    proxy.set("reorder", seed=1)
    check("reorder", seen(proxy, b"get k\r\nset\r\n"), (b"STORED\r\n" + HIT, "open"))
    proxy.set("wrong_opaque", seed=1)
    check("wrong_opaque", seen(proxy, b"mg k\r\n"), (META.replace(b"O7", b"O8"), "open"))
    proxy.set("wrong_key", seed=1)
    check("wrong_key, meta", seen(proxy, b"mg k\r\n"), (META.replace(b"kk", b"kB"), "open"))
    for fault in ("length", "line_end", "garbage", "truncate"):
        runs = []
        for seed in (7, 7, 8, 9, 10):
            proxy.set(fault, seed=seed)
            runs.append(seen(proxy, b"get k\r\n"))
            if runs[-1][0] == HIT:
                sys.exit(f"{fault}: nothing is changed")
        check(f"{fault} with the same seed", runs[1], runs[0])
        if len(set(runs)) < 2:
            sys.exit(f"{fault}: other seeds do the same: {runs}")
    begin = time.monotonic()
    proxy.set("delay:200", seed=1)
    seen(proxy, b"get k\r\n", 0.5)
    if time.monotonic() - begin < 0.2:
        sys.exit("delay: it came at once")
    proxy.close()
    check("a closed proxy", seen(proxy, b"get k\r\n")[1], "refused")
    split()
    command(target)
    print("all faults are what they are called")


def split():
    """Replies, however they come."""
    stream = b"".join([HIT, MISS, META, b"STORED\r\n", b"STAT a 1\r\nSTAT b 2\r\nEND\r\n"])
    replies = Replies()
    got = [reply for at in range(len(stream)) for reply in replies.feed(stream[at:at + 1])]
    check("replies, byte by byte", got, list(Replies().feed(stream)))
    check("replies", len(got), 5)


def command(target):
    """The program, with faults by standard input."""
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "proxy.py")
    process = subprocess.Popen([sys.executable, "-B", program, "127.97.8.2:0", "%s:%d" % target], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    class Program:
        word = process.stdout.readline().split()[2].rstrip(",")
    check("the program", seen(Program, b"get k\r\n"), (HIT, "open"))
    process.stdin.write("truncate:3\n")
    process.stdin.flush()
    check("the program's answer", process.stdout.readline(), "ok\n")
    check("the program, with a fault", seen(Program, b"get k\r\n"), (HIT[:3], "ended"))
    process.stdin.close()
    check("its status", process.wait(timeout=10), 0)


if __name__ == "__main__":
    main()
