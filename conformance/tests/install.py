#!/usr/bin/python3
"""polyring-check install, in a build folder of its own and with package managers that are fakes.

usage: install.py BUILD
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent.parent
# Debian's, for a package that is known, and one that is not. It is asked for both at once first.
APT_GET = """echo "$*" >>"$LOG"
case "$*" in *update* | *polyring-known) exit 0 ;; esac
echo "E: Unable to locate package polyring-unknown" >&2
exit 100"""
LIST = """known/a   -  polyring-known    /bin/sh a
unknown/a -  polyring-unknown  /bin/sh a
uses/both -  polyring-known,polyring-unknown  /bin/sh a
"""


class Tree:
    """A build tree that knows its source and holds nothing but the program."""

    def __init__(self, build, folder):
        self.folder = folder
        (folder / "bin").mkdir()
        (folder / "fakes").mkdir()
        shutil.copy(build / "bin/polyring-check", folder / "bin")
        (folder / "CMakeCache.txt").write_text(f"CMAKE_HOME_DIRECTORY:INTERNAL={HERE.parent}\n")
        self.log = folder / "log"
        self.fake("sudo", 'shift; exec "$@"')
        self.fake("node", "exit 0")

    def fake(self, name, script):
        path = self.folder / "fakes" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def called(self):
        told = self.log.read_text() if self.log.exists() else ""
        self.log.unlink(missing_ok=True)
        return told

    def install(self, *words, code):
        env = {**os.environ, "PATH": f"{self.folder}/fakes:{os.environ['PATH']}",
               "LOG": str(self.log)}
        env.pop("POLYRING_BUILT", None)
        run = subprocess.run([f"{self.folder}/bin/polyring-check", "install", *words], env=env,
                             capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == code, f"{words}: {run.returncode}: {run.stdout}{run.stderr}"
        return run.stdout if code in (0, 4) else run.stderr


def listing(tree):
    tree.fake("apt-get", 'echo "$*" >>"$LOG"')
    lines = tree.install("--list", code=0).splitlines()
    names = [line.split()[0] for line in (HERE / "clients.list").read_text().splitlines()
             if line and line[0] not in "#"]
    assert [line.split()[1] for line in lines] == names, lines
    states = {line.split()[1]: line.split()[0] for line in lines}
    assert states["memjs/default"] == "missing" and states["enyim/default"] == "SKIPPED", states
    assert states["polyring-python"] == "there", states
    lines = tree.install("--list", "memjs/", "libmc/md5", code=0).splitlines()
    assert [line.split()[1] for line in lines] == ["libmc/md5", "memjs/default"], lines
    assert tree.called() == "", "a list installs nothing"


def usage(tree):
    told = tree.install("nobody", code=2)
    assert "no client nobody" in told and " memjs " in told and "memjs/default" not in told, told
    assert "no client mem;" in tree.install("mem", code=2)
    tree.install(code=2)
    tree.install("--all", "memjs", code=2)
    tree.install("--list", "--clients", "/nonexistent", code=2)


def managers(tree):
    tree.fake("npm", 'echo npm >>"$LOG"; echo "npm ERR! network unreachable" >&2; exit 1')
    told = tree.install("memjs", "npm-memcached/default", "polyring-python", code=4).splitlines()
    assert [line.split()[:2] for line in told] == [
        ["SKIPPED", "npm-memcached/default"], ["SKIPPED", "memjs/default"],
        ["there", "polyring-python"]], told
    assert "network unreachable" in told[0] and tree.called() == "npm\n", told
    tree.fake("npm", 'echo npm >>"$LOG"')
    assert tree.install("memjs", code=0).startswith("installed  memjs/default")
    assert tree.called() == "npm\n"
    assert tree.install("memjs", code=0).startswith("there      memjs/default")
    assert tree.called() == "", "what is there is not installed again"
    told = tree.install("enyim/default", code=4)
    assert told.startswith("SKIPPED") and "by hand" in told, told


def debian(tree):
    path = tree.folder / "clients.list"
    path.write_text(LIST)
    tree.fake("apt-get", APT_GET)
    told = tree.install("--all", "--clients", str(path), code=4).splitlines()
    assert [line.split()[:2] for line in told] == [
        ["installed", "known/a"], ["SKIPPED", "unknown/a"], ["SKIPPED", "uses/both"]], told
    assert all("Unable to locate package polyring-unknown" in line for line in told[1:]), told
    calls = tree.called().splitlines()
    assert [line.split(" ")[-1] for line in calls] == [
        "update", "polyring-unknown", "polyring-known", "polyring-unknown"], calls
    path.write_text("base/a - dpkg,libc6 /bin/sh a\n")
    assert tree.install("base", "--clients", str(path), code=0).startswith("there      base/a")
    assert tree.called() == "", "what is there is not installed again"


def absent(tree):
    """An adapter whose interpreter is not there is skipped by name, and is not broken."""
    path = tree.folder / "clients.list"
    path.write_text("direct/a libmemcached/modula - polyring-nowhere a\n"
                    "behind/env libmemcached/modula - env A=b C=d polyring-nowhere a\n")
    for name in ("direct/a", "behind/env"):
        run = subprocess.run([f"{tree.folder}/bin/polyring-check", "observe", name,
                              "--clients", path, "--servers", "127.0.0.1", "--count", "1", "--mode", "locate"],
                             capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 4 and '"SKIPPED"' in run.stdout, run
        assert "polyring-nowhere: " in run.stdout, run


def main():
    for test in (listing, usage, managers, debian, absent):
        with tempfile.TemporaryDirectory() as folder:
            test(Tree(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder)))


main()
