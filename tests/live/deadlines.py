"""No call ends later than its deadline and 250 ms, whatever the other side does: it says nothing, or a byte now and
then, it does not take the connection, or nobody says where it is."""

import contextlib
import os
import signal
import socket
import time

from drivers import Wrong, key, text
from fake import Fake, right

TIME = 0.15  # of all calls here
LIMIT = 0.25  # how late they may end
TRIES = 3  # a busy machine is late now and then, a client that is wrong always
NAME_SERVER = "127.98.0.53"
KEYS = [key(f"spread-{n}") for n in range(30)]
CALLS = {"get": {"key": key("k")}, "set": {"key": key("k"), "value": text("x"), "ttl": 0},
         "incr": {"key": key("k"), "delta": 1}, "get_many": {"keys": KEYS},
         "set_many": {"items": [[k, text("x")] for k in KEYS], "ttl": 0}, "ping": {}}


class BlackHole:
    """An address to which no connection comes about, as its queue is full."""

    def __init__(self):
        self.listener = socket.create_server(("127.98.9.2", 0), backlog=0)
        self.word = "127.98.9.2:%d" % self.listener.getsockname()[1]
        self.queue = []
        for _ in range(10):
            probe = socket.socket()
            self.queue.append(probe)
            probe.settimeout(0.05)
            try:
                probe.connect(self.listener.getsockname())
            except TimeoutError:
                return
        raise SystemExit("a full queue takes connections")

    def close(self):
        for each in (self.listener, *self.queue):
            each.close()


def trickle(request):
    return [part for byte in right(request) or b"HD\r\n" for part in (bytes([byte]), 0.05)]


@contextlib.contextmanager
def silent_names():
    """A name server of ours that answers nothing; False: we may not be one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        try:
            listener.bind((NAME_SERVER, 53))
        except OSError:
            yield False
            return
        yield True


def silent_later(request):
    """The first request of a connection is answered."""
    return [] if request.before else [right(request)]


def late(driver, place, calls, limit, first=None):
    """How late the latest call ends, in seconds. first: what is asked, and answered, on the same connection before."""
    latest = -TIME
    for call in calls:
        for _ in range(TRIES):
            if first and all("failure" in driver.ask(first, **CALLS[first]) for _ in range(20)):
                raise Wrong(f"{place}: {first} fails 20 times")
            begin = time.monotonic()
            answer = driver.ask(call, **CALLS[call])
            over = time.monotonic() - begin - TIME
            failures = [answer["failure"]] if "failure" in answer else [f for _, f in answer.get("failures", [])]
            if not failures or any(f["status"] not in ("UNKNOWN", "UNAVAILABLE") for f in failures):
                raise Wrong(f"{place}: {call} does not fail as it should: {str(answer)[:300]}")
            if over <= limit:
                break
        else:
            raise Wrong(f"{place}: {call} ends {over * 1000:.0f} ms after its deadline, {TRIES} times")
        latest = max(latest, over)
    return latest


def of_one(driver, hung, places, control):
    limit = -1 if control else LIMIT
    known = {"timeout": f"{TIME * 1000:.0f}ms", "connect_timeout": "10s", "on_mismatch": "ignore", "protocol": "meta"}
    driver.open(places["silent later"], **known)
    latest = [late(driver, "silent later", ["get", "set", "get_many"], limit, "get")]
    driver.open(hung.word, **{**known, "protocol": "auto"})
    latest.append(late(driver, "a stopped server", ["get", "set", "ping"], limit))
    for name in ("a byte each 50 ms", "no connection", "no name"):
        driver.open(places[name], **known)
        latest.append(late(driver, name, ["get", "incr", "get_many"] if "byte" in name else ["get", "set"], limit))
    driver.open(" ".join([hung.word, *places.values()]), **known, profile="libmemcached/modula")
    latest.append(late(driver, "all of them", ["get_many", "set_many", "ping"], limit))
    return max(latest)


def deadlines(pool, drivers, hung, report, control):
    """All languages at once. Prints how late they are."""
    with contextlib.ExitStack() as stack:
        servers = {"silent later": Fake(silent_later), "a byte each 50 ms": Fake(trickle), "no connection": BlackHole()}
        for server in servers.values():
            stack.callback(server.close)
        places = {**{name: server.word for name, server in servers.items()}, "no name": "cache.invalid:11211"}
        ours = stack.enter_context(silent_names())
        hung.process.send_signal(signal.SIGSTOP)
        stack.callback(hung.process.send_signal, signal.SIGCONT)
        os.waitid(os.P_PID, hung.process.pid, os.WSTOPPED | os.WNOWAIT)
        runs = [pool.submit(report, driver, of_one, driver, hung, places, control) for driver in drivers]
        for driver, run in zip(drivers, runs):
            if run.result() is not None:
                print(f"deadlines: {driver.name}: {run.result() * 1000:.1f} ms late at most"
                      f"{'' if ours and driver.asks_us else ' (with the name server of the system)'}")
