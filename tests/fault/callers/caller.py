"""A client that does what it is told. usage: caller.py CLIENT SERVERS TIMEOUT [SETTING=VALUE...]

All callers do the same. SERVERS are joined by commas, TIMEOUT is in milliseconds, the settings are the client's own.
It says "ready VERSION" and then does what a line of standard input says:

    set KEY VALUE         o: done; n: not done; f: it failed
    get KEY               o VALUE; m: there is none, or None; n, f
    calls SECONDS PAUSE   stores 200 keys, says "begin", and then for so many seconds reads keys (four calls of five) or
                          stores them, with so many milliseconds of a pause between; a line for each call: when it
                          began and how long it took, in microseconds of the monotonic clock, and o, m, n or f; then
                          "event TIME SERVER TEXT" for all that Polyring told of its servers meanwhile, and "end"
"""

import sys
import time

KEYS = [f"key:{n}" for n in range(200)]
VALUE = "v" * 100
EVENTS = []


def now():
    return time.monotonic_ns() // 1000


class NotDone(Exception):
    """The server got nothing of it."""


def of_polyring(servers, timeout, settings):
    import polyring
    more = "".join(f"&{name}={value}" for name, value in settings.items())
    client = polyring.Client(f"memcached://{servers}/?timeout={timeout}ms{more}")

    def get(key):
        try:
            return client.get(key)
        except polyring.UnavailableError:
            raise NotDone from None

    def store(key, value):
        try:
            return client.set(key, value) is not None
        except polyring.UnavailableError:
            raise NotDone from None

    def told():
        for event in client.events():
            EVENTS.append(("event", now(), event.server, event.text))
    return "here", get, store, told


def of_pylibmc(servers, timeout, settings):
    import pylibmc
    wait = {"connect_timeout": timeout, "send_timeout": timeout * 1000, "receive_timeout": timeout * 1000,
            "_poll_timeout": timeout}
    client = pylibmc.Client(servers.split(","), behaviors={**wait, **settings})
    return pylibmc.__version__, client.get, client.set, None


def of_pymemcache(servers, timeout, settings):
    import pymemcache
    from pymemcache.client.hash import HashClient
    places = [(address, int(port)) for address, port in (word.split(":") for word in servers.split(","))]
    client = HashClient(places, connect_timeout=timeout / 1000, timeout=timeout / 1000, **settings)

    def get(key):
        found = client.get(key)
        return found and found.decode()
    return pymemcache.__version__, get, lambda key, value: client.set(key, value, noreply=False), None


def attempt(function, *words):
    """What came of it, and the value."""
    try:
        found = function(*words)
    except NotDone:
        return "n", None
    except Exception:  # whatever the client has for a failure
        return "f", None
    return "m" if found is None else "f" if found is False else "o", found


def calls(get, store, told, seconds, pause):
    for key in KEYS:
        attempt(store, key, VALUE)
    print("begin", flush=True)
    done, end = [], now() + seconds * 1e6
    while now() < end:
        chance = (len(done) * 2654435761 & 0xFFFFFFFF) >> 8
        key = KEYS[chance // 5 % len(KEYS)]
        start = now()
        said = attempt(get, key)[0] if chance % 5 else attempt(store, key, VALUE)[0]
        done.append((start, now() - start, said))
        if told:
            told()
        if pause:
            time.sleep(pause)
    sys.stdout.writelines(" ".join(map(str, line)) + "\n" for line in (*done, *EVENTS))
    EVENTS.clear()


def number(text):
    return int(text) if text.isdigit() else float(text)


def main():
    name, servers, timeout, *words = sys.argv[1:]
    settings = dict(word.split("=", 1) for word in words)
    if name != "polyring":
        settings = {setting: number(value) for setting, value in settings.items()}
    version, get, store, told = globals()[f"of_{name}"](servers, int(timeout), settings)
    print("ready", version, flush=True)
    for line in sys.stdin:
        verb, *words = line.split()
        if verb == "calls":
            calls(get, store, told, float(words[0]), int(words[1]) / 1000)
            print("end", flush=True)
        elif verb == "set":
            print(attempt(store, *words)[0], flush=True)
        else:
            said, value = attempt(get, *words)
            print(said, value if said == "o" else "", flush=True)


if __name__ == "__main__":
    main()
