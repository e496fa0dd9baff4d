"""The script: every call, with the answer that all languages must give."""

import json
import re
import subprocess
import time

from drivers import Wrong, blob, key, short, text

ALL_BYTES = bytes(range(256))
MEMCACHED = subprocess.run(["memcached", "-V"], stdout=subprocess.PIPE, check=True).stdout.decode()


def script(driver, servers, control):
    words, begin = [server.word for server in servers], time.time()
    driver.open(" ".join(words))
    driver.want({"servers": [[word, "OK"] for word in words], "failures": []}, "flush_all", delay=0)
    one_item(driver, control)
    times_to_live(driver)
    counters(driver)
    many(driver)
    of_servers(driver, words)
    topology(driver, words, begin)
    driver.want({"ok": True}, "close")
    settings(driver, words)
    dump(driver, words)


def dump(driver, words):
    driver.open(" ".join(words))
    driver.want({"outcome": "OK"}, "set", key=key("dumped"), value=text("x"), ttl=0)
    driver.want(lambda a: a["failures"] == [] and [word for word, _ in a["servers"]] == words and
                "key=dumped " in "\n".join(said for _, said in a["servers"]), "dump")


def one_item(driver, control):
    want, k = driver.want, key("Z\u00fcrich")

    def outcome(name, call, **request):
        want({"outcome": name}, call, **request)

    def holds(value):
        want({"value": value}, "get", key=k)

    want({"miss": True}, "get", key=k)
    outcome("OK", "set", key=k, value=text("one"), ttl=0)
    holds(text("none" if control else "one"))
    outcome("NOT_STORED", "add", key=k, value=text("two"), ttl=0)
    outcome("OK", "replace", key=k, value=text("three"), ttl=0)
    holds(text("three"))
    outcome("OK", "append", key=k, value=text("!"))
    outcome("OK", "prepend", key=k, value=text("?"))
    holds(text("?three!"))
    cas = want(lambda a: a["value"] == text("?three!") and re.fullmatch(r"[1-9]\d*", a["cas"]), "gets", key=k)["cas"]
    outcome("OK", "cas", key=k, value=text("four"), cas=cas, ttl=0)
    outcome("EXISTS", "cas", key=k, value=text("five"), cas=cas, ttl=0)
    holds(text("four"))
    outcome("OK", "delete", key=k)
    want({"miss": True}, "get", key=k)
    want({"miss": True}, "gets", key=k)
    outcome("MISS", "delete", key=k)
    outcome("MISS", "cas", key=k, value=text("six"), cas=cas, ttl=0)
    outcome("NOT_STORED", "replace", key=k, value=text("seven"), ttl=0)
    outcome("NOT_STORED", "append", key=k, value=text("!"))
    outcome("NOT_STORED", "prepend", key=k, value=text("?"))
    outcome("OK", "add", key=k, value=text("eight"), ttl=0)
    holds(text("eight"))
    outcome("OK", "set", key=key("k" * 250), value=["none"], ttl=0)
    want({"value": ["none"]}, "get", key=key("k" * 250))
    for strange in ("a b", b"\r\n\0\x7f\xff"):  # they travel as base64
        outcome("OK", "set", key=key(strange), value=text("strange"), ttl=0)
        want({"value": text("strange")}, "get", key=key(strange))


def times_to_live(driver):
    want, k = driver.want, key("ttl")
    ok, miss = {"outcome": "OK"}, {"outcome": "MISS"}

    def lives(seconds, **marks):
        expected = {"won": False, "stale": False, "already_won": False, **marks}
        slack = 60  # of a busy machine; 2: clocks of servers go by seconds
        return want(lambda a: seconds - slack <= a["ttl"] <= seconds + 2 and a["cas"].isdigit() and
                    expected.items() <= a.items(), "item", key=k)

    want({"miss": True}, "item", key=k)
    want(miss, "touch", key=k, ttl=100)
    want({"miss": True}, "get_and_touch", key=k, ttl=100)
    want(ok, "set", key=k, value=text("value"), ttl=1000)
    answer = lives(1000)
    if answer["value"] != text("value") or answer["size"] != 5:
        raise Wrong(f"item: {short(answer)}")
    want(ok, "touch", key=k, ttl=2000)
    lives(2000)
    want({"value": text("value")}, "get_and_touch", key=k, ttl=3000)
    lives(3000)
    want(ok, "touch", key=k, ttl=31 * 86400)  # above thirty days servers take it for a date
    lives(31 * 86400)
    want({"outcome": "OK"}, "touch", key=k, ttl=1000)
    lives(1000)
    want(lambda a: a["won"] and not a["already_won"], "item", key=k, recache=2000)
    want(lambda a: a["already_won"] and not a["won"], "item", key=k, recache=2000)
    want(ok, "set", key=k, value=text("value"), ttl=0)
    want(ok, "invalidate", key=k, ttl=1000)
    lives(1000, won=True, stale=True)
    lives(1000, stale=True, already_won=True)
    want(ok, "set", key=k, value=text("value"), ttl=-1)
    want({"miss": True}, "get", key=k)
    want(lambda a: a["won"] and a["size"] == 0, "item", key=k, vivify=100)
    want(lambda a: a["already_won"] and not a["won"], "item", key=k, vivify=100)
    far = 40 * 86400  # here too servers take it for a date above thirty days
    want(ok, "set", key=k, value=text("value"), ttl=1000)
    want(lambda a: a["won"], "item", key=k, recache=far)
    want(ok, "set", key=k, value=text("value"), ttl=50 * 86400)
    want(lambda a: not a["won"], "item", key=k, recache=far)
    want(ok, "delete", key=k)
    want(lambda a: a["won"], "item", key=k, vivify=far)
    want(lambda a: a["already_won"] and far - 60 <= a["ttl"] <= far + 2, "item", key=k, vivify=far)
    want(ok, "set", key=k, value=text("value"), ttl=100 * 365 * 86400)
    want({"value": text("value")}, "get", key=k)


def counters(driver):
    want, k = driver.want, key("counter")
    want({"miss": True}, "incr", key=k, delta=1)
    want({"miss": True}, "decr", key=k, delta=1)
    want({"miss": True}, "counter", key=k)
    want({"number": "7"}, "incr", key=k, delta=1, initial=7, ttl=0)
    want({"number": "8"}, "incr", key=k, delta=1, initial=7, ttl=0)
    want({"value": ["int", "8"]}, "counter", key=k)
    want({"outcome": "OK"}, "set_counter", key=k, number=40, ttl=0)
    want({"number": "42"}, "incr", key=k, delta=2)
    want({"number": "12"}, "decr", key=k, delta=30)
    want({"number": "0"}, "decr", key=k, delta=30)
    want({"value": ["int", "0"]}, "counter", key=k)
    want({"outcome": "OK"}, "set", key=k, value=["int", "41"], ttl=0)
    want({"number": "42"}, "incr", key=k, delta=1)
    want({"value": ["int", "42"]}, "get", key=k)
    want({"outcome": "OK"}, "set", key=k, value=text("x"), ttl=0)
    driver.fails("REFUSED", "incr", key=k, delta=1)


def many(driver):
    want = driver.want
    keys = [key(f"many-{i}") for i in range(60)]
    values = [["int", str(i)] if i % 2 else text(f"value {i}") for i in range(60)]
    want({"found": [], "failures": []}, "get_many", keys=[])
    want({"found": [], "failures": []}, "get_many", keys=keys)
    want({"outcomes": [[k, "OK"] for k in keys[:50]], "failures": []}, "set_many",
         items=[list(pair) for pair in zip(keys[:50], values)], ttl=100)
    want({"found": [[k, v] for k, v in zip(keys[:50], values)], "failures": []}, "get_many", keys=keys)
    some = keys[45:55]
    outcomes = [[k, "OK" if i < 5 else "MISS"] for i, k in enumerate(some)]
    want({"outcomes": outcomes, "failures": []}, "touch_many", keys=some, ttl=200)
    want({"outcomes": outcomes, "failures": []}, "delete_many", keys=some)
    want({"found": [[k, v] for k, v in zip(keys[:45], values)], "failures": []}, "get_many", keys=keys)
    bad = key("k" * 251)
    answer = want(lambda a: a["found"] == [[keys[0], values[0]]] and len(a["failures"]) == 1, "get_many",
                  keys=[keys[0], bad])
    if answer["failures"][0][0] != bad or answer["failures"][0][1]["status"] != "INVALID_KEY":
        raise Wrong(f"get_many with a bad key: {short(answer)}")


def of_servers(driver, words):
    want = driver.want
    everywhere = {"servers": [[word, "OK"] for word in words], "failures": []}
    want(everywhere, "ping")
    want(everywhere, "verbosity", level=0)
    want({"servers": [[word, "1.6.18"] for word in words], "failures": []}, "version") \
        if "1.6.18" in MEMCACHED else want(lambda a: len(a["servers"]) == len(words), "version")
    want(lambda a: [word for word, _ in a["servers"]] == [words[1]], "version", server=words[1])
    stats = want(lambda a: [word for word, _ in a["servers"]] == words, "stats", arguments="")["servers"]
    if any(not said["pid"].isdigit() or " " in said["version"] for _, said in stats):
        raise Wrong(f"stats: {short(stats)}")
    if len({said["pid"] for _, said in stats}) != len(words):
        raise Wrong("stats: two servers are one")
    want(lambda a: "chunk_size" in short(a) or "chunk_size" in json.dumps(a), "stats", arguments="slabs",
         server=words[0])
    before = [said["cmd_flush"] for _, said in stats]
    for bad in ("items\r\nflush_all", "items\n", "items\0", "x" * 201, "Z\u00fcrich"):
        driver.fails("INVALID_ARGUMENT", "stats", arguments=bad)
    want(lambda a: [said["cmd_flush"] for _, said in a["servers"]] == before, "stats", arguments="")
    want(lambda a: [said for _, said in a["servers"]] == ["OK"], "flush_all", delay=0, server=words[2])


def topology(driver, words, begin):
    want, k = driver.want, key("Z\u00fcrich")
    want(lambda a: a["text"] in words, "locate", key=k)
    before = want(lambda a: re.fullmatch("pr1:[0-9a-f]{64}", a["text"]), "fingerprint")["text"]
    want({"ok": True}, "remove_server", text=words[2])
    want(lambda a: a["text"] != before, "fingerprint")
    want({"ok": True}, "add_server", text=words[2])
    want({"text": before}, "fingerprint")
    document = json.loads(want(lambda a: "\n" in a["text"], "topology")["text"])
    if document["servers"] != words or not document["epoch"]:
        raise Wrong(f"topology: {document}")
    driver.fails("INVALID_ARGUMENT", "remove_server", text="127.98.250.1:1")
    want({"ok": True}, "set_topology", text=json.dumps({"polyring": 1, "profile": "ketama", "epoch": 100,
                                                        "servers": words[:1]}))
    want({"text": words[0]}, "locate", key=k)
    want({"outcome": "OK"}, "set", key=k, value=text("moved"), ttl=0)
    want({"value": text("moved")}, "get", key=k)
    driver.fails("INVALID_TOPOLOGY", "set_topology", text='{"polyring": 1, "servers": []}')
    want(lambda a: [s["server"] for s in a["servers"]] == words[:1] and a["servers"][0]["operations"] >= 2 and
         a["servers"][0]["hits"] >= 1, "statistics")
    told = want(lambda a: {"CONNECTED", "TOPOLOGY_CHANGED"} <= {event["kind"] for event in a["events"]}, "events")
    moments = [event["time"] for event in told["events"]]
    if not begin - 1e-5 <= min(moments) <= max(moments) <= time.time() or \
            not any(round(moment * 1e6) % 1000000 for moment in moments):  # whole seconds are too coarse
        raise Wrong(f"events since {begin} were at {moments}")
    want({"events": []}, "events")


def settings(driver, words):
    driver.fails("INVALID_ARGUMENT", "open", servers=f"memcached://{words[0]}/?nonsense=1", settings={})
    driver.fails("INVALID_ARGUMENT", "open", servers=words[0], settings={"timeout": "soon"})
    driver.fails("INVALID_PROFILE", "open", servers=words[0], settings={"profile": "nobody"})
    url = f"memcached://{words[0]},{words[1]}/?profile=libmemcached/modula&timeout=20s&connect_timeout=20s"
    driver.want({"ok": True}, "open", servers=url, settings={"dialect": "raw"})
    driver.want({"outcome": "OK"}, "set", key=key("raw"), value=blob(ALL_BYTES), ttl=0)
    driver.want({"value": blob(ALL_BYTES)}, "get", key=key("raw"))
    driver.fails("INVALID_VALUE", "set", key=key("raw"), value=["int", "1"], ttl=0)
