"""The programs that are measured: one process a contestant, alive for the whole run."""
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATIENCE = 300  # seconds for one answer
SPYMEMCACHED = "/usr/share/java/spymemcached.jar"
COMMAND_KEYS, COMMAND_SERVERS = 1_000_000, 1_000


class Absent(Exception):
    """A contestant that is not here, or does not do what was asked."""


class Contestant:
    """A process that speaks the line protocol of c/serve.h."""

    def __init__(self, command, environment):
        self._stderr = tempfile.TemporaryFile("w+")
        try:
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=self._stderr, text=True, env={**os.environ, **environment})
        except OSError as error:
            raise Absent(str(error)) from error
        self.name = self._line()

    def _line(self):
        watch = threading.Timer(PATIENCE, self._process.kill)
        watch.start()
        line = self._process.stdout.readline().rstrip("\n")
        watch.cancel()
        if not line:
            self._process.kill()
            self._process.communicate()
            self._stderr.seek(0)
            said = self._stderr.read().strip().splitlines()
            raise Absent(said[0] if said else f"ended, or said nothing for {PATIENCE} s")
        return line

    def ask(self, case):
        """(figure, sum): of the servers' indexes, of the bytes read, or of the keys stored."""
        try:
            self._process.stdin.write(case + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer will be missing
        answer = self._line()
        if answer.startswith("skip "):
            raise Absent(answer[5:])
        figure, total = answer.split()
        return float(figure), int(total)

    def close(self):
        self._process.communicate()  # the end of its questions is its end
        self._stderr.close()


class Command:
    """polyring locate, from file to file: time by the clock on the wall, or of its CPU."""

    def __init__(self, program, environment):
        if not program.exists():
            raise Absent("this build goes without the command")
        self._environment = {**os.environ, **environment}
        self._keys, self._answers = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self._keys.write(b"".join(key + b"\n" for key in keys(COMMAND_KEYS)))
        self._keys.flush()
        servers = " ".join(f"10.0.{i >> 8}.{i & 255}" for i in range(COMMAND_SERVERS))
        self._command = [program, "locate", "--servers", servers, "-"]
        self.name = subprocess.run([program, "--version"], check=True, capture_output=True,
                                   text=True).stdout.strip()

    def ask(self, case):
        clock = children_cpu if case.split()[1] == "cpu" else time.perf_counter
        self._keys.seek(0)
        self._answers.seek(0)
        start = clock()
        subprocess.run(self._command, stdin=self._keys, stdout=self._answers, check=True,
                       env=self._environment)
        spent = clock() - start
        self._answers.seek(0)
        return 1e9 * spent, zlib.crc32(self._answers.read())

    def close(self):
        self._keys.close()
        self._answers.close()


def children_cpu():
    """CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def keys(count):
    """Keys of 20 bytes whose digits look random and are always the same."""
    state = 1
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        yield b"key:%016x" % (mixed ^ mixed >> 27)


def packaged(name):
    """The version of a Debian package, for the client that does not tell its own."""
    try:
        return subprocess.run(["dpkg-query", "-W", "-f=${Version}", name], check=True,
                              capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return "(version unknown)"


def processor_has(lanes):
    flag = {16: "avx512f", 8: "avx2"}.get(lanes)
    cpu = Path("/proc/cpuinfo")
    return not flag or (cpu.exists() and flag in cpu.read_text().split())


def commands(build):
    """Name -> (command, environment)."""
    java = ["java", "-cp"]
    jar, classes = build / "java/polyring.jar", build / "bench/java"
    return {
        "polyring": ([build / "bench/polyring"], {}),
        "libmemcached": ([build / "bench/libmemcached"], {}),
        "raw": ([build / "bench/raw"], {}),
        "polyring-python": ([sys.executable, HERE / "python/bench_polyring.py"],
                            {"PYTHONPATH": str(build / "python")}),
        "pylibmc": ([sys.executable, HERE / "python/bench_pylibmc.py"], {}),
        "pymemcache": ([sys.executable, HERE / "python/bench_pymemcache.py"], {}),
        "polyring-php": (["php", "-d", f"extension={build / 'php/polyring.so'}",
                          HERE / "php/bench_polyring.php"], {}),
        "php-memcached": (["php", HERE / "php/bench_memcached.php"], {}),
        "polyring-java": ([*java, f"{jar}:{classes}", "BenchPolyring"], {}),
        "spymemcached": ([*java, f"{SPYMEMCACHED}:{classes}", "BenchSpymemcached",
                          packaged("libspymemcached-java")], {}),
        "dalli": (["ruby", HERE / "ruby/bench_dalli.rb"], {}),
    }


def pinned(where):
    """What stands before a command. The servers have the first processor that there is: "same" is
    that one, "apart" the second; "" leaves it free."""
    if not where:
        return []
    if not shutil.which("taskset"):
        raise Absent("there is no taskset")
    processors = sorted(os.sched_getaffinity(0))
    if where == "apart" and len(processors) < 2:
        raise Absent("this machine has one processor only")
    return ["taskset", "--cpu-list", str(processors[where == "apart"])]


def start(name, build, keys_file, pin=""):
    """The contestant of this name; behind a slash stand the lanes that it is held to."""
    base, _, lanes = name.partition("/")
    environment = {"POLYRING_LANES": lanes} if lanes else {}
    if lanes and not processor_has(int(lanes)):
        raise Absent("this processor has no such lanes")
    if base == "command":
        return Command(build / "bin/polyring", environment)
    command, own = commands(build)[base]
    return Contestant([*pinned(pin), *command, keys_file], {**own, **environment})
