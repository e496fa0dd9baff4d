#!/usr/bin/python3
"""Tests of the reports: every form says what the lines of JSON say.

usage: report.py CHECKER SOURCE TEST
"""
import copy
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

STATUSES = ("SAME", "DIFFERENT", "REFUSED", "LOST", "COPIED", "ALTERED", "SKIPPED", "BROKEN")
HOSTILE = "evil</script><img src=x onerror=document.title='owned'>\"'&#\x1b[31m\n/x"
SVG = "{http://www.w3.org/2000/svg}"


# A client that places a key by its length.
ADAPTER = r"""while read -r verb args; do set -- $args; case $verb in
  hello) echo hello fake 1 sh servers,locate ;; servers) count=$#; echo ok ;; bye) exit ;;
  locate) echo at $(( ${#1} % count )) ;; *) echo skip "$verb" ;;
esac; done"""


# A run to render: what real clients did, as the vectors have it, under other names.

def comparison(source, client, profile, follows, topology="4-equal", spoil=None, **about):
    """The lines and the footer's group of a client that puts keys where another profile has them."""
    vector = json.loads((source / f"vectors/placement/{follows}/{topology}.json").read_text())
    group = {"client": client, "profile": profile, "topology": topology, "mode": "land"}
    lines = []
    for case in vector["cases"]:
        line = {**group, "id": case["id"], "key": case["key"], "status": "SAME"}
        if "at" in case:
            line.update(at=case["at"], wanted=case["at"])
        if spoil:
            spoil(line)
        lines.append(line)
    counts = {status: sum(line["status"] == status for line in lines) for status in STATUSES}
    failed = [line for line in lines if line["status"] not in ("SAME", "SKIPPED")
              and not line.get("allowed")]
    code = (3 if counts["BROKEN"] else 1 if failed else 5 if counts["SKIPPED"] == len(lines) else 0)
    return lines, {**group, "version": "1", "language": "c", "servers": vector["servers"],
                   "counts": counts, "exit": code, "seconds": 0.25, **about}


def different(line):
    if "at" in line:
        line.update(status="DIFFERENT", wanted=(line["at"] + 1) % 4, why="on another one")


def skipped(line):
    line.update(status="SKIPPED", why="not installed # yet")
    line.pop("at", None)


def broken(line):
    line.update(status="BROKEN", why="half a line, then silence")
    line.pop("at", None)


def hostile(line):
    line["why"] = HOSTILE
    if line["id"].endswith("/3"):
        line.update(status="LOST", key="%3C/script%3E")
        line.pop("at", None)


def sample(source):
    """Rows that follow what they claim, that follow something else, that skip and break."""
    ketama, modula = "libmemcached/ketama-weighted", "libmemcached/modula"
    parts = [
        comparison(source, "good/ketama", ketama, ketama, language="python", version="2.0"),
        comparison(source, "good/ketama", ketama, ketama, "7-weighted", language="python"),
        comparison(source, "good/modula", modula, modula, language="python"),
        comparison(source, "liar/modula", ketama, modula, spoil=different, language="java",
                   explanation="  key a\n  wanted  server 1\n", note="It says so\x1b too."),
        comparison(source, "absent/one", "dalli/ring", "dalli/ring", spoil=skipped),
        comparison(source, "torn/one", "spymemcached/ketama", "spymemcached/ketama", spoil=broken),
        comparison(source, HOSTILE, modula, modula, spoil=hostile, version=HOSTILE,
                   language=HOSTILE, explanation=HOSTILE)]
    facts = [{**{k: parts[2][1][k] for k in ("client", "profile", "topology")}, "mode": "value",
              "id": f"value/{kind}", "status": "SAME", "op": "store", "type": kind, "flags": flags,
              "bytes": text} for kind, flags, text in (("int", 2, "7"), ("bool", 4, HOSTILE))]
    value = {**parts[2][1], "mode": "value", "facts": 2, "counts": {s: 0 for s in STATUSES},
             "exit": 5}
    parts.append((facts, value))
    header = {"tool": "polyring-check", "version": "0.1.0", "date": "2026-11-21T09:39:28Z",
              "vectors": "1.0", "memcached": "memcached 1.6.18"}
    return [header, *(line for lines, _ in parts for line in lines),
            {"groups": [group for _, group in parts], "exit": 3}]


def written(lines):
    return "".join(json.dumps(line) + "\n" for line in lines)


class Reports:
    def __init__(self, program, source, folder):
        self.program, self.source, self.folder = program, pathlib.Path(source), pathlib.Path(folder)
        self.lines = sample(self.source)
        self.path = self.folder / "run.jsonl"
        self.path.write_text(written(self.lines))

    def check(self, *words, code, says="", program=None):
        run = subprocess.run([str(word) for word in (program or self.program, *words)], text=True,
                             capture_output=True, timeout=60, check=False)
        said = run.stdout + run.stderr
        assert run.returncode == code and re.search(says, said), \
            f"{words}: exit {run.returncode}, not {code}, or not {says!r} in:\n{said[-2000:]}"
        return run.stdout

    def outputs(self, stem):
        names = {form: self.folder / f"{stem}.{form}" for form in ("tap", "junit", "html", "svg")}
        return names, [word for form, path in names.items() for word in (f"--{form}", path)]

    def rendered(self, code=3, stem="all"):
        names, words = self.outputs(stem)
        said = self.check("report", self.path, *words, code=code)
        return {"text": said, **{form: path.read_text() for form, path in names.items()}}


def page_data(html):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', html,
                                re.S).group(1))


def agree(lines, forms):
    """Each form tells the comparisons that the footer has."""
    groups = lines[-1]["groups"]
    exits = [group["exit"] for group in groups]
    tap = re.findall(r"^(not )?ok (\d+) - (?:[^\\#\n]|\\.)*?( # SKIP.*)?$", forms["tap"], re.M)
    assert forms["tap"].startswith(f"TAP version 14\n1..{len(groups)}\n"), "TAP: plan"
    assert [int(number) for _, number, _ in tap] == list(range(1, len(groups) + 1)), "TAP: lines"
    assert [bool(bad) for bad, _, _ in tap] == [code in (1, 3) for code in exits], "TAP: not ok"
    assert [bool(skip) for _, _, skip in tap] == [code == 5 for code in exits], "TAP: SKIP"
    suites = xml.etree.ElementTree.fromstring(forms["junit"])
    cases = [[child.tag for child in case] for case in suites.iter("testcase")]
    kinds = {0: [], 1: ["failure"], 3: ["error"], 5: ["skipped"]}
    assert cases == [kinds[code] for code in exits], "JUnit: cases"
    for name, code in (("failures", 1), ("errors", 3), ("skipped", 5)):
        told = sum(int(suite.get(name)) for suite in suites)
        assert told == exits.count(code), f"JUnit: {name}"
    data = page_data(forms["html"])
    told = [comparison for one in data["configurations"] for comparison in one["comparisons"]]
    assert sorted(one["exit"] for one in told) == sorted(exits), "page: comparisons"
    for s, status in enumerate(STATUSES):
        assert sum(one["counts"][s] for one in told) == \
            sum(group["counts"][status] for group in groups), f"page: {status}"
    assert {one["name"] for one in data["configurations"]} == \
        {group["client"] for group in groups}, "page: names"
    summary = re.search(r"(\d+) comparisons: (\d+) agree, (\d+) differ, (\d+) broken, (\d+) skip",
                        forms["text"]).groups()
    assert [int(n) for n in summary] == \
        [len(exits), *(exits.count(code) for code in (0, 1, 3, 5))], "text: summary"


# The tests.

def forms(reports):
    told = reports.rendered()
    agree(reports.lines, told)
    for form, spoil in {"tap": ("not ok 4", "ok 4"), "junit": ("<failure", "<skipped"),
                        "text": ("broken, ", "broken,  "), "html": ('"exit":1', '"exit":0')}.items():
        text = re.sub(r"(\d+) skipped", "9 skipped", told[form]) if form == "text" \
            else told[form].replace(spoil[0], spoil[1])
        if form == "junit":
            text = text.replace("</failure", "</skipped")
        try:
            agree(reports.lines, {**told, form: text})
        except AssertionError:
            continue
        raise AssertionError(f"a spoiled {form} passes for a good one")
    assert "  It says so  too.\n" in told["text"], told["text"]
    assert "/3 %3C/script%3E LOST: " in told["text"], "text: the key of what failed"
    assert "\x1b" not in told["text"] + told["tap"], "text for a terminal holds an escape"
    said = told["text"].splitlines()
    assert any(re.match(r"good/ketama +A  ", line) for line in said), told["text"][-3000:]
    assert any(re.match(r"liar/modula +\.  ", line) for line in said), told["text"][-3000:]
    assert max(map(len, said[said.index("own: the profile that it claims, with its "
               "overrides. Rows that nobody follows are left out."):])) <= 120


def matrix(reports):
    """Letters and shares, against the recorded placements themselves."""
    told = reports.rendered()
    data = page_data(told["html"])
    names = [profile["name"] for profile in data["profiles"]]
    rows = {one["name"]: one for one in data["configurations"]}

    def recorded(profile):
        path = reports.source / f"vectors/placement/{profile}/4-equal.json"
        return {c["key"]: c["at"] for c in json.loads(path.read_text())["cases"] if "at" in c}

    ketama, modula = recorded("libmemcached/ketama-weighted"), recorded("libmemcached/modula")
    for name, placed in (("good/ketama", ketama), ("good/modula", modula), ("liar/modula", modula)):
        for profile in ("libmemcached/ketama-weighted", "libmemcached/modula"):
            same, compared, *first = rows[name]["cells"][names.index(profile)]
            letter = rows[name]["letters"][names.index(profile)]
            own = (profile == "libmemcached/modula") == name.endswith("modula")
            assert compared == len(placed) and (letter == "A") == own == (same == compared), \
                (name, profile, letter, same, compared)
            if not own:
                assert letter == "C" and same < compared * 0.6, (name, profile, letter, same)
                key, at = data["keys"][first[0]], first[1]
                assert placed[key] == at, (name, profile, key, at)
                other = ketama if placed is modula else modula
                trace = data["traces"][f"{names.index(profile)}/{first[0]}"]
                assert trace[0] != at and other.get(key, trace[0]) == trace[0], (key, trace)
    servers = len(data["head"]["servers"])
    for name, one in rows.items():
        for letter, (same, compared, *_) in zip(one.get("letters", ""), one.get("cells", ())):
            luck = compared / servers + 3 * math.sqrt(compared * (1 - 1 / servers) / servers)
            rule = ("-" if not compared else "A" if same == compared else
                    "N" if same >= 0.9 * compared else "P" if same > luck else "C")
            assert letter == rule, (name, letter, same, compared)
    assert {"A", "N", "P", "C"} <= set("".join(one.get("letters", "") for one in rows.values()))
    assert rows["absent/one"]["letters"].strip("-") == "", "a skipped client has letters"
    picture = xml.etree.ElementTree.fromstring(told["svg"])
    texts = ["".join(text.itertext()) for text in picture.iter(SVG + "text")]
    assert picture.find(SVG + "title").text and picture.find(SVG + "desc").text
    assert "good/ketama" in texts and "libmemcached/ketama-weighted" in texts, texts
    assert "absent/one" not in texts and len(told["svg"]) < 300_000
    titles = [title.text for title in picture.iter(SVG + "title")]
    assert any(title.startswith("good/ketama, libmemcached/ketama-weighted: 52 of 52")
               for title in titles), titles
    assert not any(title.startswith("liar/modula, libmemcached/ketama-weighted")
                   for title in titles), titles
    reports.check("report", reports.path, "--matrix", "7-weighted", code=3, says="on 7-weighted")
    reports.check("report", reports.path, "--matrix", "none", code=3, says="no comparison over none")


def closed(reports):
    """The page needs nothing from elsewhere, and nobody's text becomes a part of it."""
    html = reports.rendered()["html"]
    script = html.count("<script")
    assert script == html.count("</script>") == 2, "somebody's text ended a script"
    markup = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.S)
    outside = html.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|url\(|@import|\bfetch\(|XMLHttp|import\(", outside), \
        re.search(r"https?:|url\(|@import|\bfetch\(|XMLHttp|import\(", outside)
    assert set(re.findall(r'(?:href|src)="([^"]*)"', markup)) == {"data:,", "#matrix"}, markup
    assert "innerHTML" not in html and "insertAdjacentHTML" not in html and "document.write" not in html
    data = page_data(html)
    assert any(one["name"] == HOSTILE for one in data["configurations"])
    assert len(data["facts"]) == 2 and data["facts"][1]["bytes"] == HOSTILE
    assert "default-src 'none'" in html


def bad_files(reports):
    text = reports.path.read_text()
    path = reports.folder / "bad.jsonl"

    def refused(content, says=""):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        reports.check("report", path, "--tap", reports.folder / "never", code=2,
                      says=r"bad\.jsonl.*" + says)
        assert not (reports.folder / "never").exists(), "it was written all the same"

    lines = text.splitlines(keepends=True)
    for end in [*range(0, 1200, 61), len(text) // 2, len(text) - len(lines[-1]), len(text) - 2,
                len(text) - 1]:
        refused(text[:end])
    refused("".join(lines[:-1]), "cut off")
    refused("".join(lines[:9] + lines[10:]), "not those that the footer counts")
    refused("".join([*lines[:9], lines[8], *lines[9:]]), "not those|no group")
    refused("".join(lines[1:]), "not the header")
    for foreign in (b"", b"\n", b"{}\n", b"[]\n", b"null\n", b"TAP version 14\n1..0\n", b"\0" * 64,
                    b"\xff\xfe{}\n", b"[" * 100000, b'{"tool":"polyring-check","date":1}\n'):
        refused(foreign)

    def spoiled(says, number, /, **change):
        changed = copy.deepcopy(reports.lines)
        changed[number].update(change)
        refused(written(changed), says)

    def group_spoiled(says, **change):
        changed = copy.deepcopy(reports.lines)
        changed[-1]["groups"][0].update(change)
        refused(written(changed), says)

    spoiled("statuses", 3, status="GOOD")
    spoiled("indexes", 3, at=-1)
    spoiled("indexes", 3, at="1")
    spoiled("beyond the last server", 3, at=4)
    spoiled("texts", 3, why=["a"])
    spoiled("client, profile", 3, client=None)
    spoiled("header", 0, tool="pytest")
    spoiled("0 to 5", -1, exit=6)
    spoiled("cut off", -1, groups={})
    group_spoiled("counts each", counts={})
    group_spoiled("0, 1, 3 or 5", exit=2)
    group_spoiled("array of words", servers=["a", 1])
    group_spoiled("not those", counts={**reports.lines[-1]["groups"][0]["counts"], "SAME": 10**18})
    group_spoiled("number of lines", facts=-1)
    group_spoiled("servers of 4-equal", servers=["a b:c", "b", "c", "d"])
    reports.check("report", reports.folder / "none", code=2, says="none: No such file")
    reports.check("report", code=2, says="file of a run is missing")
    reports.check("report", reports.path, reports.path, code=2, says="one file at a time")
    reports.check("report", reports.path, "--html", reports.folder / "no/where", code=2, says="no/where")
    reports.check("report", reports.path, "--svg", "/dev/full", code=2, says="/dev/full")
    reports.check("report", reports.path, code=3, says="8 comparisons")


def installed(reports, expect):
    """The program with data of its own: clients, vectors, the page, expectations."""
    prefix = reports.folder / "prefix"
    shutil.rmtree(prefix, ignore_errors=True)
    data = prefix / "share/polyring"
    (data / "expect").mkdir(parents=True)
    (prefix / "bin").mkdir()
    program = prefix / "bin/polyring-check"
    shutil.copy(reports.program, program)
    vectors, profile = reports.source / "vectors", "placement/libmemcached/modula"
    shutil.copytree(vectors / profile, data / "vectors" / profile)
    shutil.copy(vectors / "VERSION", data / "vectors")
    for name in ("report", "cures.list", "consequences.list"):
        (data / name).symlink_to(reports.source / "conformance" / name)
    (data / "fake").write_text(ADAPTER)
    (data / "clients.list").write_text(f"fake/one libmemcached/modula - /bin/sh {data}/fake\n"
                                       "gone/one libmemcached/modula - /nowhere/at-all\n")
    for name, text in expect.items():
        (data / "expect" / name).write_text(text)
    return program


def running(reports):
    """What run writes itself is what report makes of its lines."""
    program = installed(reports, {"a.expect": "# nothing\n"})
    names, words = reports.outputs("run")
    run = ("run", "--mode", "locate", "--json", reports.path)
    reports.check(*run, *words, code=1, program=program, says="gone/one")
    first = {form: path.read_text() for form, path in names.items()}
    lines = [json.loads(line) for line in reports.path.read_text().splitlines()]
    assert lines[0]["vectors"] == (reports.source / "vectors/VERSION").read_text().strip(), lines[0]
    assert lines[0]["memcached"].startswith("memcached 1"), lines[0]
    group = lines[-1]["groups"][0]
    assert group["servers"] and group["seconds"] >= 0 and "explanation" in group, group
    again = reports.rendered(code=1, stem="again")
    assert {form: again[form] for form in first} == first, "report says something else than run"
    agree(lines, again)
    standard = {group["topology"] for group in lines[-1]["groups"]}
    assert {"4-equal", "3-named"} <= standard and len(standard) <= 8, standard
    reports.check(*run, "--topology", "all", code=1, program=program)
    groups = json.loads(reports.path.read_text().splitlines()[-1])["groups"]
    everything = {path.stem for path in
                  (reports.source / "vectors/placement/libmemcached/modula").glob("*.json")}
    assert {group["topology"] for group in groups} == everything > standard
    reports.check(*run, "--client", "fake/one", code=1, program=program)
    groups = json.loads(reports.path.read_text().splitlines()[-1])["groups"]
    assert {group["topology"] for group in groups} == everything, "one client runs on all"
    reports.check("run", "--mode", "locate", "--html", "/nowhere/x", code=2, program=program)


def shipped(reports):
    """The shipped expectations are read, and have to go on differing."""
    one = ("run", "--mode", "locate", "--topology", "4-equal")
    program = installed(reports, {"a.expect": "fake/one 4-equal * DIFFERENT it goes by length\n",
                                  "b.expect": "gone/one 4-equal * LOST it was never here\n"})
    reports.check(*one, code=0, program=program, says="DIFFERENT")
    reports.check(*one, "--no-expect", code=1, program=program)
    other = reports.folder / "other"
    other.write_text("# none\n")
    reports.check(*one, "--expect", other, code=1, program=program)
    program = installed(reports, {"a.expect": "fake/one 4-equal * LOST nothing is lost\n"})
    reports.check(*one, code=1, program=program, says="a.expect:1 expects LOST.*not so any more")
    program = installed(reports, {"a.expect": "fake/one 4-equal\n"})
    reports.check(*one, code=2, program=program, says=r"a\.expect:1")


TESTS = {function.__name__: function for function in
         (forms, matrix, closed, bad_files, running, shipped)}


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        TESTS[sys.argv[3]](Reports(sys.argv[1], sys.argv[2], folder))


if __name__ == "__main__":
    main()
