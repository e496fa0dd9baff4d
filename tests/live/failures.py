"""Servers that are dead or hung, keys and values that may not be sent."""

import base64
import contextlib
import os
import signal
import time

from drivers import Wrong, key, short, text
from fake import CLOSE, Fake, right
from fleet import on_tcp


def failures(driver, servers, hung, control):
    words = [server.word for server in servers]
    dead, k = "127.98.250.1:1", key("k")
    driver.open(dead)
    driver.fails("UNKNOWN" if control else "UNAVAILABLE", "get", server=dead, key=k)
    driver.fails("UNAVAILABLE", "set", server=dead, key=k, value=["none"], ttl=0)
    driver.want(lambda a: [f["status"] for _, f in a["failures"]] == ["UNAVAILABLE"], "ping")
    driver.open(" ".join([*words, dead]), profile="libmemcached/modula")
    keys = [key(f"spread-{i}") for i in range(40)]
    answer = driver.want(lambda a: len(a["outcomes"]) + len(a["failures"]) == 40, "set_many",
                         items=[[name, text("x")] for name in keys], ttl=0)
    lost = {name for name, _ in answer["failures"]}
    if not 0 < len(lost) < 40 or {f["status"] for _, f in answer["failures"]} != {"UNAVAILABLE"}:
        raise Wrong(f"set_many with a dead server: {short(answer)}")
    driver.want(lambda a: {name for name, _ in a["failures"]} == lost and
                [name for name, _ in a["found"]] == [name for name in keys if name not in lost], "get_many", keys=keys)
    shown_as_misses(driver, servers, dead)
    refused(driver, words, k)
    counted(driver, servers[0])
    hangs(driver, hung, k)


STATISTICS = {"server", "exchanges", "operations", "hits", "misses", "failures", "bytes_sent", "bytes_received",
              "connects", "connect_failures", "connections", "mismatches", "state", "in_doubt", "refused", "redirected",
              "probes"}  # and latency, whose form each language has


def counted(driver, other):
    """What the statistics say of an outage, and that it is over."""
    def shown():
        (server, *_) = driver.want(lambda a: set(a["servers"][0]) == STATISTICS, "statistics")["servers"]
        return [server[name] for name in ("state", "in_doubt", "refused", "redirected", "probes")]

    def wanted(*expected):
        if shown() != list(expected):
            raise Wrong(f"statistics: {shown()} is not {list(expected)}")

    def until(what, done, call="tick", **request):
        for _ in range(1000):
            if done(shown()):
                return shown()
            driver.ask(call, **request)
            time.sleep(0.01)
        raise Wrong(f"statistics: {what} does not come: {shown()}")

    one = on_tcp("127.98.1.3", 21984)
    try:
        driver.open(one.word, detect_hard="1", rejoin="auto", probe_interval="24h", probe_most="24h")
        driver.want({"outcome": "OK"}, "set", key=key("a"), value=text("x"), ttl=0)
        wanted("UP", 0, 0, 0, 0)
        one.stop()
        before = until("the end of a server", lambda now: now[0] == "DOWN", "get", key=key("a"))
        driver.fails("UNAVAILABLE", "get", key=key("a"))
        driver.fails("UNAVAILABLE", "set", key=key("b"), value=text("x"), ttl=0)
        wanted("DOWN", 1, before[2] + 2, 0, 0)
        driver.open(f"{one.word} {other.word}", profile="libmemcached/modula", detect_hard="1", rejoin="auto",
                    on_dead="next", probe_interval="10ms", probe_most="10ms", settle="10ms")
        mine = next(k for k in map(key, map(str, range(100))) if driver.ask("locate", key=k)["text"] == one.word)
        before = until("the end of a server", lambda now: now[0] in ("DOWN", "PROBING"), "get", key=mine)
        driver.want({"outcome": "OK"}, "set", key=mine, value=text("x"), ttl=0)
        driver.want({"value": text("x")}, "get", key=mine)
        state, *numbers, _ = until("a probe", lambda now: now[-1] > before[-1], budget=0.01)
        if state not in ("DOWN", "PROBING") or numbers != [1, before[2], before[3] + 2]:
            raise Wrong(f"statistics of a server that is down: {state}, {numbers} after {before}")
        one = on_tcp("127.98.1.3", 21984)
        until("a server that was started again", lambda now: now[:2] == ["UP", 0], budget=0.01)
    finally:
        one.stop()


READS = {"get": {}, "gets": {}, "item": {}, "counter": {}, "get_and_touch": {"ttl": 100}}


def shown_as_misses(driver, servers, dead):
    """on_error=miss: reads show what is not the caller's fault as misses, in all languages the same. C has statuses,
    which say what they say."""
    k = key("hidden")
    one = servers[0].word
    with contextlib.ExitStack() as stack:
        def answering(answer):
            server = Fake(lambda request: [answer(request) if callable(answer) else answer])
            stack.callback(server.close)
            return server.word

        meta = {"protocol": "meta", "on_mismatch": "ignore"}
        cases = [("UNAVAILABLE", dead, {}), ("UNKNOWN", answering(CLOSE), meta),
                 ("BAD_REPLY", answering(b"garbage\r\n"), meta), ("REFUSED", answering(b"CLIENT_ERROR no\r\n"), meta),
                 ("SERVER_FAILED", answering(b"SERVER_ERROR out of memory\r\n"), meta),
                 ("INVALID_VALUE", answering(unreadable(9, b"abc")), meta),
                 ("TOO_LARGE", answering(unreadable(48, b"\xff\xff\xff\x7fabc")), meta)]
        for status, word, settings in cases:
            reads_fail(driver, status, word, settings, k)
    for call in ("flush_all", "version"):  # with the beacon of others; with that of this client
        driver.open(" ".join(server.word for server in servers), profile="ketama")
        driver.want(lambda a: not a["failures"], call, server=one)
    reads_fail(driver, "MISMATCH", one, {"on_mismatch": "refuse", "profile": "libmemcached/modula"}, k)
    never_shown(driver, dead, k)


def unreadable(flags, body):
    """A hit of a type that there is not, or one that says that it is too long when it is unpacked."""
    def answer(request):
        if request.meta:
            return request.found(body).replace(b" f0", b" f%d" % flags)
        return b"VALUE %s %d %d\r\n%s\r\nEND\r\n" % (request.key, flags, len(body), body)
    return answer


def reads_fail(driver, status, word, settings, k):
    for name, more in READS.items():
        driver.open(word, **settings)
        may = {status}
        if name == "get_and_touch" and status == "BAD_REPLY":
            may = {"UNKNOWN"}  # it is a change
        if name == "counter" and status == "TOO_LARGE":
            may = {"INVALID_VALUE"}  # it is not unpacked
        driver.want(lambda a: a.get("failure", {}).get("status") in may, name, key=k, **more)
        if driver.name != "c":
            driver.open(word, on_error="miss", **settings)
            driver.want({"miss": True}, name, key=k, **more)
            if name == "get":
                driver.want({"found": [], "failures": []}, "get_many", keys=[k, key("another")])


def never_shown(driver, dead, k):
    """Faults of the caller, and of calls that are no reads."""
    driver.open(dead, on_error="miss")
    bad = key("k" * 251)
    for name, more in READS.items():
        driver.fails("INVALID_KEY", name, key=bad, **more)
    driver.want(lambda a: a["found"] == [] and [(name, failure["status"]) for name, failure in a["failures"]
                if driver.name != "c" or name == bad] == [(bad, "INVALID_KEY")], "get_many", keys=[k, bad])
    for name, more in {"set": {"value": text("x"), "ttl": 0}, "delete": {}, "touch": {"ttl": 1},
                       "incr": {"delta": 1}}.items():
        driver.fails("UNAVAILABLE", name, key=k, **more)
    driver.want(lambda a: [failure["status"] for _, failure in a["failures"]] == ["UNAVAILABLE"], "ping")
    server = Fake(lambda request: [b"ERROR\r\n"])
    try:
        driver.open(server.word, on_error="miss", protocol="text", on_mismatch="ignore")
        driver.fails("NOT_SUPPORTED", "item", key=k)
    finally:
        server.close()


def refused(driver, words, k):
    driver.open(words[0], max_value="1000", compress="none")
    for bad in ("", "k" * 251):
        driver.fails("INVALID_KEY", "get", key=key(bad))
        driver.fails("INVALID_KEY", "set", key=key(bad), value=["none"], ttl=0)
    too_large(driver, words, k)
    found_too_large(driver, words, k)
    for protocol in ("text", "auto", "meta"):
        unsent_keys(driver, protocol)


def too_large(driver, words, k):
    """What is refused here because of its size leaves no old value readable."""
    for protocol in ("auto", "text"):
        driver.open(words[0], max_value="1000", compress="none", protocol=protocol)
        other = key("of-many")
        driver.want({"outcomes": [[k, "OK"], [other, "OK"]], "failures": []}, "set_many",
                    items=[[k, text("old")], [other, text("old")]], ttl=0)
        driver.fails("TOO_LARGE", "set", key=k, value=text("x" * 1001), ttl=0)
        driver.want({"miss": True}, "get", key=k)
        driver.want(lambda a: a["outcomes"] == [[k, "OK"]] and
                    [(name, failure["status"]) for name, failure in a["failures"]] == [(other, "TOO_LARGE")],
                    "set_many", items=[[k, text("new")], [other, text("x" * 1001)]], ttl=0)
        driver.want({"found": [[k, text("new")]], "failures": []}, "get_many", keys=[k, other])


def found_too_large(driver, words, k):
    """A value that is larger than this client takes: the failure says why, and the client goes on."""
    driver.open(words[0], compress="none")
    small = key("small")
    for name, size in ((k, 1001), (small, 10)):
        driver.want({"outcome": "OK"}, "set", key=name, value=text("x" * size), ttl=0)
    for protocol in ("auto", "text"):
        driver.open(words[0], max_value="1000", protocol=protocol)
        said = driver.fails("BAD_REPLY", "get", key=k, server=words[0])["text"]
        if "larger than max_value" not in said:
            raise Wrong(f"a value that is too large: {said}")
        driver.want({"value": text("x" * 10)}, "get", key=small)


STRANGE = [" ", "a b", "a\tb", "a\nb", "a\r\nflush_all\r\nb", "\0", "a\0b", "\1", "a\x1bb", "a\x7fb"]
ON_A_KEY = {**READS, "set": {"value": text("x"), "ttl": 0}, "add": {"value": text("x"), "ttl": 0}, "delete": {},
            "append": {"value": text("x")}, "touch": {"ttl": 100}, "incr": {"delta": 1}, "decr": {"delta": 1},
            "cas": {"value": text("x"), "cas": "1", "ttl": 0}, "set_counter": {"number": 1, "ttl": 0}}


def unsent_keys(driver, protocol):
    """Keys with blanks, line ends, NUL or control bytes: none of those bytes reaches a socket, whatever is asked. In
    meta they travel as base64."""
    classic = protocol != "meta"
    server = Fake(lambda request: [b"ERROR\r\n" if classic and request.meta else right(request)])
    good, sent = key("good"), {b"good", base64.b64encode(b"good")}
    try:
        driver.open(server.word, protocol=protocol, on_mismatch="ignore")
        for strange in STRANGE:
            k = key(strange)
            sent.add(base64.b64encode(strange.encode()))
            for call, more in ON_A_KEY.items():
                if classic and call != "item":
                    driver.fails("INVALID_KEY", call, key=k, **more)
                elif not classic:
                    driver.ask(call, key=k, **more)
            if not classic:
                continue
            driver.want(lambda a: [name for name, _ in a["found"]] == [good] and
                        [(name, failure["status"]) for name, failure in a["failures"]] == [(k, "INVALID_KEY")],
                        "get_many", keys=[good, k])
            driver.want(lambda a: a["outcomes"] == [[good, "OK"]] and a["failures"][0][0] == k, "set_many",
                        items=[[good, text("x")], [k, text("x")]], ttl=0)
            driver.want(lambda a: a["outcomes"] == [[good, "OK"]] and a["failures"][0][0] == k, "delete_many",
                        keys=[good, k])
        if not server.lines or not classic and len(server.lines) < len(STRANGE):
            raise Wrong("nothing was sent at all")
        for line in server.lines:
            words = line[:-2].split(b" ")
            if line[-2:] != b"\r\n" or any(byte < 0x20 or byte == 0x7F for byte in line[:-2]) or \
                    words[0] != b"mn" and words[1] not in sent:
                raise Wrong(f"protocol={protocol} sends {line!r}")
    finally:
        server.close()


def hangs(driver, hung, k):
    """A server that is stopped: the call ends with its deadline, and the client recovers."""
    # Where the client must first ask the server which protocol it speaks, the change itself was not sent.
    for connected, protocol, status in ((True, "auto", "UNKNOWN"), (False, "meta", "UNKNOWN"),
                                        (False, "auto", "UNAVAILABLE")):
        driver.open(hung.word, timeout="300ms", connect_timeout="300ms", on_mismatch="ignore", protocol=protocol)
        if connected:
            driver.want(lambda a: "value" in a or "miss" in a or "failure" in a, "get", key=k)
        hung.process.send_signal(signal.SIGSTOP)
        try:
            os.waitid(os.P_PID, hung.process.pid, os.WSTOPPED | os.WNOWAIT)
            begin = time.monotonic()
            driver.fails(status, "set", key=k, value=text("x"), ttl=0, server=hung.word)
            if time.monotonic() - begin > 5:
                raise Wrong("a deadline of 300 ms came after more than 5 s")
        finally:
            hung.process.send_signal(signal.SIGCONT)
    for _ in range(100):  # it may take a moment until it runs
        if "failure" not in driver.ask("get", key=k):
            return
    raise Wrong("the client does not recover from a stopped server")
