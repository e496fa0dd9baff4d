#!/usr/bin/env python3
"""Runs the examples of the documents against a build, as a reader would, and the programs in the
folders named examples.

usage: run_examples.py SOURCE BUILD [python] [php] [java]
       run_examples.py --control SOURCE BUILD

An example is a fenced block with the tag python, php, java, c, perl, sh or console, or a program.
It has to end with 0, and to print what it says it prints: in programs each comment behind code is
one line of output, in console blocks the lines below each "$ command" are, and variables that were
set stay. The folder vectors stands beside it, as in the tree. Blocks without a tag are not run;
neither is one below the comment <!-- not run: REASON -->.

An example that has the address 127.0.0.1:11211, or another port up to 11219, finds a memcached
server there that has just been started; at any other address it finds none. All is run in a
network of its own: where there can be none, what needs a server is not run, and the program ends
with 77. With --control examples that do not hold are run, and each must be found out.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from servers import RESERVED, Servers, enter_network

BLOCK = re.compile(r"^(<!-- not run: .+ -->\n)?```(python|php|java|c|perl|sh|console)\n(.*?)^```$",
                   re.S | re.M)
TESTED = ("*.md", "docs/*.md", "vectors/*.md", "conformance/*.md")
PROGRAMS = ("core/examples/*", "bindings/*/examples/*")
TAGS = {".py": "python", ".php": "php", ".java": "java", ".c": "c"}

WRONG = (("sh", "false\n"), ("console", "$ echo a\nb\n"), ("c", "return 1;\n"), ("c", "return;\n"),
         ("python", "print(1)  # 2\n"), ("python", "print(1)\nprint(2)  # 2\n"))
ASKS = "$ polyring get -s 127.0.0.1:{port} key || echo $?\n1\n"  # 1 is a miss


def promised(language, code):
    """The output that an example says it has, or None where it says nothing."""
    if language == "sh":
        return None
    comment = r"[^\s#].*?  ?# (.+)" if language in ("python", "perl") else r"[^\s/].*?  ?// (.+)"
    found = [re.fullmatch(r"\s*" + comment, line) for line in code.splitlines()]
    return "".join(f"{match[1]}\n" for match in found if match) or None


def as_program(language, code):
    """Adds what a reader would know to add."""
    if language == "php" and not code.startswith("<?php"):
        return "<?php\n" + code
    if language == "java" and "class " not in code:
        imports = "".join(re.findall(r"^import .*\n", code, re.M))
        body = re.sub(r"^import .*\n", "", code, flags=re.M)
        return (f"{imports}public class Example {{ public static void main(String[] arguments) "
                f"throws Exception {{\n{body}}} }}\n")
    if language == "c" and "int main" not in code:
        includes = "".join(re.findall(r"^#include .*\n", code, re.M))
        return f"{includes}int main(void) {{\n{re.sub('^#include .*', '', code, flags=re.M)}}}\n"
    return code


class Runner:
    def __init__(self, source, build, folder):
        self.source, self.build, self.folder = source, build, folder
        self.environment = {**os.environ, "PATH": f"{build}/bin:{os.environ['PATH']}",
                            "PYTHONPATH": f"{build}/python"}

    def run(self, *command):
        """(exit code, output, all that was said)"""
        result = subprocess.run(list(map(str, command)), cwd=self.folder, env=self.environment,
                                text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return result.returncode, result.stdout, result.stdout + result.stderr

    def program(self, language, code):
        if language == "sh":
            return self.run("sh", "-eu", "-c", code)
        file = self.folder / {"python": "example.py", "php": "example.php",
                              "java": "Example.java", "c": "example.c",
                              "perl": "example.pl"}[language]
        file.write_text(as_program(language, code))
        if language == "python":
            return self.run(sys.executable, "-W", "error", file)
        if language == "php":
            return self.run("php", "-d", f"extension={next(self.build.glob('*/polyring.so'))}",
                            file)
        if language == "perl":
            return self.run("perl", file)
        if language == "java":
            return self.run("java", "-cp", self.build / "java/polyring.jar", file)
        compiled = self.run("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-I",
                            self.source / "core/include", file, "-o", "example",
                            f"-L{self.build}/lib", f"-Wl,-rpath,{self.build}/lib", "-lpolyring")
        return compiled if compiled[0] else self.run("./example")

    def fault(self, language, code):
        """Why the example does not hold, or None."""
        if language == "console":
            variables = ""
            for step in re.split(r"^\$ ", code, flags=re.M)[1:]:
                command, _, wanted = step.partition("\n")
                variables += command + "\n" if re.match(r"\w+=", command) else ""
                _, output, said = self.run("sh", "-c", variables + command)
                if output.strip() != wanted.strip():
                    return f"$ {command}\nprints\n{said}\nnot\n{wanted}"
            return None
        status, output, said = self.program(language, code)
        wanted = promised(language, code)
        if status:
            return f"ended with {status}\n{said}"
        if wanted is not None and output != wanted:
            return f"prints\n{said}\nnot\n{wanted}"
        return None


def examples(source):
    """(where, language, why it is not run, code)"""
    for document in sorted(path for pattern in TESTED for path in source.glob(pattern)):
        text = document.read_text()
        for block in BLOCK.finditer(text):
            excuse, language, code = block.groups()
            line = text.count("\n", 0, block.start()) + 1
            yield f"{document.relative_to(source)}:{line}", language, excuse, code
    for program in sorted(path for pattern in PROGRAMS for path in source.glob(pattern)):
        yield str(program.relative_to(source)), TAGS[program.suffix], None, program.read_text()


def run_one(source, build, language, code):
    """Why it does not hold, or None."""
    with tempfile.TemporaryDirectory() as folder, Servers(code):
        Path(folder, "vectors").symlink_to(source / "vectors")
        return Runner(source, build, Path(folder)).fault(language, code)


def control(source, build, has_network):
    examples = [(None, *example) for example in WRONG]
    if has_network:
        examples += [(True, "console", ASKS.format(port=11211)), (None, "console", ASKS.format(port=11311))]
    taken = [code for holds, language, code in examples
             if (run_one(source, build, language, code) is None) != bool(holds)]
    print("\n".join(["judged wrongly:", *taken] if taken else
                    [f"{len(examples)} examples, each judged rightly"]))
    return bool(taken)


def main():
    has_network = enter_network()
    if sys.argv[1] == "--control":
        return control(*(Path(argument).resolve() for argument in sys.argv[2:4]), has_network)
    source, build = (Path(argument).resolve() for argument in sys.argv[1:3])
    languages = {"c", "perl", "sh", "console", *sys.argv[3:]}
    count, faults, unserved = 0, 0, 0
    for where, language, excuse, code in examples(source):
        talks = RESERVED.search(code) and not excuse
        if excuse or language not in languages or (talks and not has_network):
            unserved += bool(talks and not has_network)
            print(f"{where} {language}: not run")
            continue
        fault = run_one(source, build, language, code)
        count, faults = count + 1, faults + bool(fault)
        print(f"{where} {language}: {fault or 'holds'}")
    if not count:
        print("no example found")
    if unserved:
        print(f"{unserved} examples need a network of their own, which cannot be had here")
    return 1 if faults or not count else 77 if unserved else 0


if __name__ == "__main__":
    sys.exit(main())
