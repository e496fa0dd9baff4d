"""What the tests of polyring-check audit share: servers, real clients that fill them, the program."""
import collections
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import unquote

HERE = pathlib.Path(__file__).resolve().parent
SPYMEMCACHED = "/usr/share/java/spymemcached.jar"
WORDS = [f"127.77.8.{i}:{21400 + i}" for i in range(1, 5)]
RIGHT = "php-memcached/libketama-compatible"
SKIPPED = 77  # what ctest takes for a skip
CHECKER, POLYRING = sys.argv[1:3]


# Servers.

def address(word):
    host, port = word.split(":")
    return host, int(port)


def connect(word):
    link = socket.create_connection(address(word))
    link.settimeout(20)
    return link


def ask(word, request, *ends):
    """The reply to a request, which ends in one of these."""
    with connect(word) as link:
        link.sendall(request)
        reply = b""
        while not reply.endswith(ends):
            more = link.recv(1 << 20)
            assert more, (word, request, reply[:100])
            reply += more
        return reply


class Pool:
    """Unless it is lively, without the thread that moves items about: a list leaves out those that
    are being moved, and then there would be one key less now and then."""

    def __init__(self, words=None, memory=64, lively=False):
        self.words = words or WORDS
        calm = [] if lively else ["-o", "no_lru_maintainer,lru_crawler"]
        user = ["-u", "root"] if os.geteuid() == 0 else []
        self.processes = []
        for word in self.words:
            host, port = address(word)
            self.processes.append(subprocess.Popen(
                ["memcached", "-U", "0", "-t", "2", "-m", str(memory), "-l", host, "-p", str(port),
                 *calm, *user]))
        for word in self.words:
            for attempt in range(500):
                try:
                    connect(word).close()
                    break
                except OSError:
                    assert attempt < 499, f"no memcached on {word}"
                    time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()

    @property
    def text(self):
        return " ".join(self.words)

    def clear(self):
        for word in self.words:
            ask(word, b"flush_all\r\n", b"OK\r\n")

    def put(self, at, key, value=b"x", flags=0, expires=0):
        ask(self.words[at], b"set %s %d %d %d\r\n%s\r\n" % (key, flags, expires, len(value), value),
            b"STORED\r\n")

    def put_many(self, rows, flags=0):
        """Pairs of a key and an index of a server."""
        by_server = collections.defaultdict(list)
        for key, at in rows:
            by_server[at].append(b"set %s %d 0 1 noreply\r\nx\r\n" % (key.encode(), flags))
        for at, lines in by_server.items():
            ask(self.words[at], b"".join(lines) + b"mn\r\n", b"MN\r\n")

    def delete_many(self, rows):
        for at in {at for _, at in rows}:
            ask(self.words[at], b"".join(b"delete %s noreply\r\n" % key.encode()
                                         for key, where in rows if where == at) + b"mn\r\n",
                b"MN\r\n")

    def count(self):
        found = 0
        for word in self.words:
            found += int(re.search(rb"curr_items (\d+)", ask(word, b"stats\r\n", b"END\r\n"))[1])
        return found


class Filler:
    """A real client that writes many keys, in several configurations."""

    def __init__(self, client, words):
        if client == "php":
            command = ["php", str(HERE / "audit_fill.php")]
        else:
            command = ["java", "-XX:TieredStopAtLevel=1", "-cp", SPYMEMCACHED,
                       str(HERE / "AuditFill.java")]
        self.process = subprocess.Popen([*command, *words], text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def put(self, configuration, prefix, count, kind="text", start=0):
        self.process.stdin.write(f"{configuration} {prefix} {start} {count} {kind}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line == f"ok {count}\n", (self.process.args, line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def need(*commands):
    missing = [command for command in commands if not shutil.which(command)]
    if subprocess.run(["php", "-m"], capture_output=True, text=True,
                      check=False).stdout.find("memcached") < 0:
        missing.append("php-memcached")
    if not os.path.exists(SPYMEMCACHED):
        missing.append("libspymemcached-java")
    if missing:
        print("not installed:", *missing)
        sys.exit(SKIPPED)


def locate(profile, words, keys):
    """Where a profile puts keys, as indexes."""
    run = subprocess.run([POLYRING, "locate", "--json", "--profile", profile, "--servers",
                          " ".join(words), "-"], input="\n".join(keys) + "\n", text=True,
                         capture_output=True, check=True)
    return [json.loads(line)["index"] for line in run.stdout.splitlines()]


# The program.

class Report:
    def __init__(self, run, text):
        self.code, self.text, self.error = run.returncode, run.stdout, run.stderr
        rows = [json.loads(line) for line in text.splitlines()]
        self.header, self.footer = rows[0], rows[-1]
        self.servers = {row["server"]: row for row in rows if "server" in row}
        self.findings = [row for row in rows if "finding" in row]
        self.keys = {(unquote(row["key"], "latin-1"), row["at"]): row
                     for row in rows if "key" in row}


def audit(*words, code, says="", profile=RIGHT):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "json")
        command = [CHECKER, "audit", "--json", path]
        if profile:
            command += ["--profile", profile]
        run = subprocess.run([str(word) for word in (*command, *words)], capture_output=True,
                             text=True, timeout=300, check=False)
        said = run.stdout + run.stderr
        assert run.returncode == code and re.search(says, said), \
            f"{words}: exit {run.returncode}, not {code}, or not {says!r} in:\n{said[:4000]}"
        return Report(run, path.read_text()) if path.exists() else run


def refused(*words, says, code=2):
    run = subprocess.run([str(word) for word in (CHECKER, "audit", *words)], capture_output=True,
                         text=True, timeout=60, check=False)
    assert run.returncode == code and re.search(says, run.stderr), (words, run)
