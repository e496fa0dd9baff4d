#!/usr/bin/python3
"""Tests of explain, agree and cures.

usage: explain.py CHECKER TEST
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
LIAR = f"/usr/bin/python3 {ROOT}/controls/liar.py"
FOUR = " ".join(f"127.77.0.{i}:11211" for i in range(1, 5))
WEIGHTED = "127.77.0.1:11211:1 127.77.0.2:11212:3 127.77.0.3:22122:2"
NAMED = " ".join(f"mc{i}.example/127.77.8.{i}:11211" for i in range(1, 4))
KETAMA, PHP = "pylibmc/ketama-weighted", "php-memcached/libketama-compatible"
SKIPPED = 77  # what ctest takes for a skip


class Checker:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def run(self, *words, code, says=""):
        run = subprocess.run([str(word) for word in (self.program, *words)], capture_output=True,
                             text=True, timeout=300, check=False)
        said = run.stdout + run.stderr
        assert run.returncode == code and re.search(says, said), \
            f"{words}: exit {run.returncode}, not {code}, or not {says!r} in:\n{said[:3000]}"
        return run.stdout

    def lines(self, *words, code, says=""):
        path = self.folder / "json"
        path.unlink(missing_ok=True)
        self.run(*words, "--json", path, code=code, says=says)
        return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]

    def file(self, name, text):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


def entries(name):
    """The lines of a list that say something, as lists of words."""
    text = (ROOT / name).read_text(encoding="ascii")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


def need(*clients):
    """Ends the test as skipped where a client is not installed."""
    programs = {"php-memcached": ["php", "-r", "exit(!class_exists('Memcached'));"],
                "pylibmc": ["/usr/bin/python3", "-c", "import pylibmc"],
                "spymemcached": ["test", "-e", "/usr/share/java/spymemcached.jar"]}
    for client in clients:
        words = programs[client]
        if not shutil.which(words[0]) or subprocess.run(words, capture_output=True,
                                                        check=False).returncode:
            print(f"{client} is not installed")
            sys.exit(SKIPPED)


def lists(checker):
    """Each column has a consequence, each configuration a cure; a broken line is named."""
    said = (ROOT / "consequences.list").read_text(encoding="ascii")
    explain = ("explain", "ketama", "dalli/ring")
    whole = checker.file("whole", said)
    checker.run(*explain, "--consequences", whole, code=1, says="to agree")
    for column in [words[0] for words in entries("consequences.list")]:
        less = checker.file("less", re.sub(rf"^{column} .*\n", "", said, flags=re.M))
        checker.run(*explain, "--consequences", less, code=2, says=f"no line for.* {column}$")
    for text, says in {said + "flavour It tastes.\n": "no column flavour",
                       said + "hash\n": r"more:\d+: a line is COLUMN TEXT",
                       said + "hash Again.\n": r"more:\d+: hash is there already",
                       said + "hash \0\n": "zero byte"}.items():
        checker.run(*explain, "--consequences", checker.file("more", text), code=2, says=says)
    checker.run(*explain, "--consequences", checker.folder / "none", code=2, says="none: No such")

    good = "pylibmc/default libmemcached/modula 1 pylibmc.Client(SERVERS)\n"
    for text, says in {
            "x y\n": r"cures:1: a line is NAME PROFILE VERSION SETTING",
            good + "a/b libmemcached/modula 1\n": r"cures:2: a line is",
            good + "\n# no line\n" + good: r"cures:4: pylibmc/default is there already",
            "pylibmc libmemcached/modula 1 x\n": "cures:1: pylibmc is no CLIENT/CONFIGURATION",
            "a/b libmemcached/modulo 1 x\n": "cures:1: libmemcached/modulo: ",
            "a/b libmemcached/modula,hash= 1 x\n": "cures:1: libmemcached/modula,hash=: ",
            "a/b libmemcached/modula 1 x\x1b[1m\n": "cures:1: a setting is printable",
            good + "\0": "zero byte", b"a/b libmemcached/modula 1 \xff\n": "cures:1: .*printable",
            "a/b " * 100000 + "\n": "cures:1: a/b: "}.items():
        path = checker.file("cures", text)
        checker.run(*explain, "--cures", path, code=2, says=says)
        checker.run("cures", "--list", "--cures", path, code=2, says=says)
    checker.run("cures", "--list", "--cures", checker.file("cures", good), code=0,
                says=r"^pylibmc/default libmemcached/modula \(1\)\n    pylibmc.Client")
    checker.run("cures", "pylibme", "--list", code=2, says="no cure for pylibme")
    checker.run("cures", "--keys", 0, code=2, says="0 keys")
    checker.run("explain", "ketama", code=2, says="two configurations or profiles")
    checker.run("explain", "ketama", "ketame", code=2, says="no client ketame, .*ketama")
    checker.run("explain", "ketama", "dalli/ring", "--servers", "a b c:d", code=2, says="c:d")
    checker.run("agree", KETAMA, code=2, says="at least two")
    checker.run("agree", KETAMA, "nobody", code=2, says="has no client nobody")
    checker.run("agree", KETAMA, "--command", " ", code=2, says="no word")

    def uncured(clients, cures):
        own = {words[0]: words[1:3] for words in cures}
        return [words[0] for words in clients if not words[0].startswith("polyring")
                and words[1] != "-" and own.get(words[0], [""])[0] != words[1]]

    clients, cures = entries("clients.list"), entries("cures.list")
    assert not uncured(clients, cures), f"no cure for {uncured(clients, cures)}"
    assert uncured(clients, cures[1:]) == [cures[0][0]], "a control that must fail"
    assert not {words[0] for words in cures} - {words[0] for words in clients}, "too many cures"


def consistent(checker, line):
    moved = line["different"] + line["renamed"]
    assert (moved > 0) == ("first" in line), line
    assert line["alike"] == "no" or (moved == 0 and not line["cures"]), line
    assert all(column["consequence"] for column in line["columns"]), line
    assert line["columns"], "two rows of the table that do not differ"
    fingerprints = [line[side].get("fingerprint") for side in ("wanted", "found")]
    if None in fingerprints:
        assert line["compared"] == 0 and "refusal" in json.dumps(line), line
        return
    assert (fingerprints[0] == fingerprints[1]) == (line["alike"] in ("list", "profile")), line
    for cure in line["cures"]:
        assert cure["moves"] in ("found", "wanted", "both") and cure["setting"], line
        assert ("other" in cure) == (cure["moves"] == "both"), line


def pairs(checker):
    """Each pair of rows can be explained, and the explanation is true."""
    rows = None
    for servers in (FOUR, WEIGHTED):
        lines = checker.lines("explain", "--all", "--servers", servers, code=0, says="pairs of rows")
        rows = rows or {line["wanted"]["profile"] for line in lines}
        assert len(lines) == len(rows) * (len(rows) - 1) > 7000, len(lines)
        for line in lines:
            consistent(checker, line)
        by_pair = {(line["wanted"]["profile"], line["found"]["profile"]): line for line in lines}
        for (wanted, found), line in by_pair.items():
            back = by_pair[found, wanted]
            assert line["different"] == back["different"] and line["alike"] == back["alike"], line
        # Of each cure that is promised: Polyring places keys under it as it is said to.
        promised = {}
        for line in lines:
            for cure in line["cures"]:
                meets = {"found": line["wanted"]["profile"], "wanted": line["found"]["profile"],
                         "both": cure.get("other", {}).get("profile")}[cure["moves"]]
                promised[meets, cure["profile"]] = line
        assert len(promised) > 50, len(promised)
        for meets, profile in sorted(promised)[::11]:
            checker.run("explain", meets, profile, "--servers", servers, code=0, says="alike")
        traces = [line for line in lines if "first" in line][::701]
        for line in traces:
            told_by_polyring(checker, line, servers)


def counted(checker):
    """What is counted, counted by the command line on the same keys."""
    polyring = pathlib.Path(checker.program).with_name("polyring")
    if not polyring.exists():
        return
    listed = checker.file("clients", f"a/honest ketama - {LIAR} honest\n")
    told = checker.run("observe", "a/honest", "--clients", listed, "--mode", "locate", "--count",
                       10000, "--servers", "127.77.0.1", code=0)
    keys = [line["key"] for line in map(json.loads, told.splitlines()) if "key" in line]

    def placed(profile):
        run = subprocess.run([polyring, "locate", "--json", "-p", profile, "-s", FOUR, "-"],
                             input="".join(key + "\n" for key in keys), capture_output=True,
                             text=True, check=False)
        answers = map(json.loads, run.stdout.splitlines())
        return {answer["key"]: answer["index"] for answer in answers}

    for wanted, found in (("ketama", "spymemcached/ketama"), (PHP, "dalli/ring"),
                          ("memcached-proxy/jump", "nginx/hash"), ("gwhalin/native", "ketama")):
        line, = checker.lines("explain", wanted, found, code=1)
        a, b = placed(wanted), placed(found)
        both = [key for key in keys if key in a and key in b]
        moved = [key for key in both if a[key] != b[key]]
        assert line["compared"] == len(both) and line["different"] == len(moved) > 0, line
        assert line["only_wanted"] == len(a) - len(both), line
        assert line["only_found"] == len(b) - len(both), line
        assert line["renamed"] or line["first"]["key"] == moved[0], line


def told_by_polyring(checker, line, servers):
    """The command line tells the same servers."""
    program = pathlib.Path(checker.program).with_name("polyring")
    if not program.exists():
        return
    for side in ("wanted", "found"):
        run = subprocess.run([program, "explain", "-p", line[side]["profile"], "-s", servers,
                              line["first"]["key"]], capture_output=True, text=True, check=True)
        assert f"(index {line['first'][side]})" in run.stdout, (line, run.stdout)


def words(checker):
    """What is said of some pairs that are known."""
    told = checker.run("explain", KETAMA, "spymemcached/ketama", "--servers", NAMED, code=1)
    assert "{host/ip}:{port}-{i}" in told and "Format.LIBMEMCACHED" in told, told
    assert "No known setting of pylibmc leads to spymemcached/ketama." in told, told
    assert "label mc" in told and "polyring explain --profile" in told, told
    told = checker.run("explain", "ketama", PHP, code=0, says="each key that both take")
    assert "to agree" not in told and "refused by found alone" in told, told
    told = checker.run("explain", "dalli/default", "pymemcache/default", code=1)
    assert "No setting known here reconciles the two" in told and "put Polyring" in told, told
    told = checker.run("explain", "pylibmc/default", "spymemcached/array-mod", code=1)
    assert "meet at" in told and "pylibmc.Client(SERVERS, behaviors=" in told, told
    told = checker.run("explain", "pylibmc/ketama", "pylibmc/ketama", code=0, says="the same profile")
    told = checker.run("explain", "dalli/default", "dalli/namespace", code=1)
    assert "stored as app%3A" in told and "namespace: 'app'" in told, told
    checker.run("explain", "memjs/default", "ketama", "--servers", WEIGHTED, code=5,
                says="refuses the list")
    line, = checker.lines("explain", "gwhalin/native", "gwhalin/native,encode=none", code=1)
    assert line["renamed"] > 0 and line["different"] > 0, line
    counted(checker)
    first = checker.run("explain", KETAMA, "dalli/default", "--json", "-", code=1)
    assert json.loads(first)["columns"][0]["alone"] > 0.5, "the columns that matter come first"
    with open("/dev/full", "w", encoding="ascii") as full:
        run = subprocess.run([checker.program, "explain", "ketama", "dalli/ring", "--json", "-"],
                             stdout=full, stderr=subprocess.PIPE, check=False)
        assert run.returncode == 4, run


def agree(checker):
    """Real clients, and those that must differ."""
    need("pylibmc", "php-memcached", "spymemcached")
    few = ("--count", 1500)
    told = checker.run("agree", KETAMA, PHP, *few, code=0, says=r"same: .*: all of \d{4} keys")
    assert "more keys are refused by php-memcached" in told, told
    checker.run("agree", KETAMA, PHP, *few, "--refusals-differ", code=1)
    checker.run("agree", KETAMA, PHP, *few, "--refusals-differ", "--ascii", code=0)
    checker.run("agree", KETAMA, PHP, "spymemcached/ketama-libmemcached", *few, "--mode", "locate",
                "--ascii", code=0, says=r"(?s)same: .*\nsame: ")
    line, = checker.lines("agree", KETAMA, "spymemcached/ketama", *few, "--servers", NAMED, code=1)
    if line["wanted"]["counts"]["SKIPPED"]:
        print("no names of servers here")
    else:
        cure, = line["explanation"]["cures"]
        assert cure["configuration"] == "spymemcached/ketama-libmemcached", cure
        assert "label" in [column["column"] for column in line["explanation"]["columns"]], line
        assert 0.5 < line["different"] / line["compared"] < 0.8 and line["first"], line
    for liar, code, says in (("honest", 0, "same: "), ("no-elision", 1, "differ: "),
                             ("all-first", 1, "differ: "), ("refuser", 5, "nothing compared"),
                             ("silent", 1, "LOST"), ("two-lines", 3, "BROKEN"),
                             ("skipper", 5, "SKIPPED")):
        checker.run("agree", "--command", f"{LIAR} {liar}", KETAMA, "--count", 200, code=code,
                    says=says)
    checker.run("agree", "--command", "/nowhere/at-all", KETAMA, "--count", 5, code=4,
                says="/nowhere/at-all: No such file")
    # One that does not do what its line says is no base for an explanation.
    own = (ROOT / "clients.list").read_text(encoding="ascii")
    false = checker.file("clients", f"{own}\nliar/x ketama - {LIAR} no-elision\n")
    checker.run("agree", KETAMA, "liar/x", "--clients", false, *few, code=1,
                says=r"(?s)not where its profile .*No explanation")


def cures(checker):
    """Some lines of the list, and lines that must not hold."""
    need("pylibmc", "php-memcached", "spymemcached")
    size = ("--keys", os.environ.get("POLYRING_SIZE") or 2000)
    real = checker.lines("cures", KETAMA, PHP, "spymemcached/ketama-libmemcached",
                         "php-memcached/prefix-hashed", "pylibmc/sort-hosts", *size, code=0,
                         says="5 hold, 0 failed")
    assert all(line["counts"]["SAME"] > 1000 for line in real), real
    assert {line["mode"] for line in real} == {"locate", "land"}, real

    python = f"/usr/bin/python3 {ROOT}/adapters/pylibmc.py"
    listed = checker.file("clients", f"a/good libmemcached/modula - {python} default\n"
                          f"a/false libmemcached/modula,hash=crc - {python} default\n"
                          f"a/gone libmemcached/modula - /nowhere/at-all\n"
                          f"a/deaf libmemcached/modula - {LIAR} skipper\n"
                          f"a/broken libmemcached/modula - {LIAR} two-lines\n"
                          f"a/silent libmemcached/ketama-weighted - {LIAR} silent\n")
    said = {words[0]: words[1] for words in map(str.split, listed.read_text().splitlines())}

    def listing(*names, version="0"):
        return checker.file("cures", "".join(f"{n} {said[n]} {version} x\n" for n in names))

    def check(*names, code, says, more=()):
        checker.run("cures", *more, "--clients", listed, "--cures", listing(*names), *size,
                    code=code, says=says)

    check("a/good", code=0, says="(?s)1 hold|verified with 0")
    check("a/good", code=0, says="the list says that it was verified with 0")
    check("a/good", "a/false", code=1, says=r"(?s)FAILED .*key .*: DIFFERENT: .*1 hold, 1 failed")
    check("a/silent", code=1, says="FAILED.*0 of", more=("--mode", "land"))
    check("a/good", "a/gone", code=0, says="SKIPPED  a/gone")
    check("a/gone", code=5, says="SKIPPED  a/gone")
    check("a/gone", code=4, says="SKIPPED  a/gone", more=("a/gone",))
    check("a/deaf", code=5, says="SKIPPED  a/deaf")
    check("a/good", "a/broken", code=3, says="FAILED   a/broken")
    checker.run("cures", "--clients", listed, code=2, says="has no client pylibmc/default")
    lied = checker.file("cures", "a/good libmemcached/ketama 0 x\n")
    checker.run("cures", "--clients", listed, "--cures", lied, code=2, says="a/good has libmemc")
    checker.run("cures", PHP, "--servers", "a b:c", code=2, says="b:c: cannot be read")
    lines = checker.lines("cures", "--pairs", code=0, says="reached by a setting of that name")
    assert len(lines) > 3000 and {"no", "taken", "list", "profile"} == {
        line["alike"] for line in lines}, len(lines)
    assert all(("setting" in line) == (line["alike"] != "no") for line in lines)


PYTHON = r"""
import json, sys, pylibmc
servers, settings, keys = json.load(sys.stdin)
for setting in settings:
    client = eval(setting, {"pylibmc": pylibmc, "SERVERS": servers})
    print(json.dumps([client.hash(key.encode()) for key in keys]))
"""
PHP_CODE = r"""
[$servers, $settings, $keys] = json_decode(stream_get_contents(STDIN), true);
foreach ($settings as $setting) {
  eval(str_replace('SERVERS', '$servers', $setting) . ';');
  $at = fn($key) => array_search($client->getServerByKey($key)['host'], array_column($servers, 0));
  echo json_encode(array_map($at, $keys)), "\n";
}
"""


def wrong_settings(checker, client, command, servers, change=None):
    """The configurations whose setting, run as it is written, places a key elsewhere."""
    keys = [f"user:{i}" for i in range(300)]
    lines = [line.split(None, 3) for line in
             (ROOT / "cures.list").read_text(encoding="ascii").splitlines()
             if line.startswith(f"{client}/") and "_sort_hosts" not in line]
    settings = [change(line[3]) if change else line[3] for line in lines]
    run = subprocess.run(command, input=json.dumps([servers, settings, keys]), text=True,
                         capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
    polyring, wrong = pathlib.Path(checker.program).with_name("polyring"), []
    for line, told in zip(lines, run.stdout.splitlines(), strict=True):
        wanted = subprocess.run([polyring, "locate", "--json", "-p", line[1], "-s", FOUR, *keys],
                                capture_output=True, text=True, check=True)
        at = [json.loads(answer)["index"] for answer in wanted.stdout.splitlines()]
        wrong += [line[0]] if at != json.loads(told) else []
    print(f"{client}: {len(lines)} settings run, wrong: {wrong}")
    return wrong


def settings(checker):
    """What the list says is run as it is written, where a line of it is a program."""
    need("pylibmc", "php-memcached")
    if not pathlib.Path(checker.program).with_name("polyring").exists():
        sys.exit(SKIPPED)
    python = ("pylibmc", ["/usr/bin/python3", "-c", PYTHON], FOUR.split())
    php = ("php-memcached", ["php", "-r", PHP_CODE],
           [[word.split(":")[0], 11211, 0] for word in FOUR.split()])
    assert not wrong_settings(checker, *python) and not wrong_settings(checker, *php)
    assert "pylibmc/ketama" in wrong_settings(
        checker, *python, lambda text: text.replace('"ketama"', '"cas"'))
    assert len(wrong_settings(checker, *php, lambda text: text.replace("HASH_MD5", "HASH_CRC"))) > 1


TESTS = {function.__name__: function for function in (lists, pairs, words, agree, cures,
                                                  settings)}


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        TESTS[sys.argv[2]](Checker(sys.argv[1], folder))


main()
