"""Gets and sets without a pause, of one client. usage: loop.py CLIENT SERVERS SECONDS TIMEOUT PAUSE [MORE]

All loops do the same: 200 keys are stored, "ready" is printed, then for so many seconds keys are read (four of five
calls) or stored, with so many milliseconds of a pause between; then a line is printed for each call: when it began and
how long it took, in microseconds of the monotonic clock, and o (done), m (miss or None) or f (failed). SERVERS are
joined by commas, TIMEOUT is in milliseconds, MORE are settings of Polyring. What Polyring tells of its servers is
printed as "event TIME SERVER TEXT".
"""

import sys
import time

KEYS = [f"key:{n}" for n in range(200)]
VALUE = b"v" * 100


def now():
    return time.monotonic_ns() // 1000


def of_polyring(servers, timeout, more):
    import polyring
    client = polyring.Client(f"memcached://{servers}/?timeout={timeout}ms" + (f"&{more}" if more else ""))

    def told():
        for event in client.events():
            print("event", now(), event.server, event.text)
    return client.get, lambda key: client.set(key, VALUE) is not None, told


def of_pylibmc(servers, timeout, _):
    import pylibmc
    wait = {"connect_timeout": timeout, "send_timeout": timeout * 1000, "receive_timeout": timeout * 1000}
    client = pylibmc.Client(servers.split(","), behaviors={
        **wait, "_poll_timeout": timeout, "ketama": True, "tcp_nodelay": True, "remove_failed": 1, "failure_limit": 1,
        "retry_timeout": 1})
    return client.get, lambda key: client.set(key, VALUE), lambda: None


def of_pymemcache(servers, timeout, _):
    from pymemcache.client.hash import HashClient
    client = HashClient([(word.split(":")[0], int(word.split(":")[1])) for word in servers.split(",")],
                        connect_timeout=timeout / 1000, timeout=timeout / 1000)

    def store(key):
        return client.set(key, VALUE, noreply=False)
    return client.get, store, lambda: None


def attempt(function, key):
    try:
        found = function(key)
    except Exception:  # whatever the client has for a failure
        return "f"
    return "m" if found is None else "f" if found is False else "o"


def main():
    name, servers, seconds, timeout, pause, *more = sys.argv[1:]
    get, store, told = globals()[f"of_{name}"](servers, int(timeout), more[0] if more else "")
    for key in KEYS:
        attempt(store, key)
    print("ready", flush=True)
    calls, end, pause = [], now() + float(seconds) * 1e6, int(pause) / 1000
    while now() < end:
        chance = (len(calls) * 2654435761 & 0xFFFFFFFF) >> 8
        start = now()
        said = attempt(get if chance % 5 else store, KEYS[chance // 5 % len(KEYS)])
        calls.append((start, now() - start, said))
        told()
        if pause:
            time.sleep(pause)
    for start, took, said in calls:
        print(start, took, said)


if __name__ == "__main__":
    main()
