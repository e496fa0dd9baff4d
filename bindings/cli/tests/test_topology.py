"""The commands topology, resolve and plan of polyring, from the outside."""

import hashlib
import json
import math
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

import pytest

from test_cli import answers, complaints, run


def topology(folder, name, servers, profile="ketama", epoch=1, **more):
    """The path of a new topology file."""
    file = folder / name
    file.write_text(json.dumps({"polyring": 1, "profile": profile, "servers": servers,
                                "epoch": epoch, **more}))
    return str(file)


class TestTopology:
    """topology check, diff, print, fingerprint, move; and --topology."""

    def test_check(self, tmp_path):
        one, two = topology(tmp_path, "one", ["a"]), topology(tmp_path, "two", ["a", "b"], epoch=7)
        assert run("topology", "check", one, two).stdout.decode() == (
            f"{one}: epoch 1, libmemcached/ketama-weighted, 1 server\n"
            f"{two}: epoch 7, libmemcached/ketama-weighted, 2 servers\n")

    def test_bad_files_do_not_hide_the_others(self, tmp_path):
        bad = tmp_path / "bad"
        bad.write_text('{"polyring": 1,\n "profil": 2}')
        unfit = topology(tmp_path, "unfit", ["a"], profile="spymemcached/ketama")
        good = topology(tmp_path, "good", ["a"])
        done = run("topology", "check", str(bad), "/nonexistent", unfit, "/", good)
        lines = complaints(done)
        assert len(lines) == 4 and done.stdout.count(b"\n") == 1
        assert lines[0].startswith(f"polyring: {bad}: line 1, column 1: ")
        assert "No such file" in lines[1] and '"a"' in lines[2] and "directory" in lines[3]

    def test_print_is_canonical(self, tmp_path):
        file = topology(tmp_path, "t", [{"name": "n", "place": "a:1", "weight": 2}], settings={"x": 1})
        text = run("topology", "print", file).stdout
        assert text == run("topology", "print", "-", text=text).stdout
        assert json.loads(text) == {"polyring": 1, "epoch": 1, "servers": ["n=a:1:2"],
                                    "profile": "libmemcached/ketama-weighted", "settings": {"x": 1}}
        digest = run("topology", "fingerprint", "--json", "-", text=text).stdout
        assert json.loads(digest)["digest"] == hashlib.sha256(text).hexdigest()

    def test_fingerprint(self, tmp_path):
        files = [topology(tmp_path, "a", ["a", "b"]), topology(tmp_path, "b", ["b", "a"], epoch=2),
                 topology(tmp_path, "c", ["a", "c"])]
        lines = run("topology", "fingerprint", *files).stdout.decode().splitlines()
        prints = [line.split("  ") for line in lines]
        assert [p[2] for p in prints] == files
        assert all(re.fullmatch("pr1:[0-9a-f]{64}", p[0]) for p in prints)
        assert prints[0][0] == prints[1][0] != prints[2][0]
        assert len({p[1] for p in prints}) == 3
        done = run("topology", "check", "--json", *files)
        objects = [json.loads(line) for line in done.stdout.splitlines()]
        assert [[o["fingerprint"], o["digest"], o["file"]] for o in objects] == prints
        assert [o["server_count"] for o in objects] == [2, 2, 2]

    def test_diff(self, tmp_path):
        old = topology(tmp_path, "old", ["n=a:1", "b:1:2"])
        new = topology(tmp_path, "new", ["n=c:1", "d"], profile="ketama,points=40", epoch=2)
        done = run("topology", "diff", old, new)
        assert (done.returncode, done.stderr) == (1, b"")
        assert done.stdout.decode().splitlines() == [
            "epoch: 1 -> 2",
            "profile: libmemcached/ketama-weighted -> libmemcached/ketama-weighted,points=40",
            "column points: 160 -> 40", "server added d", "server removed b:1:2",
            "server moved n=c:1: a:1 -> c:1"]
        changes = json.loads(run("topology", "diff", "--json", old, new).stdout)
        assert [c["change"] for c in changes] == [
            "epoch", "profile", "column", "server added", "server removed", "server moved"]
        assert changes[-1] == {"change": "server moved", "subject": "n=c:1", "before": "a:1",
                               "after": "c:1", "old_index": 0, "new_index": 0}
        for words in (["diff", old, old], ["diff", "--json", old, old]):
            assert run("topology", *words).returncode == 0
        assert run("topology", "diff", old, "/nonexistent").returncode == 2

    def test_moving_a_bucket_moves_its_keys_alone(self, tmp_path):
        profile = "libmemcached/modula,layout=buckets,slots=64"
        old = topology(tmp_path, "old", ["n=a", "b", "c"], profile=profile)
        new = tmp_path / "new"
        new.write_bytes(run("topology", "move", old, "--bucket", "17", "--to", "c").stdout)
        assert json.loads(new.read_text())["epoch"] == 2
        keys = [f"k{i}" for i in range(2000)]
        moved = 0
        for key, before, after in zip(keys, answers("locate", "-t", old, *keys),
                                      answers("locate", "-t", str(new), *keys), strict=True):
            moved += before != after
        traces = [json.loads(line) for line in
                  run("explain", "--json", "-t", old, *keys).stdout.splitlines()]
        inside = [t["key"] for t in traces if t["point"] == "17"]
        assert moved == len(inside) > 10
        found = run("plan", old, str(new), "--keys", "-", text="\n".join(keys).encode()).stdout
        assert found.decode().splitlines() == [f"{key}\tn\tc" for key in inside]
        for words in (["17", "--to", "d"], ["64", "--to", "c"], ["x", "--to", "c"], ["-1", "--to", "c"]):
            assert complaints(run("topology", "move", old, f"--bucket={words[0]}", *words[1:]))

    def test_topology_option(self, tmp_path):
        file = topology(tmp_path, "t", ["n=a:1", "b"], profile="dalli/ring")
        keys = [f"k{i}" for i in range(100)]
        expected = answers("locate", "-p", "dalli/ring", "-s", "a:1 b", *keys)
        assert answers("locate", "--topology", file, *keys) == expected
        assert json.loads(run("ring", "--json", "-t", file).stdout)["profile"] == "dalli/ring"
        other = answers("locate", "-t", file, "-p", "ketama", "-s", "c", *keys)
        assert other == answers("locate", "-p", "ketama", "-s", "a:1 b c", *keys)
        assert "nonexistent" in complaints(run("locate", "-t", "/nonexistent", "k"))[0]

    @pytest.mark.parametrize("words", [
        [], ["nonsense", "x"], ["check"], ["diff", "x"], ["print", "x", "y"], ["move", "x"],
        ["check", "x", "--bucket", "1"], ["move", "x", "--bucket", "1"], ["print", "/nonexistent"]])
    def test_usage(self, words):
        assert complaints(run("topology", *words))[0].startswith("polyring")


class TestResolve:
    """resolve, with what the machine itself knows: localhost."""

    def test_addresses_stand_beside_names(self):
        servers = "n=localhost:7:2;zone=a 127.0.0.1:1 x/10.0.0.1 [::1]:2 unix:/run/m.sock"
        words = run("resolve", "--first", servers).stdout.decode().split()
        assert re.fullmatch(r"n=localhost/(127\.0\.0\.1|\[::1\]):7:2;zone=a", words[0])
        assert words[1:] == servers.split()[1:]

    def test_topologies_stay_topologies(self, tmp_path):
        file = topology(tmp_path, "t", ["localhost:1"], profile="spymemcached/ketama")
        assert complaints(run("topology", "check", file))
        resolved = run("resolve", "--first", file).stdout
        assert json.loads(resolved)["epoch"] == 2
        assert run("topology", "check", "-", text=resolved).returncode == 0
        assert run("resolve", "-", text=resolved).stdout == resolved, "nothing is left to look up"

    def test_refusals(self):
        done = run("resolve", "nowhere.invalid also.invalid localhost")
        lines = complaints(done)
        assert "nowhere.invalid" in lines[0] and "also.invalid" in lines[1] and done.stdout == b""
        assert complaints(run("resolve", "-p", "dalli/ring,weights=refused", "127.0.0.1:1:2"))
        for words in ([], ["a", "b"], ["a:b:c"], ["-p", "nobody", "a"]):
            assert complaints(run("resolve", *words))[0].startswith("polyring")


class TestPlan:
    """plan."""

    def plan(self, *words):
        done = run("plan", "--json", *words)
        assert (done.returncode, done.stderr) == (0, b"")
        return json.loads(done.stdout)

    def test_exact(self, tmp_path):
        old = topology(tmp_path, "old", ["n=a", "b"])
        new = topology(tmp_path, "new", ["b", "n=a", "c"])
        plan = self.plan(old, new)
        assert plan["exact"] is True and plan["sample"] is None and plan["standard_error"] == 0
        assert [s["server"] for s in plan["servers"]] == ["n", "b", "c"]
        assert [(s["old_index"], s["new_index"]) for s in plan["servers"]] == [
            (0, 1), (1, 0), (None, 2)]
        for side, file in (("before", old), ("after", new)):
            ring = json.loads(run("ring", "--json", "-t", file).stdout)
            shares = sorted(s["share"] for s in ring["servers"])
            assert sorted(s[side] for s in plan["servers"] if s[side]) == pytest.approx(shares)
            assert plan[side]["max_over_mean"] == pytest.approx(ring["load"]["max_over_mean"])
        assert sum(f["share"] for f in plan["flows"]) == pytest.approx(plan["moved"])
        assert {f["to"] for f in plan["flows"]} == {"c"}
        assert plan["moved"] == pytest.approx(plan["servers"][2]["after"])

    def test_keys_move_as_planned(self, tmp_path):
        sides = ["--from-servers", "a b c", "--to-servers", "a b", "--from-profile",
                 "libmemcached/modula", "--to-profile", "libmemcached/ketama"]
        plan = self.plan(*sides)
        file = tmp_path / "keys"
        keys = [f"user:{i}" for i in range(20_000)]
        file.write_text("\n".join(keys))
        moving = answers("plan", *sides, "--keys", str(file))
        assert len(moving) / len(keys) == pytest.approx(plan["moved"], abs=0.02)
        before = dict(answers("locate", "-p", "libmemcached/modula", "-s", "a b c", *keys[:1000]))
        after = dict(answers("locate", "-p", "libmemcached/ketama", "-s", "a b", *keys[:1000]))
        expected = [[k.encode(), before[k.encode()], after[k.encode()]] for k in keys[:1000]
                    if before[k.encode()] != after[k.encode()]]
        assert moving[:len(expected)] == expected
        found = run("plan", "--json", *sides, "--keys", str(file)).stdout.splitlines()
        assert json.loads(found[0]) == {"key": urllib.parse.quote(expected[0][0], safe=""),
                                        "from": expected[0][1].decode(),
                                        "to": expected[0][2].decode()}

    def test_sampled(self):
        sides = ["--from-servers", "a b c", "--to-profile", "dalli/ring", "-n", "20000"]
        plan = self.plan(*sides)
        assert plan["exact"] is False and plan["sample"] == 20000
        assert plan["moved"] == pytest.approx(2 / 3, abs=0.05)
        share = plan["moved"]
        assert plan["standard_error"] == pytest.approx(math.sqrt(share * (1 - share) / 20000))
        assert "standard error" in run("plan", *sides).stdout.decode()

    def test_text(self):
        shown = run("plan", "--from-servers", "a b", "--to-servers", "a c").stdout.decode()
        for pattern in (r"^profile +libmemcached/ketama-weighted$", r"^servers +2$", r"\(exact\)$",
                        r"% +- +b$", r" - .*% +c$", r"%  b -> c$", r"^fingerprint +pr1:\S+ -> pr1:"):
            assert re.search(pattern, shown, re.M), pattern

    def test_without_a_server(self, tmp_path):
        old = topology(tmp_path, "old", ["n=a:1", "b", "c"], profile="libmemcached/modula")
        for server in ("n", "a:1"):
            plan = self.plan(old, "--without", server)
            assert plan["moved"] == pytest.approx(2 / 3)
            assert [s["server"] for s in plan["servers"] if s["new_index"] is None] == ["n"]
        lines = run("plan", "--json", old, "--each").stdout.splitlines()
        losses = [json.loads(line) for line in lines]
        assert [loss["server"] for loss in losses] == ["n", "b", "c"]
        assert all(loss["lost"] == pytest.approx(1 / 3) for loss in losses)
        assert losses[0]["moved"] == pytest.approx(plan["moved"])
        assert run("plan", old, "--each").stdout.count(b"\n") == 4

    @pytest.mark.parametrize("words", [
        [], ["--from-servers", "a"], ["--from-servers", "a", "--each", "--to-servers", "b"],
        ["--from-servers", "a b", "--without", "c"], ["--from-servers", "a", "--each"],
        ["--from-servers", "a a", "--without", "a"], ["x", "--each", "--svg", "y"],
        ["--from-servers", "a", "--to-servers", "b:x"], ["/nonexistent", "/nonexistent"],
        ["--from-servers", "a", "--to-profile", "nobody"], ["a", "b", "c"],
        ["--from-servers", "a", "--to-servers", "b", "-n", "0"],
        ["--from-servers", "a", "--to-servers", "b", "--keys", "/nonexistent"],
        ["--from-servers", "a", "--to-servers", "b", "--svg", "/nonexistent/x.svg"],
        ["x", "y", "--to-servers", "b"]])
    def test_refusals(self, words):
        assert complaints(run("plan", *words))[0].startswith("polyring")

    def test_picture(self, tmp_path):
        file = tmp_path / "plan.svg"
        done = run("plan", "--from-servers", "x<y>=a b c", "--to-servers", "x<y>=a b d", "-o",
                   str(file))
        assert done.returncode == 2, "a name is percent-encoded"
        done = run("plan", "--from-servers", "x%3C=a b c", "--to-servers", "x%3C=a b d", "--svg",
                   str(file), "--from-profile", "ketama,label=<{host}&>{i}")
        assert done.returncode == 0 and done.stdout
        root = ElementTree.parse(file).getroot()
        space = "{http://www.w3.org/2000/svg}"
        bars = [r for r in root.iter(space + "rect") if "bar" in r.get("class").split()]
        bands = [p for p in root.iter(space + "path") if "band" in p.get("class").split()]
        plan = self.plan("--from-servers", "x%3C=a b c", "--to-servers", "x%3C=a b d",
                         "--from-profile", "ketama,label=<{host}&>{i}")
        assert len(bars) == 6
        assert len([b for b in bands if "moves" in b.get("class")]) == len(plan["flows"])
        assert f"{100 * plan['moved']:.3f} %" in " ".join(root.itertext())
