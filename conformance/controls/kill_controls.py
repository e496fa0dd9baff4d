"""Proof that `polyring-check kill` can fail: vectors that lack something.

usage: kill_controls.py PROGRAM FOLDER

FOLDER has the vectors of libmemcached/ketama-weighted, two of which are taken: 4-equal as it is,
and 4-reversed with nothing but a few plain keys. What survives these two goes through as
equivalent; each control takes one thing away, and must end in its own way.
"""
import copy
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

PROFILE = "libmemcached/ketama-weighted"
RARE = "search=above"  # only a key that hits a point shows it
FINE = "points=164"  # four points more a server: a digest notices


def seal(file):
    text = json.dumps(file["cases"], sort_keys=True, separators=(",", ":"))
    file["cases_sha256"] = hashlib.sha256(text.encode()).hexdigest()


def plain(file):
    """A few keys that no edge is near."""
    file = copy.deepcopy(file)
    file["cases"] = [case for case in file["cases"] if case["key"].startswith("user%3A")][:2]
    seal(file)
    return file


def without(file, *fields):
    return {name: value for name, value in file.items() if name not in fields}


def not_killing(file, mutant):
    file = copy.deepcopy(file)
    file["cases"] = [case for case in file["cases"] if mutant not in case.get("kills", [])
                     and "ExactHit" not in case.get("flags", [])]
    seal(file)
    return file


class Controls:
    def __init__(self, program, folder):
        self.program, self.wrong, self.count = program, [], 0
        self.full = json.loads((folder / "4-equal.json").read_text())
        self.few = without(plain(json.loads((folder / "4-reversed.json").read_text())), "digest")
        self.both = {"4-equal": self.full, "4-reversed": self.few}
        self.known = ""
        self.known = "".join(f"{PROFILE} {mutant} is shown on other lists\n"
                             for mutant, line in self.run(self.both)[1].items()
                             if line["outcome"] == "survives")

    def run(self, files, equivalent=""):
        """The exit code, the lines of JSON by mutant, and what was said."""
        with tempfile.TemporaryDirectory() as root:
            folder, listed = pathlib.Path(root) / PROFILE, pathlib.Path(root) / "equivalent.list"
            folder.mkdir(parents=True)
            listed.write_text(self.known + equivalent)
            for name, file in files.items():
                (folder / f"{name}.json").write_text(json.dumps(file))
            run = subprocess.run(
                [self.program, "kill", "--profile", PROFILE, "--vectors", root, "--json", "-",
                 "--equivalent", listed], capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        return run.returncode, {line["mutant"]: line for line in lines}, run.stderr

    def expect(self, name, code, files, mutant=None, equivalent="", **wanted):
        self.count += 1
        found, lines, said = self.run(files, equivalent)
        line = lines.get(mutant, {})
        shown = {field: line.get(field) for field in wanted}
        if found != code or shown != wanted:
            self.wrong.append(f"{name}: exit code {found}, {mutant} {line}, {said!r}")
        return line

    def all(self):
        full, few = self.both, {"4-reversed": self.few}
        digest = {"4-equal": plain(self.full)}
        no_digest = {"4-equal": without(plain(self.full), "digest")}
        rare = {**self.both, "4-equal": not_killing(self.full, RARE)}
        self.expect("nothing taken away", 0, full, RARE, outcome="killed")
        self.expect("a list taken away", 1, few, RARE, outcome="survives")
        self.expect("no list left", 1, {})
        line = self.expect("a case taken away", 1, rare, RARE, outcome="survives",
                           topology="4-equal")
        if not line.get("by"):
            self.wrong.append("a case taken away: no key that would kill it")
        self.expect("only the digest notices", 1, digest, FINE, outcome="killed", by="the digest")
        self.expect("no digest left", 1, no_digest, FINE, outcome="survives")
        known = f"{PROFILE} {RARE} since this is a test\n"
        self.expect("an equivalent mutant", 0, rare, RARE, known, outcome="equivalent")
        self.expect("a needless line", 1, full, RARE, known, outcome="killed")
        self.expect("a line without a proof", 2, full, equivalent=f"{PROFILE} {RARE}\n")
        self.expect("too many lines", 2, full, equivalent=known * 41)


def main(program, folder):
    controls = Controls(program, pathlib.Path(folder))
    controls.all()
    print(f"{controls.count} controls, {len(controls.wrong)} escaped", *controls.wrong, sep="\n  ")
    return 1 if controls.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
