#!/usr/bin/python3
"""Tests of polyring-check smoke: each fault of an adapter is named, in one line, and no other.

usage: smoke.py CHECKER faults|honest|commands
       smoke.py --adapter FAULT           is one of the adapters
"""
import os
import re
import socket
import sys
import time
import zlib
from urllib.parse import quote_from_bytes, quote_plus, unquote_to_bytes

if "--adapter" not in sys.argv:  # an adapter is started a few hundred times
    import json
    import pathlib
    import subprocess
    import tempfile
    from concurrent.futures import ThreadPoolExecutor

PYTHON = [sys.executable, "-S", "-E", os.path.abspath(__file__), "--adapter"]

# What each fault has to be reported as: the check, the exit code, and a part of the words.
FAULTS = {
    "gone-at-once": ("hello", 3, "exited with status 7: no client here"),
    "mute": ("hello", 3, "silence.*read the input line by line"),
    "unflushed": ("hello", 3, "silence.*flush standard output"),
    "banner": ("hello", 3, "it does not start with hello|more than one line"),
    "carriage": ("hello", 3, "carriage return.*line feed alone"),
    "short-hello": ("hello", 3, "LANGUAGE is missing"),
    "no-version": ("hello", 3, "VERSION is empty"),
    "odd-fact": ("hello", 3, "runtime is no key=value"),
    "no-servers": ("verbs", 1, "servers is missing"),
    "nothing": ("verbs", 1, "set or locate is missing"),
    "typing-error": ("verbs", 1, "there is no verb locat"),
    "unknown-no": ("unknown-verb", 1, "got   no what"),
    "unknown-dies": ("unknown-verb", 3, "exited with status 1.*KeyError.*catch"),
    "once": ("hello-again", 1, "the first answer was"),
    "okay": ("servers", 3, "no answer to this request.*print ok"),
    "servers-no": ("servers", 1, "answer skip in place of no"),
    "connects-late": ("servers", 3, "silence"),
    "stays": ("bye", 3, "still there"),
    "bad-end": ("bye", 1, "exited with status 3"),
    "last-word": ("quiet-end", 3, "got   good bye"),
    "child": ("children", 1, "still there: .*process"),
    "orphan": ("children", 1, "still there: .*process"),
    "lock": ("restart", 3, "exited with status 1: locked"),
    "own-port": ("set", 1, "got   no ConnectionRefusedError.*the address and port"),
    "liar": ("set", 1, "is on no server"),
    "doubler": ("set", 1, "lies on 2 servers"),
    "two-lines": ("set", 3, "more than one line"),
    "noise": ("set", 3, "more than one line.*the client included"),
    "half-line": ("set", 3, "half a line, then silence.*line feed"),
    "stored": ("set", 3, "no answer to this request"),
    "empty-line": ("set", 3, "not an empty line"),
    "padded": ("set", 1, "8 bytes, not 7"),
    "plain-get": ("get", 1, "percent-encode the value"),
    "form-get": ("get", 1, "write a blank as %20"),
    "lost-get": ("get", 1, "get says miss"),
    "empty-miss": ("miss", 1, "tell a miss from an empty value"),
    "neighbour": ("locate", 1, "0 of 24 keys"),
    "from-one": ("locate", 3, "count the servers from 0"),
    "named": ("locate", 3, "INDEX is a number"),
    "undecoded": ("key-percent", 1, "lies there as smoke%25.*as the request spells it"),
    "decoded-twice": ("key-percent", 1, "decoded twice"),
    "form-key": ("key-plus", 1, "."),
    "latin": ("key-utf8", 1, "Latin-1"),
    "text": ("key-bytes", 1, "lies there as smoke"),
    "cutter": ("key-250", 1, "the key was cut"),
    "long-cutter": ("key-251", 1, "first 250 bytes.*the key was cut"),
    "long-liar": ("key-251", 1, "nothing lies on any server"),
    "empty-liar": ("key-empty", 1, "nothing lies on any server"),
    "blank-dies": ("key-blank", 3, "exited with status 1"),
    "no-value": ("value-empty", 3, "exited with status 1"),
    "one-line": ("value-lines", 1, "came back has 1 char"),
    "lower-get": ("value-lines", 1, "upper case"),
    "c-string": ("value-zero", 1, "came back has 1 char"),
    "short-lines": ("value-big", 1, "came back has .* not 2"),
    "few": ("many", 1, r"it should be: many \+ - \+one"),
    "typeless": ("store", 0, "HINT: typed text caf%C3%A9 was stored, and typed int 0"),
    "appends": ("forgets", 1, "not in the list"),
    "needs-port": ("no-ports", 1, "answer skip in place of no"),
    "halves": ("no-ports", 3, "exited with status 1"),
    "no-weights": ("weights", 0, "HINT: they change nothing"),
    "strange-weights": ("weights", 1, "answer skip in place of no"),
    "name-dies": ("names", 3, "exited with status 1"),
    "colons": ("ipv6", 3, "exited with status 1"),
    "path": ("unix", 1, "the servers run: unix:"),
    "waits": ("end", 1, "still there"),
    "resolves": ("host-names", 1, "the servers run: smoke1.example"),
}


# The adapter: CRC-32 of the key, modulo the weights, and one fault.

class Adapter:
    def __init__(self, fault):
        self.fault, self.list, self.links = fault, [], {}

    def is_(self, *faults):
        return self.fault in faults

    def parse(self, word):
        """(address, weight); an address is (host, port) or a path"""
        name, _, rest = word.partition("=") if re.match("[^:/[]*=", word) else ("", "", word)
        if name:
            raise (KeyError if self.is_("name-dies") else NotImplementedError)("names")
        if rest.startswith("unix:"):
            return "/nowhere" if self.is_("path") else rest[5:], 1
        host = re.fullmatch(r"(\[.*?\]|[^:/]+)(?:/([^:]+))?(?::(\d+))?(?::([\d.]+))?", rest)
        if self.is_("colons") and "[" in rest:
            raise KeyError(rest)
        if not host[3] and self.is_("needs-port", "halves"):
            raise (ValueError if self.is_("needs-port") else KeyError)("no port")
        if host[4] and self.is_("strange-weights"):
            raise ValueError("weights")
        port = 11299 if self.is_("own-port") else int(host[3] or 11211)
        place = "127.77.8.99" if host[2] and self.is_("resolves") else host[2] or host[1].strip("[]")
        return (place, port), 1 if self.is_("no-weights") else int(host[4] or 1)

    def servers(self, words):
        if self.is_("connects-late"):
            time.sleep(600)
        if not self.is_("appends"):
            self.list = []
        for index, word in enumerate(words):
            address, weight = self.parse(word)
            self.list += [(index, address)] * weight
        if self.is_("child", "orphan"):
            self.leave_a_child()
        return {"okay": "okay", "servers-no": "no thanks"}.get(self.fault, "ok")

    def leave_a_child(self):
        if os.fork() == 0:
            for fd in range(3):
                os.dup2(os.open(os.devnull, os.O_RDWR), fd)
            if self.is_("orphan"):
                os.setsid()
            time.sleep(20)
            os._exit(0)

    def at(self, key):
        return self.list[zlib.crc32(key) % len(self.list)]

    def link(self, address):
        if address not in self.links:
            link = socket.socket(socket.AF_UNIX) if isinstance(address, str) else None
            if link:
                link.connect(address)
            self.links[address] = (link or socket.create_connection(address)).makefile("rwb")
        return self.links[address]

    def key(self, word):
        key = word.encode() if self.is_("undecoded") else unquote_to_bytes(word)
        if self.is_("decoded-twice"):
            key = unquote_to_bytes(key)
        if self.is_("form-key"):
            key = key.replace(b"+", b"-")
        if self.is_("latin") and len(key) < 100:
            key = key.decode("latin-1").encode()
        if self.is_("text"):
            key = key.decode(errors="replace").encode()
        if self.is_("cutter"):
            key = key[:249]
        if self.is_("long-cutter"):
            key = key[:250]
        if not 0 < len(key) <= 250 or min(key) <= 32:
            raise ValueError("not a key")
        return key

    def value(self, words):
        if self.is_("no-value") and not words[1:]:
            raise KeyError("value")
        value = unquote_to_bytes(words[1]) if words[1:] else b""
        return {"one-line": value.split(b"\r")[0], "c-string": value.split(b"\0")[0],
                "padded": value + b"\n", "short-lines": value[:65536]}.get(self.fault, value)

    def store(self, address, key, value):
        file = self.link(address)
        file.write(b"set %s 0 0 %d\r\n%s\r\n" % (key, len(value), value))
        file.flush()
        return "ok" if file.readline() == b"STORED\r\n" else "no not stored"

    def set(self, words):
        raw = unquote_to_bytes(words[0])
        if self.is_("long-liar") and len(raw) > 250 or self.is_("empty-liar") and not raw:
            return "ok"
        if self.is_("blank-dies") and b" " in raw:
            raise KeyError("blank")
        key, value = self.key(words[0]), self.value(words)
        if self.is_("liar"):
            return "ok"
        if self.is_("doubler"):
            self.store(self.list[(self.at(key)[0] + 1) % len(self.list)][1], key, value)
        said = self.store(self.at(key)[1], key, value)
        if self.is_("noise"):
            sys.stdout.write("debug: stored\n")
        return {"two-lines": "ok\nok", "stored": "stored", "empty-line": ""}.get(self.fault, said)

    def read(self, key):
        file = self.link(self.at(key)[1])
        file.write(b"get %s\r\n" % key)
        file.flush()
        line = file.readline()
        if line == b"END\r\n":
            return None
        value = file.read(int(line.split()[3]))
        file.readline(), file.readline()
        return value

    def get(self, words):
        value = None if self.is_("lost-get") else self.read(self.key(words[0]))
        if value is None:
            return "value " if self.is_("empty-miss") else "miss"
        encoded = quote_from_bytes(value, safe="")
        return "value " + {"plain-get": value.decode("latin-1"), "form-get": quote_plus(value),
                           "lower-get": encoded.lower() if b"\r" in value else encoded,
                           }.get(self.fault, encoded)

    def many(self, words):
        found = [self.read(self.key(word)) for word in words]
        return "many " + " ".join("-" if one is None else "+" + quote_from_bytes(one, safe="")
                                  for one in found if one is not None or not self.is_("few"))

    def typed(self, words):
        return self.store(self.at(self.key(words[0]))[1], self.key(words[0]),
                          unquote_to_bytes(words[2]))

    def fetch(self, words):
        value = quote_from_bytes(self.read(self.key(words[0])), safe="")
        return f"typed {'int 0' if self.is_('typeless') else 'text ' + value}"

    def locate(self, words):
        key = self.key(words[0])
        index, address = self.at(key)
        return "at " + {"neighbour": str((index + 1) % len(self.list)), "from-one": str(index + 1),
                        "named": str(address[0])}.get(self.fault, str(index))

    def hello(self, words):
        verbs = "servers,set,get,locate,many,store,fetch"
        verbs = {"no-servers": "set,get,locate", "nothing": "servers,get",
                 "typing-error": "servers,set,locat"}.get(self.fault, verbs)
        told = {"short-hello": "hello fake 1", "no-version": f"hello fake  python {verbs}",
                "odd-fact": f"hello fake 1 python {verbs} runtime"}
        if self.is_("once") and self.list is None:
            return "hello fake 2 python " + verbs
        if self.is_("once"):
            self.list = None
        return told.get(self.fault, f"hello fake 1 python {verbs} runtime=none")

    def answer(self, verb, words):
        verbs = {"hello": self.hello, "servers": self.servers, "set": self.set, "get": self.get,
                 "locate": self.locate, "many": self.many, "store": self.typed,
                 "fetch": self.fetch}
        if verb not in verbs:
            if self.is_("unknown-dies"):
                raise KeyError(verb)
            return "no what" if self.is_("unknown-no") else f"skip {verb}"
        try:
            return verbs[verb](words)
        except NotImplementedError as why:
            return f"skip {why}"
        except KeyError:
            raise
        except Exception as why:  # whatever it is
            return " ".join(f"no {type(why).__name__} {why}".split())

    def start(self):
        if self.is_("gone-at-once"):
            sys.exit(print("no client here", file=sys.stderr) or 7)
        if self.is_("mute"):
            time.sleep(600)
        if self.is_("banner"):
            print("Welcome", flush=True)
        if self.is_("lock"):
            try:
                os.mkdir(os.environ["SMOKE_LOCK"])
            except FileExistsError:
                sys.exit(print("locked", file=sys.stderr) or 1)

    def end(self, bye):
        if self.is_("stays") and bye or self.is_("waits") and not bye:
            time.sleep(600)
        if self.is_("last-word") and bye:
            print("good bye", flush=True)
        if self.is_("bad-end") and bye:
            sys.exit(3)

    def run(self):
        self.start()
        for line in sys.stdin:
            verb, *words = line.rstrip("\n").split(" ")
            if verb == "bye":
                return self.end(True)
            reply = self.answer(verb, words or [""])
            end = "" if self.is_("half-line") and verb == "set" else \
                "\r\n" if self.is_("carriage") else "\n"
            sys.stdout.write(reply + end)
            if not self.is_("unflushed"):
                sys.stdout.flush()
        return self.end(False)


# The tests.

def smoke(checker, *words, code, **more):
    run = subprocess.run([checker, "smoke", *map(str, words)], capture_output=True, text=True,
                         timeout=60, check=False, **more)
    assert run.returncode == code, f"{words}: exit {run.returncode}, not {code}:\n{run.stdout}" \
                                   f"{run.stderr}"
    return run.stdout


def wrong(output):
    """{id: the lines below it}"""
    return {found[1]: " ".join(found[2].split("\n")) for found in
            re.finditer(r"^not ok \d+ - ([\w-]+):.*\n((?:    .*\n)*)", output, re.M)}


SILENT = ("mute", "unflushed", "connects-late", "half-line", "stays", "waits")


def fault(checker, name, folder):
    """Why a fault is not told as it should be, or None."""
    check, code, says = FAULTS[name]
    run = subprocess.run([checker, "smoke", "--timeout", "1" if name in SILENT else "20", "--",
                          *PYTHON, name], capture_output=True, text=True, timeout=200, check=False,
                         env={**os.environ, "SMOKE_LOCK": f"{folder}/{name}"})
    found = wrong(run.stdout)
    if run.returncode != code or list(found) != ([check] if code else []):
        return f"{name}: exit {run.returncode}, {list(found)}, not {check}:\n{run.stdout}{run.stderr}"
    if not re.search(says, found[check] if code else run.stdout):
        return f"{name}: not {says!r} in {run.stdout}"
    if code and not all(word in found[check] for word in (" why ", " rule ", " cure ")):
        return f"{name}: {found[check]}"
    return None


def faults(checker):
    """Each fault, or the first one of each check unless all are asked for."""
    names = FAULTS
    if not os.environ.get("POLYRING_ALL"):
        names = {check: name for name, (check, _, _) in reversed(FAULTS.items())}.values()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
        said = list(filter(None, pool.map(lambda name: fault(checker, name, folder), names)))
    assert not said, f"{len(said)} of {len(names)} faults:\n" + "\n".join(said)
    print(f"{len(names)} faults, each told by its name and no other")


def honest(checker):
    """Ours, and those of the clients that are installed: one a language."""
    output = smoke(checker, "--", *PYTHON, "none", code=0)
    assert not wrong(output) and "37 ok, 0 not ok, 1 skipped" in output, output
    checked = 0
    for name in sys.argv[3:]:
        run = subprocess.run([checker, "smoke", "--timeout", "10", name], capture_output=True,
                             text=True, timeout=120, check=False)
        absent = run.returncode == 4 and "SKIP it does not start" in run.stdout
        assert run.returncode == 0 or absent, f"{name}: {run.returncode}\n{run.stdout}{run.stderr}"
        print(f"{name}: {'not installed' if absent else 'usable'}")
        checked += not absent
    assert checked or not sys.argv[3:], "no client is installed"


def commands(checker):
    """The command line, what cannot be started, and the lines of JSON."""
    for words, says in (([], "names of the list"), (["--"], "no command after"),
                        (["nobody"], "nobody"), (["a", "--", "b"], "names of the list"),
                        (["--timeout", "nan", "--", "true"], "nan"),
                        (["--profile", "no/such", "--", "true"], "no/such")):
        run = subprocess.run([checker, "smoke", *words], capture_output=True, text=True,
                             check=False)
        assert run.returncode == 2 and says in run.stderr, (words, run)
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder, "adapter")
        script.write_text("#!/nowhere/lua\n", encoding="utf-8")
        assert "chmod" in smoke(checker, "--", script, code=4)
        script.chmod(0o755)
        assert "first line names" in smoke(checker, "--", script, code=4)
        assert "install the program" in smoke(checker, "--", "/nowhere/lua", "x", code=4)
        absent = "read line; echo skip not installed; read line"
        assert "SKIP the adapter: not installed" in smoke(checker, "--", "sh", "-c", absent, code=5)
        skips = "while read line; do case $line in hello*) echo hello a 1 sh servers,set;; " \
                "*) echo skip this;; esac; done"
        assert "skip" in smoke(checker, "--", "sh", "-c", skips, code=5)
        path = pathlib.Path(folder, "smoke.json")
        smoke(checker, "--json", path, "--", *PYTHON, "liar", code=1)
        header, *lines, footer = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        bad, = (line for line in lines if line.get("status") == "not ok")
        assert header["tool"] == "polyring-check" and footer["exit"] == 1, (header, footer)
        assert bad["check"] == "set" and bad["cure"] and bad["sent"].startswith("set "), bad
        assert lines[-1]["not ok"] == 1 and lines[-1]["name"] == "fake", lines[-1]
        text = smoke(checker, "--json", "-", "--", *PYTHON, "none", code=0)
        assert all(json.loads(line) for line in text.splitlines())
        known = smoke(checker, "--profile", "libmemcached/modula,prefix=app%3A,from=key", "--", *PYTHON,
                      "none", code=1)
        assert "set" in wrong(known), "a profile that does not fit was not noticed"


def main():
    if sys.argv[1] == "--adapter":
        return Adapter(sys.argv[2]).run()
    return {"faults": faults, "honest": honest, "commands": commands}[sys.argv[2]](sys.argv[1])


if __name__ == "__main__":
    main()
