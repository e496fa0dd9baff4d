#!/usr/bin/env python3
"""Installs a build into a folder of its own and uses what arrived there, from every language.

usage: installed.py BUILD [python] [php] [java]
The same key must get the same server from each. Done twice: below a prefix, and as packages do
it (DESTDIR, prefix /usr).
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLACE = ["spymemcached/ketama", "10.0.0.1:11211:1 10.0.0.2:11212:3 10.0.0.3:11211:2", "user:17"]

PYTHON = """
import polyring, sys
profile, servers, key = sys.argv[1:]
print(polyring.Ring(servers, profile).locate(key))
"""
PHP = """
[, $profile, $servers, $key] = $argv;
echo (new Polyring\\Ring($servers, $profile))->locate($key), "\\n";
"""
JAVA = """
public class Locate {
  public static void main(String[] a) {
    System.out.println(new org.polyring.Ring(a[1], a[0]).locate(a[2]));
  }
}
"""


def run(*command, **environment):
    result = subprocess.run([str(word) for word in command], text=True, capture_output=True,
                            env={**os.environ, **{k: str(v) for k, v in environment.items()}})
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nended with {result.returncode}\n"
                 f"{result.stdout}{result.stderr}")
    return result.stdout.strip()


def the(tree, pattern):
    """The one file of the tree that matches."""
    found = sorted(tree.rglob(pattern))
    if len(found) != 1:
        sys.exit(f"{len(found)} files {pattern} below {tree}, not one: {found}")
    return found[0]


def answers_of_c(prefix, work):
    library = the(prefix, "libpolyring.so").parent
    run("cmake", "-S", HERE / "consumer", "-B", work, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", work)
    yield "find_package, shared", run(work / "with_shared", *PLACE)
    yield "find_package, static", run(work / "with_static", *PLACE)
    flags = run("pkg-config", "--cflags", "--libs", "polyring",
                PKG_CONFIG_PATH=library / "pkgconfig").split()
    run("cc", "-std=c11", HERE / "consumer/consumer.c", "-o", work / "with_pkg_config", *flags)
    yield "pkg-config", run(work / "with_pkg_config", *PLACE, LD_LIBRARY_PATH=library)
    for example in sorted((HERE / "../../core/examples").glob("*.c")):
        run("cc", "-std=c11", example, "-o", work / example.stem, *flags)


def answers_of_languages(tree, languages, work):
    profile, servers, key = PLACE
    command = the(tree, "bin/polyring")
    yield "polyring", run(command, "locate", "--profile", profile, "--servers", servers,
                          key).split("\t")[1]
    if "python" in languages:
        folder = the(tree, "polyring/__init__.py").parent.parent
        yield "python", run(sys.executable, "-c", PYTHON, *PLACE, PYTHONPATH=folder)
    if "php" in languages:
        yield "php", run("php", "-d", f"extension={the(tree, 'polyring.so')}", "-r", PHP, "--",
                         *PLACE)
    if "java" in languages:
        (work / "Locate.java").write_text(JAVA)
        yield "java", run("java", "-cp", the(tree, "polyring.jar"), work / "Locate.java", *PLACE)


def main():
    build, languages = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        prefix, packages = Path(folder, "prefix"), Path(folder, "packages")
        work = Path(folder, "work")
        run("cmake", "--install", build, "--prefix", prefix)
        answers = list(answers_of_c(prefix, work))
        answers += answers_of_languages(prefix, languages, work)
        run("cmake", "--install", build, "--prefix", "/usr", DESTDIR=packages)
        answers += answers_of_languages(packages, languages, work)
        the(packages, "man1/polyring.1")
        the(packages, "man3/polyring_client_new.3")
    for who, server in answers:
        print(f"{who:22} {server}")
    if len({server for _, server in answers}) != 1:
        sys.exit("the installed libraries disagree")


if __name__ == "__main__":
    main()
