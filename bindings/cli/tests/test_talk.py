"""The commands of polyring that speak to servers, from the outside, against real memcached servers."""

import json
import os
import pty
import signal
import socket
import subprocess
import time

import pytest

from test_cli import PROGRAM, complaints, run

PLACES = [("127.98.0.1", 21971), ("127.98.0.2", 21972), ("::1", 21973)]
WORDS = ["127.98.0.1:21971", "127.98.0.2:21972", "[::1]:21973"]
ALL = ["-s", " ".join(WORDS), "--timeout", "20s"]
DEAD = "127.98.250.1:1"
EVERY_BYTE = bytes(range(256))


def start(address, port):
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "memcached", "-u", "root", "-t", "1", "-m", "64", "-U", "0", "-l", address,
         "-p", str(port)], stderr=subprocess.DEVNULL)
    for _ in range(1000):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            if probe.connect_ex((address, port)) == 0 and process.poll() is None:
                return process
        assert process.poll() is None, f"memcached on {address} does not start"
        time.sleep(0.005)
    raise AssertionError(f"memcached on {address} takes no connection")


@pytest.fixture(scope="module", autouse=True)
def servers():
    processes = [start(*place) for place in PLACES]
    yield processes
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture(autouse=True)
def empty(servers):
    assert talk("flush", "--yes").returncode == 0


def talk(command, *words, text=b""):
    return run(command, *ALL, *words, text=text)


def output(command, *words, text=b"", status=0):
    done = talk(command, *words, text=text)
    assert done.returncode == status, done.stderr.decode()
    return done.stdout


def objects(command, *words, text=b"", status=0):
    return [json.loads(line) for line in output(command, "--json", *words, text=text, status=status).splitlines()]


class TestItems:
    """get, set, add, delete, touch and incr."""

    def test_an_item_and_its_end(self):
        assert output("set", "k", "one") == b""
        assert output("get", "k") == b"one"
        assert output("add", "k", "two", status=1) == b""
        assert output("get", "k") == b"one"
        assert output("touch", "--ttl", "100", "k") == output("delete", "k") == b""
        for words in (["get", "k"], ["delete", "k"], ["touch", "--ttl=1", "k"], ["incr", "k"]):
            done = talk(*words)
            assert (done.returncode, done.stdout) == (1, b"")
            assert done.stderr.startswith(b"polyring: k on ")
        assert output("add", "k", "two") == b"" and output("get", "k") == b"two"

    def test_time_to_live(self):
        output("set", "--ttl=-1", "k", "gone")
        assert output("get", "k", status=1) == b""
        output("set", "k", "there")
        assert output("get", "--ttl=-1", "k") == b"there"
        assert output("get", "k", status=1) == b""

    def test_incr(self):
        assert output("incr", "--initial=10", "c") == b"10\n"
        assert output("incr", "c") == b"11\n"
        assert output("incr", "--by=-4", "c") == b"7\n"
        assert output("incr", "--by=-40", "c") == b"0\n"
        assert output("incr", "--by=5", "--initial=1", "c", "d") == b"c\t5\nd\t1\n"
        assert [o["number"] for o in objects("incr", "--by=18446744073709551610", "c")] == ["18446744073709551615"]

    def test_many_keys(self, tmp_path):
        keys = [f"key{i}" for i in range(1000)]
        lines = "\n".join(keys).encode()
        output("set", "-", "same", text=lines)
        expected = "".join(f"{key}\tsame\n" for key in keys).encode()
        assert output("get", "-", text=lines) == expected
        file = tmp_path / "keys"
        file.write_bytes(lines)
        assert output("get", "--keys", str(file)) == expected
        assert output("get", "none", *keys[:3], status=1) == b"key0\tsame\nkey1\tsame\nkey2\tsame\n"
        found = objects("delete", *keys)
        assert [o["key"] for o in found] == keys and {o["server"] for o in found} == set(WORDS)
        assert {o["status"] for o in found} == {"OK"}
        assert {o["status"] for o in objects("delete", *keys, status=1)} == {"MISS"}

    def test_on_one_server(self):
        for word in WORDS:
            output("set", "--on", word, "k", word)
        assert [output("get", "--on", word, "k").decode() for word in WORDS] == WORDS
        assert output("get", "k").decode() in WORDS
        assert "127.98.9.9" in complaints(talk("get", "--on", "127.98.9.9", "k"))[0]

    def test_topology_and_url(self, tmp_path):
        file = tmp_path / "t"
        file.write_text(json.dumps({"polyring": 1, "profile": "ketama", "servers": ["n=" + WORDS[0], *WORDS[1:]]}))
        assert run("set", "-t", str(file), "--timeout=20s", "--on", "n", "k", "v").returncode == 0
        url = f"memcached://{WORDS[0]}/?profile=ketama&timeout=20s&connect_timeout=20s"
        assert run("get", "-s", url, "k").stdout == b"v"


class TestValues:
    """Values of each type, byte by byte."""

    @pytest.mark.parametrize("value", [b"", b"text", "\u00e9".encode(), EVERY_BYTE, b"a\r\nb\0", b"x" * 100_000])
    def test_bytes(self, tmp_path, value):
        file = tmp_path / "value"
        file.write_bytes(value)
        output("set", "--file", str(file), "k")
        assert output("get", "k") == value
        output("set", "k", "-", text=value + b"!")
        assert output("get", "k") == value + b"!"
        (found,) = objects("get", "k")
        assert found["type"] == ("bytes" if value == EVERY_BYTE else "text")

    def test_lines_of_several_are_unmistakable(self):
        output("set", "k", "-", text=b"a\nb\t100%\x7f")
        assert output("get", "k", "k") == b"k\ta%0Ab%09100%25%7F\n" * 2

    @pytest.mark.parametrize("kind,word,name,value,shown", [
        ("int", "-9223372036854775808", "int", -2**63, b"-9223372036854775808"), ("int", "17\n", "int", 17, b"17"),
        ("float", "0.1", "float", 0.1, b"0.1"), ("float", "1", "float", 1.0, b"1.0"),
        ("float", "5e-324", "float", 5e-324, b"5e-324"), ("bool", "true", "bool", True, b"true"),
        ("bool", "false", "bool", False, b"false"), ("text", "17", "text", "17", b"17"),
        ("bytes", "a b", "bytes", "a%20b", b"a b"), ("json", "null", "none", None, b"null"),
        ("json", '{"a": [1, 0.1, null, "\u00e9"], "b": {}}', "map", {"a": [1, 0.1, None, "\u00e9"], "b": {}},
         '{"a":[1,0.1,null,"\u00e9"],"b":{}}'.encode()), ("json", "[]", "list", [], b"[]")])
    def test_types(self, kind, word, name, value, shown):
        output("set", "--type", kind, "--", "k", word)
        (found,) = objects("get", "k")
        assert (found["type"], found["value"], type(found["value"])) == (name, value, type(value))
        assert output("get", "k") == shown

    @pytest.mark.parametrize("kind,word", [
        ("int", "1.5"), ("int", ""), ("int", "9223372036854775808"), ("int", " 1"), ("float", "nan"), ("float", "0x1"),
        ("float", "1e999"), ("bool", "yes"), ("json", "{"), ("json", '{"a": 1, "a": 2}'), ("nonsense", "x")])
    def test_what_is_no_such_value(self, kind, word):
        output("set", "k", "old")
        complaints(talk("set", "--type", kind, "k", word))
        assert output("get", "k") == b"old"
        complaints(talk("set", "--type", "text", "k", "-", text=b"\xff"))

    def test_too_large(self):
        output("set", "k", "old")
        done = talk("set", "--set", "max_value=1000", "--set", "compress=none", "k", "x" * 1001)
        assert "k" in complaints(done)[0]
        assert output("get", "k", status=1) == b""


class TestAdmin:
    """stats, version, flush and ping."""

    def test_version_and_ping(self):
        lines = [line.split("\t") for line in output("version").decode().splitlines()]
        assert [line[0] for line in lines] == WORDS and all(line[1][:2] == "1." for line in lines)
        assert output("ping").decode() == "".join(f"{word}\tOK\n" for word in WORDS)
        assert output("ping", "--on", WORDS[1]).decode() == f"{WORDS[1]}\tOK\n"
        assert [o["version"] for o in objects("version")] == [line[1] for line in lines]

    def test_stats(self, servers):
        found = objects("stats")
        assert [o["server"] for o in found] == WORDS
        assert [o["stats"]["pid"] for o in found] == [str(server.pid) for server in servers]
        rows = [line.split() for line in output("stats").decode().splitlines()]
        assert rows[0] == WORDS
        assert ["pid", *[str(server.pid) for server in servers]] in rows
        assert len({row[0] for row in rows}) == len(rows) and len(rows) > 30
        output("set", "--on", WORDS[0], "k", "v")
        (items,) = objects("stats", "--on", WORDS[0], "items")
        assert "items:1:number" in items["stats"]

    def test_flush_refuses_without_a_terminal(self):
        output("set", "k", "v")
        assert "--yes" in complaints(talk("flush"))[0]
        assert output("get", "k") == b"v"
        assert output("flush", "-y") == b"" and output("get", "k", status=1) == b""

    @pytest.mark.parametrize("answer,status,left", [(b"y\n", 0, 1), (b"n\n", 1, 0), (b"\n", 1, 0)])
    def test_flush_asks_on_a_terminal(self, answer, status, left):
        output("set", "k", "v")
        ours, theirs = pty.openpty()
        with subprocess.Popen([PROGRAM, "flush", *ALL], stdin=theirs, stderr=theirs) as asked:
            os.write(ours, answer)
            assert asked.wait(timeout=30) == status
            os.close(theirs)
        os.close(ours)
        output("get", "k", status=left)


class TestFailures:
    """What goes wrong has a name and an exit status; the worst wins."""

    def test_dead_server(self):
        for words in (["get", "k"], ["set", "k", "v"], ["incr", "k"], ["version"], ["ping"], ["stats"]):
            done = run(words[0], "-s", DEAD, *words[1:])
            assert (done.returncode, done.stdout) == (3, b"")
            assert DEAD in done.stderr.decode()
        (found,) = [json.loads(line) for line in run("get", "--json", "-s", DEAD, "k").stdout.splitlines()]
        assert found["status"] == "UNAVAILABLE" and found["server"] == DEAD and found["text"]

    def test_others_go_on(self):
        done = run("ping", "-s", f"{WORDS[0]} {DEAD} {WORDS[1]}", "--timeout=20s")
        assert (done.returncode, done.stdout.decode()) == (3, f"{WORDS[0]}\tOK\n{WORDS[1]}\tOK\n")

    def test_hung_server(self, servers):
        servers[1].send_signal(signal.SIGSTOP)
        try:
            os.waitid(os.P_PID, servers[1].pid, os.WSTOPPED | os.WNOWAIT)
            done = run("get", "-s", WORDS[1], "--timeout=300ms", "k")
            assert done.returncode == 3 and WORDS[1] in done.stderr.decode()
        finally:
            servers[1].send_signal(signal.SIGCONT)

    def test_bad_keys_do_not_hide_the_others(self):
        output("set", "k", "v")
        done = talk("get", "a b", "k" * 251, "k", "none")
        assert (done.returncode, done.stdout) == (2, b"k\tv\n")
        assert len(done.stderr.splitlines()) == 3

    @pytest.mark.parametrize("words", [
        ["get"], ["set", "k"], ["set"], ["touch", "k"], ["incr", "--by=x", "k"], ["incr", "--initial=-1", "k"],
        ["set", "-", "-"], ["get", "--keys=/nonexistent"], ["get", "--keys=x", "k"], ["set", "--file=/nonexistent", "k"],
        ["get", "--set", "nonsense", "k"], ["get", "--set", "nonsense=1", "k"], ["get", "--ttl=x", "k"],
        ["ping", "k"], ["stats", "a", "b"], ["flush", "--delay=-1"], ["get", "--set=timeout=1s", "k"]])
    def test_usage(self, words):
        assert complaints(talk(*words))[0].startswith("polyring")
