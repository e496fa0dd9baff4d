"""The command polyring, from the outside.

The program and its manual page are given by POLYRING_CLI and POLYRING_MANUAL.
"""

import json
import math
import os
import pathlib
import pty
import random
import re
import subprocess
import urllib.parse
import xml.etree.ElementTree as ElementTree

import pytest

PROGRAM = os.environ.get("POLYRING_CLI", "polyring")
MANUAL = pathlib.Path(os.environ.get("POLYRING_MANUAL", "polyring.1"))
COMMANDS = ["locate", "explain", "profiles", "ring", "topology", "plan", "resolve", "get", "set", "add",
            "delete", "touch", "incr", "stats", "version", "flush", "ping"]
FOUR = "127.77.0.1 127.77.0.2 127.77.0.3 127.77.0.4"
SERVERS = ["--servers", FOUR]


def run(*words, text=b"", **options):
    """A finished process; its outputs are bytes."""
    options = {"input": text, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run([PROGRAM, *words], timeout=60, check=False, **options)


def answers(*words, text=b"", status=0):
    """The lines of standard output, split at the tab."""
    done = run(*words, text=text)
    assert done.returncode == status, done.stderr.decode()
    assert status or not done.stderr
    return [line.split(b"\t") for line in done.stdout.splitlines()]


def complaints(done):
    """The lines of standard error of a process that must have failed."""
    assert done.returncode == 2
    lines = done.stderr.decode().splitlines()
    assert lines
    return lines


class TestContract:
    """What others script against."""

    def test_placements_of_the_real_client(self):
        """As pylibmc placed them (servers 127.77.0.1 to .4, ketama_weighted)."""
        keys = ["key:0", "hit:7930514", "hit:7197", "Z%C3%BCrich"]
        found = answers("locate", "--profile", "ketama", *SERVERS, *keys)
        assert [server[-1:] for _, server in found] == [b"2", b"2", b"3", b"1"]

    def test_line_is_key_tab_server(self):
        done = run("locate", "--servers", "one:11211", "a", "b%20c")
        assert done.stdout == b"a\tone:11211\nb%20c\tone:11211\n"
        assert (done.returncode, done.stderr) == (0, b"")

    def test_key_is_printed_as_received(self):
        keys = ["%41%c3%bc", "A\u00fc", "%7e~"]
        found = answers("locate", *SERVERS, *keys)
        assert [key.decode() for key, _ in found] == keys
        assert found[0][1] == found[1][1], "both spell the same bytes"

    def test_server_is_printed_as_given(self):
        servers = "n1=10.0.0.1:11212:3 [2001:DB8::1]:11211:2;zone=a Cache%2D3"
        found = answers("locate", "--servers", servers, *[f"k{i}" for i in range(64)])
        assert {server for _, server in found} == {
            b"10.0.0.1:11212", b"[2001:DB8::1]:11211", b"Cache%2D3"}

    def test_input_is_read_if_the_only_key_is_a_dash(self):
        assert answers("locate", *SERVERS, "-", text=b"a\nb\n") == answers(
            "locate", *SERVERS, "a", "b")

    def test_dash_among_other_keys_and_encoded_is_a_key(self):
        (dash, encoded) = answers("locate", *SERVERS, "-", "%2D", text=b"never read\n")
        assert (dash[0], encoded[0]) == (b"-", b"%2D")
        assert dash[1] == encoded[1]
        assert answers("locate", *SERVERS, "%2D") == [encoded]
        assert answers("locate", *SERVERS, "--", "--x", "-")[1] == dash
        assert answers("locate", *SERVERS, "-", text=b"%2D\n-\n") == [encoded, dash]

    def test_last_line_may_lack_its_newline(self):
        assert answers("locate", *SERVERS, "-", text=b"a\nb") == answers(
            "locate", *SERVERS, "-", text=b"a\nb\n")

    def test_no_lines_are_no_answers(self):
        assert answers("locate", *SERVERS, "-", text=b"") == []

    def test_default_profile_is_ketama(self):
        keys = [f"k{i}" for i in range(100)]
        assert answers("locate", *SERVERS, *keys) == answers(
            "locate", "--profile", "ketama", *SERVERS, *keys)

    def test_servers_join(self, tmp_path):
        keys = [f"k{i}" for i in range(100)]
        parts = FOUR.split()
        file = tmp_path / "servers"
        file.write_text(f"{parts[1]}\n\n{parts[2]}\n")
        expected = answers("locate", *SERVERS, *keys)
        assert expected == answers("locate", "-s", parts[0], f"--servers-file={file}",
                                   "--servers", parts[3], *keys)
        reordered = answers("locate", "-p", "libmemcached/modula", "--servers",
                            " ".join(parts[::-1]), *keys)
        assert reordered == answers("locate", "-p", "libmemcached/modula", "-s", parts[3], "-s",
                                    parts[2], "-s", parts[1], "-s", parts[0], *keys)

    def test_a_hundred_thousand_lines_equal_single_keys(self):
        """Long and short keys, so that lines straddle every block; singles are a sample."""
        dice = random.Random(20)
        keys = [urllib.parse.quote(dice.randbytes(dice.choice([3, 9, 40, 240])), safe="")
                for _ in range(100_000)]
        profile = ["--profile", "libmemcached/modula"]
        found = answers("locate", *profile, *SERVERS, "-", text="\n".join(keys).encode())
        assert [key.decode() for key, _ in found] == keys
        assert len({server for _, server in found}) == 4
        for start in range(0, len(keys), 10_000):
            some = slice(start, start + 500)
            assert answers("locate", *profile, *SERVERS, "--", *keys[some]) == found[some]

    def test_answers_come_before_more_is_asked(self):
        with subprocess.Popen([PROGRAM, "locate", *SERVERS, "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as talk:
            for key in (b"a", b"b"):
                talk.stdin.write(key + b"\n")
                talk.stdin.flush()
                assert talk.stdout.readline().startswith(key + b"\t")
            talk.stdin.close()
            assert talk.wait(20) == 0


    def test_keys_of_dead_servers(self):
        servers = ["--servers", "a=10.0.0.1 b=10.0.0.2:11212 10.0.0.3:1:2 10.0.0.4 10.0.0.5 10.0.0.6"]
        keys = [f"k{i}" for i in range(300)]
        homes = dict(answers("locate", *servers, *keys))
        now = dict(answers("locate", *servers, "--dead", "b", "-d", "10.0.0.3:1", *keys))
        dead = {b"10.0.0.2:11212", b"10.0.0.3:1"}
        assert set(now.values()) == set(homes.values()) - dead
        assert all(now[key] == home for key, home in homes.items() if home not in dead)
        same = answers("locate", *servers, "--dead", "10.0.0.2:11212", "--dead=10.0.0.3:1", *keys)
        assert dict(same) == now
        three = ["--dead", "a", "--dead", "b", "--dead", "10.0.0.6"]
        capped = dict(answers("locate", *servers, *three, *keys))
        assert capped == {key: b"-" if home in (b"10.0.0.1", b"10.0.0.2:11212", b"10.0.0.6")
                          else home for key, home in homes.items()}
        uncapped = dict(answers("locate", *servers, *three, "--dead-most=3", *keys))
        assert b"-" not in uncapped.values() and uncapped != homes
        nowhere = dict(answers("locate", "-s", "a=h a=h", "--dead", "a", "--dead-most", "9", *keys))
        assert set(nowhere.values()) == {b"-"}, "a server that is listed twice is dead twice"

    def test_keys_of_dead_servers_as_the_profiles_client_has_them(self):
        folder = pathlib.Path(__file__).resolve().parents[3] / "vectors/failover"
        path = folder / "libmemcached/ketama-weighted/native-7-weighted.json"
        vector = json.loads(path.read_text(encoding="utf-8"))
        words = ["-p", vector["profile"], "-s", " ".join(vector["servers"]), "--on-dead=native"]
        keys = [vector["keys"]["keys"].replace("{n}", str(n)) for n in range(vector["keys"]["count"])]
        places = [f"{address}:{port}".encode() for address, port, _ in
                  (server.split(":") for server in vector["servers"])]
        for case in vector["cases"]:
            dead = [word for i in case["dead"] for word in ("--dead", places[i].decode())]
            now = [server for _, server in answers("locate", *words, *dead, *keys)]
            assert now == [places[int(digit)] for digit in case["at"]]
        refused = run("locate", "-p", "libmemcached/modula", "-s", "a b c", "-d", "a",
                      "--on-dead", "native", "k")
        assert "the client of libmemcached/modula" in complaints(refused)[0]

    def test_explain_says_where_a_key_goes(self):
        three = ["--servers", "10.0.0.1:11211 10.0.0.2:11211 10.0.0.3:11211"]
        dead = ["--dead", "10.0.0.2:11211"]
        trace = run("explain", *three, "user:17").stdout
        goes = run("explain", *three, *dead, "user:17").stdout
        home = run("explain", *three, "--dead", "10.0.0.1:11211", "user:17").stdout
        assert goes.startswith(trace) and home.startswith(trace)
        assert goes[len(trace):] == b"goes to      10.0.0.1:11211 (index 0)\n"
        assert home[len(trace):] == b"goes to      10.0.0.2:11211 (index 1)\n"
        both = json.loads(run("explain", *three, *dead, "--dead", "10.0.0.1:11211", "--json",
                              "user:17").stdout)
        assert (both["server"], both["goes_to"], both["goes_to_index"]) == (
            "10.0.0.2:11211", None, None)
        located = json.loads(run("locate", *three, *dead, "--json", "user:17").stdout)
        assert located == {"key": "user%3A17", "server": "10.0.0.1:11211", "index": 0,
                           "home": "10.0.0.2:11211", "home_index": 1}

    @pytest.mark.parametrize("words, told", [
        (["--dead", "10.0.0.9"], 'there is no server "10.0.0.9"'),
        (["--dead", ""], 'there is no server ""'),
        (["--dead-most", "1"], "--dead-most needs --dead"),
        (["--on-dead", "native"], "--on-dead needs --dead"),
        (["--dead", "127.77.0.1", "--on-dead", "gutter"], "--on-dead is next or native"),
        *((["--dead", "127.77.0.1", "--dead-most", most], "--dead-most is a number from 1")
          for most in ("", "0", "-1", "65536", "123456", "1x"))])
    def test_dead_servers_that_are_none(self, words, told):
        for command in ("locate", "explain"):
            done = run(command, *SERVERS, *words, "a")
            assert told in complaints(done)[0] and done.stdout == b""


class TestErrors:
    """What is refused, how it is said, and that the rest goes on."""

    BAD_LINES = {
        b"%": "byte 1", b"a%4": "byte 2", b"a%zz": "byte 2", b"": "empty", b"a b": "%20",
        b"a\tb": "%09", b"a\0b": "%00", b"a\r": "CR LF", b"a\rb": "%0D", b"k" * 251: "250",
        b"%00" * 251: "250", b"k" * 65_537: "65536", b"k" * 1_000_000: "65536",
        b"k" * 3_000_000: "65536",
    }

    @pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: repr(line[:12]) + str(len(line)))
    def test_bad_line(self, line):
        done = run("locate", *SERVERS, "-", text=b"first\n" + line + b"\nlast\n")
        (complaint,) = complaints(done)
        assert complaint.startswith("polyring: line 2: ")
        assert self.BAD_LINES[line] in complaint
        assert len(complaint) < 500
        assert [line.split(b"\t")[0] for line in done.stdout.splitlines()] == [b"first", b"last"]

    def test_bad_last_line_without_newline(self):
        for line in (b"a%4", b"a\0b", b"k" * 1_000_000):
            done = run("locate", *SERVERS, "-", text=b"first\n" + line)
            assert len(complaints(done)) == 1
            assert done.stdout.count(b"\n") == 1

    def test_complaints_come_in_order(self):
        done = run("locate", *SERVERS, "-", text=b"%\n" + b"k" * 251 + b"\na\n%\n\n")
        assert [line.split(": ")[1] for line in complaints(done)] == [
            "line 1", "line 2", "line 4", "line 5"]

    def test_complaint_is_printable(self):
        done = run("locate", *SERVERS, "-", text=b"\x1b[31m\xff%\n")
        assert all(" " <= c <= "~" for line in complaints(done) for c in line)

    def test_key_that_the_client_refuses(self):
        words = ["--profile", "php-memcached/libketama-compatible", *SERVERS]
        done = run("locate", *words, "-", text=b"a\n%C3%BC\nb\n")
        (complaint,) = complaints(done)
        assert complaint.startswith("polyring: line 2: ")
        assert done.stdout.count(b"\n") == 2
        done = run("explain", *words, "a", "%20", "b")
        assert complaints(done)[0].startswith("polyring: key 2: ")

    def test_bad_argument(self):
        done = run("locate", *SERVERS, "a", "%4", "b")
        assert complaints(done) == [
            'polyring: key 2: "%4": the % at byte 1 is not followed by two hexadecimal digits']
        assert done.stdout.count(b"\n") == 2

    @pytest.mark.parametrize("words", [
        [], ["nonsense"], ["--nonsense"], ["locate"], ["locate", "key"], ["locate", "--nonsense"],
        ["locate", "--servers"], ["locate", "--servers-file", "/nonexistent", "key"],
        ["locate", "--servers-file", "/", "key"], ["explain", "key"], ["ring"],
        ["ring", *SERVERS, "key"], ["ring", *SERVERS, "--svg", "/nonexistent/x.svg"],
        ["ring", *SERVERS, "--svg", "/dev/full"], ["profiles", "nonsense"]])
    def test_usage(self, words):
        assert complaints(run(*words))[0].startswith("polyring")

    @pytest.mark.parametrize("command", ["locate", "explain", "ring"])
    @pytest.mark.parametrize("words, said", [
        (["-p", "ketamma", "-s", "a"], "ketama"), (["-p", "ketama,hash=nonsense", "-s", "a"], "md5"),
        (["-s", ""], "server"), (["-s", "a:1:-1"], "a:1:-1"), (["-s", "a:1:nan"], "a:1:nan")])
    def test_no_ring(self, command, words, said):
        done = run(command, *words)
        (complaint,) = complaints(done)
        assert complaint.startswith("polyring: ") and said in complaint
        assert done.stdout == b""

    @pytest.mark.parametrize("command", ["locate", "explain", "ring"])
    def test_no_servers(self, command):
        assert "--servers" in complaints(run(command))[0]

    def test_unknown_profile_does_not_hide_the_others(self):
        done = run("profiles", "nonsense", "ketama")
        assert len(complaints(done)) == 1
        assert b"libmemcached/ketama-weighted" in done.stdout

    def test_caret_on_a_terminal_only(self):
        words = ["locate", "--servers", "good:1 bad:x:y good:2", "key"]
        assert b"^" not in run(*words).stderr
        ours, theirs = pty.openpty()
        done = run(*words, stderr=theirs)
        os.close(theirs)
        shown = os.read(ours, 10_000).decode().splitlines()
        os.close(ours)
        assert done.returncode == 2
        assert shown[1].strip() == "good:1 bad:x:y good:2"
        assert shown[2].strip() == "^"
        assert shown[2].index("^") >= shown[1].index("bad")
        assert shown[2].index("^") < shown[1].index("good:2")

    def test_full_disk(self):
        for words in (["locate", *SERVERS, "a"], ["profiles"], ["--help"], ["locate", "--help"]):
            with open("/dev/full", "wb") as full:
                done = run(*words, stdout=full)
            assert "No space" in complaints(done)[-1]

    def test_closed_output_and_input(self):
        shell = subprocess.run(["sh", "-c", '"$0" locate -s a key >&-', PROGRAM], timeout=20,
                               stderr=subprocess.PIPE, check=False)
        assert "standard output" in complaints(shell)[0]
        shell = subprocess.run(["sh", "-c", '"$0" locate -s a - <&-', PROGRAM], timeout=20,
                               stderr=subprocess.PIPE, check=False)
        assert "standard input" in complaints(shell)[0]

    def test_reader_that_goes_away_is_no_message(self):
        reader, writer = os.pipe()
        os.close(reader)
        for text in (b"a\n", b"a\n" * 500_000):
            done = run("locate", *SERVERS, "-", text=text, stdout=writer)
            assert (done.returncode, done.stderr) == (2, b"")
        os.close(writer)


class TestJson:
    """The shapes that other programs read."""

    def test_locate(self):
        found = answers("locate", *SERVERS, "a", "%C3%bc", "%FF")
        done = run("locate", "--json", *SERVERS, "a", "%C3%bc", "%FF")
        objects = [json.loads(line) for line in done.stdout.splitlines()]
        assert [o["key"] for o in objects] == ["a", "%C3%BC", "%FF"]
        assert [o["server"].encode() for o in objects] == [server for _, server in found]
        assert all(FOUR.split()[o["index"]] == o["server"] for o in objects)
        assert all(set(o) == {"key", "server", "index"} for o in objects)

    def test_explain(self):
        keys = ["a", "%C3%BC", "key:0"]
        found = answers("locate", *SERVERS, *keys)
        done = run("explain", "--json", *SERVERS, "-", text="\n".join(keys).encode())
        objects = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0
        for key, (_, server), trace in zip(keys, found, objects, strict=True):
            assert list(trace) == ["key", "sent_key", "hashed_text", "hash", "point", "label",
                                   "server", "index", "ties", "why"]
            canonical = key.replace(":", "%3A")
            assert trace["key"] == trace["sent_key"] == trace["hashed_text"] == canonical
            assert trace["server"].encode() == server
            assert int(trace["hash"]) < 2**32 and int(trace["point"]) < 2**32
            assert urllib.parse.unquote(trace["label"]).startswith(trace["server"] + "-")
            assert trace["ties"] == [] and trace["why"]

    def test_explain_without_a_hash(self):
        trace = json.loads(run("explain", "--json", "--servers", "one", "a").stdout)
        assert (trace["hash"], trace["point"], trace["index"]) == (None, None, 0)

    def test_profiles(self):
        table = json.loads(run("profiles", "--json").stdout)
        assert set(table) == {"columns", "profiles"}
        names = [column["name"] for column in table["columns"]]
        assert {"provenance", "hash", "layout", "search"} <= set(names)
        for column in table["columns"]:
            assert set(column) - {"limits"} == {"name", "about", "choices", "layouts", "default"}
            assert column["about"] and column["layouts"]
        choices = {column["name"]: column["choices"] for column in table["columns"]}
        assert "md5" in choices["hash"] and "ring" in choices["layout"]
        for profile in table["profiles"]:
            assert set(profile) == {"name", "alias", "about", "columns"}
            assert list(profile["columns"]) == names
            for name, value in profile["columns"].items():
                assert isinstance(value, str)
                assert not choices[name] or value in choices[name]
        default = next(p for p in table["profiles"] if p["alias"] == "ketama")
        assert default["name"] == "libmemcached/ketama-weighted"

    def test_one_profile_with_overrides(self):
        table = json.loads(run("profiles", "--json", "ketama,points=40", "dalli/ring").stdout)
        assert [p["name"] for p in table["profiles"]] == [
            "libmemcached/ketama-weighted,points=40", "dalli/ring"]
        assert table["profiles"][0]["columns"]["points"] == "40"
        assert table["columns"]

    def test_ring(self):
        words = ["--servers", "a:1:1 n=b:1:3;zone=x c:1"]
        ring = json.loads(run("ring", "--json", *words).stdout)
        assert ring["profile"] == "libmemcached/ketama-weighted" and ring["layout"] == "ring"
        assert ring["server_count"] == 3
        assert [s["server"] for s in ring["servers"]] == ["a:1", "b:1", "c:1"]
        assert [s["weight"] for s in ring["servers"]] == ["1", "3", None]
        assert [s["index"] for s in ring["servers"]] == [0, 1, 2]
        assert sum(s["share"] for s in ring["servers"]) == pytest.approx(1)
        assert sum(s["points"] for s in ring["servers"]) == ring["point_count"]
        loads = [s["share"] * 3 for s in ring["servers"]]
        assert ring["load"]["max_over_mean"] == pytest.approx(max(loads))
        assert ring["load"]["min_over_mean"] == pytest.approx(min(loads))
        deviation = (sum((load - 1) ** 2 for load in loads) / 3) ** 0.5
        assert ring["load"]["standard_deviation"] == pytest.approx(deviation)
        by_weight = [s["share"] / fair for s, fair in zip(ring["servers"], [0.2, 0.6, 0.2])]
        assert ring["load_by_weight"]["max_over_mean"] == pytest.approx(max(by_weight))
        assert "points" not in ring

    def test_ring_points(self):
        ring = json.loads(run("ring", "--json", "--points", *SERVERS).stdout)
        points = [int(point) for point, _ in ring["points"]]
        assert len(points) == ring["point_count"] and points == sorted(points)
        text = [[point.decode(), FOUR.split().index(server.decode())] for point, server in answers(
            "ring", "--points", *SERVERS)]
        assert text == ring["points"]

    def test_ring_without_points(self):
        ring = json.loads(run("ring", "--json", "-p", "libmemcached/modula", *SERVERS).stdout)
        assert ring["point_count"] == 0
        assert [s["share"] for s in ring["servers"]] == pytest.approx([0.25] * 4, abs=1e-6)
        assert ring["load_by_weight"] is None


class TestText:
    """What people read."""

    def test_explain(self):
        trace = json.loads(run("explain", "--json", *SERVERS, "key:0").stdout)
        shown = run("explain", *SERVERS, "key:0").stdout.decode()
        for word in ("key:0", trace["hash"], trace["point"], trace["label"], trace["server"],
                     trace["why"], "libmemcached/ketama-weighted"):
            assert word in shown

    def test_profiles(self):
        table = json.loads(run("profiles", "--json").stdout)
        lines = run("profiles").stdout.decode().splitlines()
        assert lines[0].split() == ["name", "alias", "provenance", "layout", "hash", "about"]
        assert len(lines) == len(table["profiles"]) + 1
        for line, profile in zip(lines[1:], table["profiles"]):
            columns = profile["columns"]
            assert line.split()[:5] == [profile["name"], profile["alias"] or "-",
                                        columns["provenance"], columns["layout"], columns["hash"]]
            assert line.endswith(profile["about"])

    def test_profile(self):
        table = json.loads(run("profiles", "--json", "dalli/ring,points=7").stdout)
        shown = run("profiles", "dalli/ring,points=7").stdout.decode()
        assert shown.startswith("dalli/ring,points=7\n")
        for column in table["columns"]:
            value = table["profiles"][0]["columns"][column["name"]] or "-"
            assert re.search(rf"^  {column['name']} +{re.escape(value)} +"
                             rf"{re.escape(column['about'])}$", shown, re.M)

    def test_ring(self):
        shown = run("ring", "--servers", "a:1:2 b:1").stdout.decode()
        for pattern in (r"^servers +2$", r"^load +max/mean .*min/mean .*deviation",
                        r"^by weight +max/mean", r"% .* 2  a:1$", r"% .* -  b:1$"):
            assert re.search(pattern, shown, re.M)


class TestPicture:
    """ring --svg."""

    SPACE = "{http://www.w3.org/2000/svg}"

    def draw(self, tmp_path, *words):
        """The root of the picture, and the number of bars and of arcs' colours in it."""
        file = tmp_path / "ring.svg"
        done = run("ring", "--svg", str(file), *words)
        assert done.returncode == 0 and done.stdout
        root = ElementTree.parse(file).getroot()
        bars = [r for r in root.iter(self.SPACE + "rect") if "bar" in r.get("class").split()]
        arcs = [p for p in root.iter(self.SPACE + "path") if "arc" in p.get("class").split()]
        return root, bars, arcs

    def test_ring(self, tmp_path):
        root, bars, arcs = self.draw(tmp_path, *SERVERS)
        assert (len(bars), len(arcs)) == (4, 4)
        titled = root.get("aria-labelledby").split()
        assert [e.get("id") for e in (root[0], root[1])] == titled and root.get("role") == "img"
        text = " ".join(root.itertext())
        assert all(server in text for server in FOUR.split())
        assert "prefers-color-scheme:dark" in text
        assert not re.search(r"url\(|@import|href", ElementTree.tostring(root, "unicode"))

    @pytest.mark.parametrize("profile", ["libmemcached/modula", "pymemcache/hash-client"])
    def test_other_layouts_have_bars_only(self, tmp_path, profile):
        _, bars, arcs = self.draw(tmp_path, "-p", profile, *SERVERS)
        assert (len(bars), len(arcs)) == (4, 0)

    def test_many_servers_are_grouped(self, tmp_path):
        servers = " ".join(f"cache-{i}" for i in range(300))
        root, bars, arcs = self.draw(tmp_path, "--servers", servers)
        assert len(bars) == 20 and len(arcs) <= 21
        assert "281 between" in " ".join(root.itertext())

    def test_awkward_servers(self, tmp_path):
        servers = "unix:/run/a%26b%3Cc%3E.sock long-" + "x" * 200 + " [2001:db8::1]:11211"
        root, bars, _ = self.draw(tmp_path, "--servers", servers)
        assert len(bars) == 3 and "…" in " ".join(root.itertext())

    def test_profile_with_markup(self, tmp_path):
        profile = "libmemcached/ketama-weighted,label=<{host}&>{i}"
        root, _, _ = self.draw(tmp_path, "-p", profile, *SERVERS)
        assert profile in " ".join(root.itertext())


    @pytest.mark.parametrize("profile", ["ketama", "dalli/ring"])
    @pytest.mark.parametrize("servers", [FOUR, "one", "a:1:9 b:1:1"])
    def test_arcs_add_up_to_the_shares(self, tmp_path, profile, servers):
        """Each arc's angle, from its outer ends; so the direction of the search is drawn right."""
        words = ["-p", profile, "-s", servers]
        _, _, arcs = self.draw(tmp_path, *words)
        ring = json.loads(run("ring", "--json", *words).stdout)
        outer = re.compile(r"M([\d.]+) ([\d.]+)A([\d.]+) \S+ 0 0 1 ([\d.]+) ([\d.]+)L")
        top = min(float(y) for arc in arcs for _, y, *_ in outer.findall(arc.get("d")))
        for server, arc in zip(ring["servers"], arcs, strict=True):
            angles = 0
            for x1, y1, radius, x2, y2 in outer.findall(arc.get("d")):
                middle = top + float(radius)
                first = math.atan2(float(x1) - 240, middle - float(y1))
                last = math.atan2(float(x2) - 240, middle - float(y2))
                angles += (last - first) % (2 * math.pi)
            assert angles / (2 * math.pi) == pytest.approx(server["share"], abs=0.005)


class TestHelp:
    """--help, --version and the manual page, which agree."""

    def options(self, *words):
        """The long options, and the short ones, that --help lists."""
        done = run(*words, "--help")
        assert (done.returncode, done.stderr) == (0, b"")
        found = re.findall(r"^ +(?:-(.), )? *--([a-z-]+)", done.stdout.decode(), re.M)
        return {long for _, long in found}, {short for short, _ in found if short}

    def test_version(self):
        for words in ([], ["locate"]):
            done = run(*words, "--version")
            assert done.returncode == 0
            assert re.fullmatch(r"polyring \d+\.\d+\.\d+\n", done.stdout.decode())

    def test_help(self):
        shown = run("--help").stdout.decode()
        for command in COMMANDS:
            assert re.search(rf"^  {command} ", shown, re.M)
            assert f"Usage: polyring {command} " in run(command, "--help").stdout.decode()
            assert command == "resolve" or "json" in self.options(command)[0]

    def test_manual_and_help_agree(self):
        long, short = self.options()
        for command in COMMANDS:
            found = self.options(command)
            long, short = long | found[0], short | found[1]
        items = re.findall(r"^\.It (Fl .*)", MANUAL.read_text(), re.M)
        documented = set(re.findall(r"Fl -([a-z-]+)", "\n".join(items)))
        assert documented == long
        assert set(re.findall(r"Fl (\S)(?:\\&)? ,", "\n".join(items))) == short

    def test_manual_names_every_command(self):
        text = MANUAL.read_text()
        for command in COMMANDS:
            assert f".It Cm {command}\n" in text
            assert f".Nm\n.Cm {command}\n" in text

    def test_manual_is_clean(self):
        checked = subprocess.run(["mandoc", "-Tlint", "-W", "warning", str(MANUAL)], check=False,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert (checked.returncode, checked.stdout) == (0, b"")
