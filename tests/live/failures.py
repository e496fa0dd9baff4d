"""Servers that are dead or hung, keys and values that may not be sent."""

import os
import signal
import time

from drivers import Wrong, key, short, text


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
    driver.open(dead, on_error="miss")
    if driver.name != "c":  # which has statuses, and no exceptions
        driver.want({"miss": True}, "get", key=k)
    refused(driver, words, k)
    hangs(driver, hung, k)


def refused(driver, words, k):
    driver.open(words[0], max_value="1000", compress="none")
    for bad in ("", "k" * 251):
        driver.fails("INVALID_KEY", "get", key=key(bad))
        driver.fails("INVALID_KEY", "set", key=key(bad), value=["none"], ttl=0)
    driver.want({"outcome": "OK"}, "set", key=k, value=text("old"), ttl=0)
    driver.fails("TOO_LARGE", "set", key=k, value=text("x" * 1001), ttl=0)
    driver.want({"miss": True}, "get", key=k)


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
