#!/usr/bin/env python3
"""The checks that keep wrong replies out, and keys where they belong, each removed once: the matrix must find it.

    mutants.py [--control] BUILD DRIVER

Compiles the core anew, but for one line, and links the driver of C with it; DRIVER is its path in BUILD. The matrix
must fail with what is written beside the line. --control changes nothing: the matrix must then find nothing, and the
program exits with 1.
"""

import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# What it is, the file, the line and what stands there instead, which cells, and what they must find.
MUTANTS = [
    ("the key in classic text", "protocol/text.c",
     "if (!polyring__span_equals(request->key, reply->key)) return POLYRING__VERDICT_WRONG;", "",
     "wrong_key,get,text", "wrong values"),
    ("the key in meta", "protocol/meta.c", ": !polyring__span_equals(reply->key, request->key))", ": 0)",
     "wrong_key,get,meta", "wrong values"),
    ("the opaque", "protocol/meta.c", "return reply->opaque == request->opaque;", "return 1;",
     "duplicate,add,meta", "false successes"),
    ("the opaque, alone", "protocol/meta.c", "return reply->opaque == request->opaque;", "return 1;",
     "wrong_opaque,set,meta", "classes"),
    ("the time that is left", "transport/plain.c", "int64_t left = deadline - polyring__clock_now();",
     "int64_t left = 150000; (void)deadline;", "trickle:20,get,meta", "late"),
    ("miss sends nothing elsewhere", "client/route.c",
     "if (client->policy.on_dead == POLYRING_ON_DEAD_MISS ||\n      !poly", "if (!poly",
     "refuse,set,meta,miss", "homes"),
    ("the gutter alone stands in", "client/route.c",
     "return now->gutter ? of_gutter(now, bytes) : of_policy", "return of_policy",
     "refuse,set,meta,gutter", "homes")]


def commands(build, target):
    return subprocess.run(["ninja", "-C", build, "-t", "commands", target], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.splitlines()


def build_with(build, driver, folder, file, old, new):
    """The driver with another version of a file; its path."""
    told = commands(build, os.path.relpath(driver, build))
    compiling = next(line for line in told if line.endswith(os.path.join("core/src", file)))
    source, where = compiling.split()[-1], os.path.join(folder, os.path.basename(file))
    with open(source, encoding="utf-8") as stream:
        text = stream.read()
    if text.count(old) != 1:
        sys.exit(f"{file} has not once: {old}")
    with open(where, "w", encoding="utf-8") as stream:
        stream.write(text.replace(old, new))
    object_of = re.search(r" -o (\S+)", compiling)[1]
    alone = re.sub(r" -M[DTF]( \S+\.[od])?", "", compiling).replace(f" -o {object_of}", f" -o {where}.o")
    shell(alone.replace(f"-c {source}", f"-c {where} -w -I{os.path.dirname(source)}"), build)
    archive = os.path.join(folder, "libpolyring.a")
    archiving = next(line for line in told if "/ar qc lib/libpolyring.a" in line)
    shell(archiving.replace("lib/libpolyring.a", archive).replace(f" {object_of} ", f" {where}.o "), build)
    made = os.path.join(folder, "driver")
    shell(told[-1].replace(" lib/libpolyring.a", " " + archive).replace(" -o " + os.path.relpath(driver, build),
                                                                        " -o " + made), build)
    return made


def shell(command, folder):
    subprocess.run(command, shell=True, check=True, cwd=folder)


def main():
    control = "--control" in sys.argv
    build, driver = sys.argv[-2:]
    wrong = 0
    for name, file, old, new, only, finds in MUTANTS:
        with tempfile.TemporaryDirectory(prefix="polyring-mutant-") as folder:
            made = build_with(build, driver, folder, file, old, old if control else new)
            run = subprocess.run([sys.executable, "-B", os.path.join(HERE, "matrix.py"), "--cells", "0", "--only", only,
                                  f"c={made}"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        failed = re.search(r"^failed: (.*)", run.stderr, re.M)
        found = finds in (failed[1] if failed else "").split(", ")
        print(f"{name}: {'found: ' + failed[1] if failed else 'not found'}")
        wrong += not found
    if wrong:
        sys.exit(f"{wrong} of {len(MUTANTS)} not found")


if __name__ == "__main__":
    main()
