#!/usr/bin/python3
"""Each client's adapter on two memcached servers: what its verbs store comes back, and bad requests
are answered and survived. One configuration a client; with POLYRING_ALL each.

usage: verbs.py BUILD [CLIENT...]
       verbs.py --fake KIND        is an adapter: honest, or with one fault
"""
import itertools
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

ME = pathlib.Path(__file__).resolve()
HERE = ME.parent.parent
SECONDS = 15
SKIPPED = 77  # what ctest takes for a skip
ADDRESSES = (("127.78.21.1", 21311), ("127.78.21.2", 21312))
SERVERS = [f"{host}:{port}" for host, port in ADDRESSES]
VALUES = {"bytes": "a%FFb", "text": "h%C3%A9", "int": "-42", "float": "1.5", "bool": "true",
          "null": "", "list": "%5B1%2C%22a%22%5D", "map": "%7B%22a%22%3A1%7D"}
BAD = ("set", "get", "many", "store", "fetch", "locate", "hash", "store 4", "store 4 int",
       "store 4 int abc", "store 4 bool maybe", "store 4 list %7B", "store 4 map %5B%5D",
       "store 4 list " + "%5B" * 2000, "store 4 unknown 1", "set 4 %", "set 4 %zz%4", "get %",
       "many 4 %GG", "set 4 " + "x" * 70000, "get \xff", "servers nonsense:1:2:3:4", "", " ",
       "frob 1")
KNOWN = {"servers", "locate", "set", "get", "many", "store", "fetch", "hash"}
ANSWERS = ("ok", "no", "skip", "miss", "value", "many", "typed", "at", "hash")
# What a client makes of a type that it takes, where that is not the same again; "no": it refuses.
BYTES = {name: f"typed bytes {VALUES[name]}" for name in ("text", "int", "float", "bool")}
TEXT_AS_BYTES = {"text": BYTES["text"]}
NULL_IS_MISS = {"null": "miss"}
NO_NULL = {"null": "no"}
OTHERWISE = {
    "pylibmc": {"bool": "typed int 1"},
    "python-memcached": NULL_IS_MISS, "bmemcached": NULL_IS_MISS, "libmc": NULL_IS_MISS,
    "meta-memcache": NULL_IS_MISS, "dalli": NULL_IS_MISS,
    "php-memcached": TEXT_AS_BYTES,
    "php-memcache": {**TEXT_AS_BYTES, "null": "typed bool false"},
    "cache-memcached": {**BYTES, **NO_NULL}, "anyevent-memcached": {**BYTES, **NO_NULL},
    "cache-memcached-fast": {**BYTES, "text": "typed bytes h%E9", "null": "typed bytes "},
    "memcached-libmemcached": BYTES,
    "remcached": TEXT_AS_BYTES, "memjs": TEXT_AS_BYTES,
    "mc": {"bytes": "typed text a%EF%BF%BDb", "int": "typed text -42", "float": "typed text 1.5"},
    "memcache-plus": {**NULL_IS_MISS, "bytes": "typed bytes a%FFb%00"},
    "memcache-client": {"bool": "no"},
    "spymemcached": NO_NULL, "elasticache-java": NO_NULL, "xmemcached": NO_NULL,
    "gwhalin": NO_NULL, "evcache": NO_NULL,
    "rust-memcache": BYTES,
}


def fake(kind):
    """A dictionary behind the protocol, for the controls."""
    kept = {}
    for line in sys.stdin:
        verb, *words = line.rstrip("\n").split(" ")
        key, *rest = words or [""]
        if verb == "hello":
            reply = "hello fake 1 python servers,set,get,many,store,fetch"
        elif verb == "bye":
            return
        elif verb == "servers" or verb in ("set", "store"):
            kept[key] = " ".join(rest)
            reply = "ok"
        elif verb == "get" and key in kept:
            reply = f"value {kept[key]}"
        elif verb == "many":
            words = words[::-1] if kind == "shuffles" else words
            reply = " ".join(["many", *(f"+{kept[k]}" if k in kept else "-" for k in words)])
        elif verb == "fetch" and key in kept:
            reply = f"typed {kept[key].replace('float', 'text' if kind == 'mistypes' else 'float')}"
        elif verb in ("get", "fetch"):
            reply = "miss"
        else:
            reply = "what?" if kind == "confused" else f"skip {verb}"
        if kind == "dies" and "%zz" in line:
            sys.exit(3)
        print(reply, flush=True)


class Adapter:
    def __init__(self, command):
        self.log = tempfile.TemporaryFile()
        env = {**os.environ, "PATH": f"{HERE}/adapters:{os.environ['PATH']}"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.log, env=env)

    def ask(self, line):
        answer, deadline = b"", time.monotonic() + SECONDS
        self.process.stdin.write(line.encode("latin-1") + b"\n")
        self.process.stdin.flush()
        while not answer.endswith(b"\n"):
            left = max(0, deadline - time.monotonic())
            assert select.select([self.process.stdout], [], [], left)[0], f"{line[:60]}: silence"
            part = os.read(self.process.stdout.fileno(), 1 << 20)
            assert part, f"{line[:60]}: it ended"
            answer += part
        assert answer.count(b"\n") == 1, f"{line[:60]}: more than one line: {answer[:200]}"
        return answer.decode().rstrip("\n")

    def expect(self, line, wanted):
        answer = self.ask(line)
        assert answer == wanted, f"{line}: {answer}, not {wanted}"

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()


def start_list(adapter):
    """False if the client takes neither the two servers nor one alone."""
    answers = []
    for servers in (SERVERS, SERVERS[:1]):
        answers.append(adapter.ask(" ".join(["servers", *servers])))
        if answers[-1] == "ok":
            return True
    assert all(answer.startswith("skip") for answer in answers), answers
    return False


def check_plain(adapter, verbs, base):
    """Keys are numbers, which every client takes, and each adapter has its own."""
    if {"set", "get"} <= verbs:
        for key, value in ((1, "hello%20w"), (2, "b"), (3, "c" * 3000)):
            adapter.expect(f"set {base + key} {value}", "ok")
            adapter.expect(f"get {base + key}", f"value {value}")
        adapter.expect(f"get {base + 9}", "miss")
    if {"set", "many"} <= verbs:
        adapter.expect(f"many {base + 2} {base + 9} {base + 1} {base + 2}",
                       "many +b - +hello%20w +b")


def check_typed(adapter, client, base):
    taken = 0
    for key, (name, text) in enumerate(VALUES.items(), base + 10):
        wanted = OTHERWISE.get(client, {}).get(name, f"typed {name} {text}")
        answer = adapter.ask(f"store {key} {name} {text}")
        if wanted == "no":
            assert answer.startswith("no "), f"store {name}: {answer}"
        elif not answer.startswith("skip "):
            assert answer == "ok", f"store {name}: {answer}"
            adapter.expect(f"fetch {key}", wanted)
            taken += 1
    assert taken, "it takes no type at all"
    adapter.expect(f"fetch {base + 9}", "miss")


def check(client, command, base):
    """What is wrong with it, or None; and what was checked."""
    adapter = Adapter(command)
    try:
        hello = adapter.ask("hello polyring-adapter/1").split(" ")
        assert hello[0] == "hello" and len(hello) > 4, hello
        verbs = set(hello[4].split(","))
        assert "servers" in verbs and verbs <= KNOWN, verbs
        assert ("store" in verbs) == ("fetch" in verbs), verbs
        assert adapter.ask("frobnicate 1").startswith("skip"), "an unknown verb is no skip"
        if not start_list(adapter):
            return None, "no such list"
        check_plain(adapter, verbs, base)
        if "store" in verbs:
            check_typed(adapter, client, base)
        for line in BAD:
            answer = adapter.ask(line.replace("4", str(base + 4), 1))
            assert answer.split(" ")[0] in ANSWERS, f"{line[:60]}: {answer}"
        assert start_list(adapter), "no list after the bad requests"
        check_plain(adapter, verbs, base)
        adapter.process.stdin.write(b"bye\n")
        adapter.process.stdin.flush()
        assert adapter.process.wait(SECONDS) == 0, "bye did not end it well"
        return None, hello[4]
    except (AssertionError, BrokenPipeError, subprocess.TimeoutExpired) as why:
        adapter.log.seek(0)
        return f"{why}\n{adapter.log.read().decode(errors='replace')[-600:]}", ""
    finally:
        adapter.stop()


def controls():
    for kind in ("honest", "shuffles", "mistypes", "confused", "dies"):
        wrong, _ = check("fake", [sys.executable, str(ME), "--fake", kind], 0)
        assert (wrong is None) == (kind == "honest"), f"the control {kind}: {wrong}"


def commands(build, wanted):
    """One configuration a client, of those that are there."""
    listed = subprocess.run([f"{build}/bin/polyring-check", "install", "--list"],
                            capture_output=True, text=True, check=True).stdout
    there = {line.split()[1] for line in listed.splitlines() if line.startswith("there")}
    seen = set()
    for line in (HERE / "clients.list").read_text().splitlines():
        if not line or line.startswith("#") or line.split()[0] not in there:
            continue
        name, _, packages, *command = line.split()
        client = name.split("/")[0]
        again = client in seen and not os.environ.get("POLYRING_ALL")
        if again or packages == "-" or wanted and client not in wanted:
            continue
        seen.add(client)
        for place, folder in (("{adapters}", HERE / "adapters"), ("{build}", build),
                              ("{source}", HERE.parent)):
            command = [word.replace(place, str(folder)) for word in command]
        yield name, command


def main():
    if sys.argv[1] == "--fake":
        fake(sys.argv[2])
        return 0
    controls()
    servers = [subprocess.Popen(["memcached", "-u", "nobody", "-U", "0", "-t", "1", "-m", "16",
                                 "-l", host, "-p", str(port)]) for host, port in ADDRESSES]
    time.sleep(0.3)
    failed = count = 0
    try:
        assert all(server.poll() is None for server in servers), "memcached does not start"
        chosen = list(commands(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]))
        with ThreadPoolExecutor(2) as pool:
            results = pool.map(check, (name.split("/")[0] for name, _ in chosen),
                               (command for _, command in chosen), itertools.count(1000, 100))
            for (name, _), (wrong, verbs) in zip(chosen, results):
                print(f"{'WRONG' if wrong else 'right'}  {name}  {wrong or verbs}", flush=True)
                failed += bool(wrong)
                count += 1
    finally:
        for server in servers:
            server.kill()
            server.wait()
    print(f"{count} adapters, {failed} of them wrong")
    return 1 if failed else 0 if count else SKIPPED


sys.exit(main())
