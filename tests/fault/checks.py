#!/usr/bin/env python3
"""Each safety check of the client removed once: the tests that are beside it must break.

    checks.py [--texts | --control] SOURCE BUILD [WORD ...]

Compiles the file without the check, links the test program of BUILD with it, and runs the test that must break, or all
where the list names none. A check that is gone and breaks nothing has no test, and the program exits with 1; so it does
where a test breaks with all checks in place. With words only the checks in whose names they are. --texts looks only whether each check is still where the list says.
--control removes a comment, which must break nothing: exit 1, "nothing broke".
"""

import os
import re
import subprocess
import sys
import tempfile

CONTROL = ("a comment", "client/pool.c", "/* Adds up; under the lock. */", "", "health", "")

# The check, its file, what stands there, what stands there instead, the program, and the tests that must break.
CHECKS = [
    ("key, classic text", "protocol/text.c",
     "  if (!polyring__span_equals(request->key, reply->key)) return POLYRING__VERDICT_WRONG;\n", "",
     "replies", "only_fitting_replies_are_taken"),
    ("key, meta", "protocol/meta.c", "             : !polyring__span_equals(reply->key, request->key))",
     "             : 0)", "replies", "meta_replies_carry_their_key"),
    ("opaque", "protocol/meta.c", "return reply->opaque == request->opaque;", "return 1;", "connection",
     "replies_name_their_request"),
    ("sockets of the parent", "client/pool.c", "if (moment == POLYRING__FORK_CHILD) renew(pool);", "(void)renew;",
     "forks", "a_child_drops_the_sockets"),
    ("fork generation", "client/pool.c", # either of the two is enough for that
     ("if (link->generation != polyring__fork_generation() || rest >",
      "    if (one->link.descriptor >= 0) pool->transport->close(one->link.descriptor, 0);\n"
      "    one->link.descriptor = -1;\n    one->link.connected = 0;\n"), ("if (rest >", ""), "client", "a_fork_is_noticed"),
    ("errand of the parent", "client/errand.c", "  if (is_of_parent(errand)) {\n", "  if (0) {\n", "errands",
     "a_child_begins_anew"),
    ("probe of the parent", "client/pool.c",
     "  polyring__vitals_lose_probe(&pool->vitals, polyring__clock_now());\n", "", "errands", "a_child_begins_anew"),
    ("errand of a client that is closed", "client/errand.c", "    polyring__exchange_abandon(&errand->exchange);\n",
     "    errand->running = 0;\n", "errands", "a_client_is_closed_with_an_errand"),
    ("no beacon where it is down", "client/beacon.c", "atomic_load(&shared->pool.down) || ", "", "errands",
     "a_server_that_is_down_gets_no_beacon"),
    ("the beacon when it is UP", "client/errand.c", "  polyring__beacon_recall(client, pool);\n", "", "errands",
     "a_server_that_is_down_gets_no_beacon"),
    ("deadline recomputed", "transport/plain.c",
     "  for (;;) {\n    int64_t left = deadline - polyring__clock_now();\n",
     "  int64_t left = deadline - polyring__clock_now();\n  for (;;) {\n", "deadlines",
     "signals_do_not_start_the_clock_anew"),
    ("time of one receive", "client/exchange.c",
     "if (link->timeout <= left + LATENESS && link->timeout >= left / 8) return 1;", "return 1;", "deadlines",
     "no_call_is_late"),
    ("unread bytes", "client/pool.c", "return !looks || pool->transport->is_silent(link->descriptor);", "return 1;",
     "protocol", "what_nobody_asked_for_is_no_answer"),
    ("unread bytes before a list", "client/exchange.c",
     "      !pool->transport->is_silent(link->descriptor)) {", "      0) {", "protocol", "what_nobody_asked_for_is_no_answer"),
    ("era of sockets", "client/pool.c",
     "  if (link->era != atomic_load_explicit(&pool->era, memory_order_relaxed)) return 0;\n", "",
     "failover", "sockets_from_before_are_not_used"),
    ("doubt recorded", "client/route.c",
     "if (client->policy.rejoin >= POLYRING_REJOIN_WARM || !op->request.key.size) return;", "return;",
     "failover", "what_is_in_doubt_is_not_read"),
    ("doubt consulted", "client/route.c", "polyring__pool_doubts(pools[op->server], op->request.key, NULL)", "0",
     "failover", "what_is_in_doubt_is_not_read"),
    ("doubt of a server that is down", "client/route.c",
     "  if (changes(op)) doubt(results, home, op, 0, place);\n", "", "failover", "what_was_refused_is_undone_too"),
    ("doubts that were forgotten", "failover/vitals.c",
     "if (polyring__vitals_serves(vitals) && polyring__vitals_work(policy, 1) != POLYRING_WORK_NONE)", "if (0)",
     "syscalls", "every_block_of_an_outage_is_wanting"),
    ("deletes acknowledged", "client/steps.c", "    if (errand->ops[i].status < 0)\n      failed = 1;",
     "    if (0)\n      failed = 1;", "cures", "a_delete_counts_when_it_is_acknowledged"),
    ("fence", "client/steps.c", "POLYRING_WORK_FLUSH ? POLYRING__STEP_FENCE :", "POLYRING_WORK_FLUSH ? POLYRING__STEP_FLUSH :", "failover", "a_server_is_emptied_once"),
    ("linger", "transport/plain.c", "if (abort) setsockopt(", "if (0) setsockopt(", "cures",
     "what_is_given_up_is_not_sent"),
    ("linger, asked for", "client/exchange.c",
     "polyring__pool_return(exchange->pool, exchange->link, change_sent, &use);",
     "polyring__pool_return(exchange->pool, exchange->link, 0 * change_sent, &use);", "cures",
     "what_is_given_up_is_not_sent"),
    ("second good probe", "failover/vitals.c", "if (!trusted && course->now < end) {", "if (0) {",
     "cures", "what_comes_between_the_probes_is_undone"),
    ("settle between the probes", "failover/vitals.c",
     "vitals->first_good + doubled(policy->settle, vitals->relapses, policy->probe_most);",
     "vitals->first_good + 1;", "cures", "what_comes_between_the_probes_is_undone"),
    ("longer trial after a relapse", "failover/vitals.c", "relapse ? vitals->relapses + 1 : 0;", "0;",
     "relapse", "each_relapse_doubles_the_trial"),
    ("trial of a new server that relapses", "failover/vitals.c",
     "int trusted = restarted && !vitals->relapses;", "int trusted = restarted;",
     "relapse", "a_new_server_is_on_trial_too"),
    ("settle of a server that is UP", "client/steps.c",
     "  errand->heard = errand->frame.start;\n  errand->wait_until = now + errand->client->policy.settle;",
     "  errand->heard = errand->frame.start;",
     "cures", "what_comes_within_settle_is_undone"),
    ("settle of what is given up between two probes", "client/journal.c",
     "one->since <= before && one->sent <= heard)", "one->since <= before && heard)",
     "cures", "what_is_given_up_between_the_probes_is_undone"),
    ("mark of a flush", "client/steps.c", "int took_mine = errand->marked &&", "int took_mine = 0 &&",
     "failover", "a_server_is_emptied_once_in_a_short_time"),
    ("settle from the end of the call", "client/route.c", "int64_t now = polyring__clock_now();",
     "int64_t now = results->start;", "cures", "settle_begins_at_the_end_of_the_call"),
    ("birth is not known any more", "client/pool.c", "  pool->openings++;\n  pool->birth = -1;\n", "",
     "births", "a_restart_that_nobody_saw_is_no_proof"),
    ("what may be on its way to a new server", "client/pool.c",
     "  pool->strays |= of == POLYRING__OF_CALLS;\n", "",
     "births", "what_a_new_server_never_saw_is_undone_at_once"),
    ("birth and an uptime that fits", "client/steps.c",
     "if (anew) return errand->age > AGE_SLACK ? errand->age - AGE_SLACK : 0;", "if (anew) return 0;",
     "births", "an_old_one_is_not_new"),
    ("birth beside forgotten doubts", "client/steps.c", "if (polyring__pool_forgot(pool)) anew = 0;", "",
     "births", "a_change_that_was_forgotten_is_undone"),
    ("young, and asked again", "client/steps.c",
     "if (!anew && age >= 0 && now - age > signs.down_since && errand->step == POLYRING__STEP_PROBE) {",
     "if (0) {", "births", "who_seems_young_is_asked_again"),
    ("back to probes", "client/steps.c",
     "  errand->step = POLYRING__STEP_PROBE;\n  report(errand, POLYRING_SEEN_PROBE_ANSWERED", "  report(errand, POLYRING_SEEN_PROBE_ANSWERED",
     "births", "who_seems_young_is_asked_again"),
    ("ttl of stand-ins", "client/route.c",
     "  shorten(op, results->client->policy.stand_in_ttl / 1000000);\n", "  (void)shorten;\n",
     "failover", "a_stand_in_serves_meanwhile"),
    ("no stand-in after a relapse", "client/route.c",
     " ||\n      !polyring__pool_may_stand_in(now->pools[home], results->start))", ")", "cures",
     "no_server_stands_in_after_a_relapse"),
    ("REJOINING refuses reads", "client/route.c",
     "if (starts_anew(op)) return 1;", "if (starts_anew(op) || !changes(op)) return 1;",
     "syscalls", "a_server_that_rejoins_is_not_read"),
]


class Wrong(Exception):
    """What must end the program."""


def text_of(source, file):
    with open(os.path.join(source, "core/src", file), encoding="utf-8") as of:
        return of.read()


def without(source, check):
    """The text of the file without the check."""
    name, file, *pair = check[:4]
    text = text_of(source, file)
    for old, new in zip(*([one] if isinstance(one, str) else one for one in pair)):
        if text.count(old) != 1:
            raise Wrong(f"{name}: core/src/{file} has it {text.count(old)} times: {old.strip()}")
        text = text.replace(old, new)
    return text


class Bench:
    """Links test programs with one object of the core replaced."""

    def __init__(self, source, build, folder):
        self.source, self.build, self.folder = source, build, folder

    def command(self, target):
        """What ninja makes the target by."""
        told = subprocess.run(["ninja", "-C", self.build, "-t", "commands", target], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.splitlines()
        return told[-1]

    def run(self, command):
        done = subprocess.run(command, shell=True, cwd=self.build, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise Wrong(f"{command}\n{done.stdout}")

    def compiled(self, file, text):
        """The object of another version of the file."""
        changed, made = (os.path.join(self.folder, os.path.basename(file) + end) for end in ("", ".o"))
        with open(changed, "w", encoding="utf-8") as of:
            of.write(text)
        target = f"core/CMakeFiles/polyring_objects.dir/src/{file}.o"
        compiling = self.command(target).replace(target, made).replace(" -Werror", "")
        self.run(re.sub(r"-c \S+", f"-c {changed}", compiling))
        return made

    def program(self, name, instead):
        """The test program with that object; the one of the library is then not taken."""
        made = os.path.join(self.folder, f"test_{name}")
        linking = self.command(f"bin/test_{name}").replace(f"-o bin/test_{name} ", f"-o {made} ")
        self.run(linking.replace("lib/libpolyring.a", f"{instead} lib/libpolyring.a", 1))
        return made


def broken(program, only=None):
    """The tests of the program that break, of all or of one; one that ends otherwise is named so."""
    if not os.path.exists(program):
        return {"it is not built"}
    try:
        done = subprocess.run([program], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=90,
                              errors="replace", env={**os.environ, **({"POLYRING_ONLY": only} if only else {})})
    except subprocess.TimeoutExpired:
        return {"it hangs"}
    names = set(re.findall(r"^\[  FAILED  \] ([a-z0-9_]+)$", done.stdout, re.M))
    return names or ({f"it ends with {done.returncode}"} if done.returncode else set())


def judge(bench, check):
    """What broke without the check, and what is wrong about that."""
    name, file, _, _, program, must = check
    path = bench.program(program, bench.compiled(file, without(bench.source, check)))
    came = broken(path, must)
    print(f"{name:32} {'c.' + program:14} {', '.join(sorted(came)) or '-'}", flush=True)
    if not came:
        return f"{name}: nothing broke"
    return None


def with_all(bench, tests):
    """The tests that break, twice, although nothing is removed: a machine may be busy once."""
    def twice(program, only):
        return broken(program, only) and broken(program, only)
    return [f"c.{name} breaks with all checks in place: {', '.join(sorted(came))}" for name, must in sorted(tests)
            if (came := twice(os.path.join(bench.build, "bin", f"test_{name}"), must))]


def main(arguments):
    mode = arguments.pop(0) if arguments and arguments[0].startswith("--") else None
    if mode not in (None, "--texts", "--control") or len(arguments) < 2:
        raise SystemExit(__doc__)
    source, build, *words = arguments
    checks = [CONTROL] if mode == "--control" else CHECKS
    chosen = [check for check in checks if not words or any(word in check[0] for word in words)]
    if mode == "--texts":
        for check in chosen:
            without(source, check)
        print(f"{len(chosen)} checks are where the list says")
        return []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(os.path.abspath(source), os.path.abspath(build), folder)
        wrong = with_all(bench, {check[4:] for check in chosen}) or [judge(bench, check) for check in chosen]
    return [one for one in wrong if one]


if __name__ == "__main__":
    try:
        FAULTS = main(sys.argv[1:])
    except Wrong as error:
        FAULTS = [str(error)]
    for fault in FAULTS:
        print("Wrong: " + fault)
    sys.exit(bool(FAULTS))
