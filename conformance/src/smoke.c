#include "smoke.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "progress.h"

#define SHOWN 160    /* bytes of a request or reply that are printed */
#define BREAKS_MAX 3 /* of the protocol, before it is given up */

static const struct {
  const char *id, *what, *rule, *cure;
} checks[] = {
#define CHECK(constant, id, what, rule, cure) {id, what, rule, cure},
#include "smoke_checks.def"
#undef CHECK
};

static char *shortened(const char *text, size_t size) {
  char *line = size > SHOWN ? format("%.*s... (%zu bytes)", SHOWN, text, size)
                            : format("%.*s", (int)size, text);
  return printable(line);
}

static void say(FILE *out, const char *title, const char *text) {
  if (text) fprintf(out, "    %-5s %s\n", title, text);
}

static void verdict(struct smoke *smoke, enum check check, enum verdict verdict, const char *why,
                    const char *cure) {
  static const char *const words[] = {"ok", "not ok", "skipped"};
  bool wrong = verdict == VERDICT_NOT;
  if (smoke->reported[check]) return;
  smoke->reported[check] = true;
  smoke->counts[verdict]++;
  progress_clear();
  fprintf(smoke->out, "%s %zu - %s: %s", wrong ? "not ok" : "ok", ++smoke->number, checks[check].id,
          checks[check].what);
  if (verdict == VERDICT_SKIPPED) fprintf(smoke->out, " # SKIP %s", why);
  fputc('\n', smoke->out);
  if (verdict == VERDICT_OK && *why) say(smoke->out, "note", why);
  if (wrong) {
    say(smoke->out, "why", why);
    say(smoke->out, "sent", smoke->sent);
    say(smoke->out, "got", smoke->got);
    say(smoke->out, "rule", checks[check].rule);
    say(smoke->out, "cure", cure);
  }
  fflush(smoke->out);
  if (!smoke->json) return;
  json_t *line = json_pack("{s:o, s:s, s:s}", "client", json_text(smoke->client->name), "check",
                           checks[check].id, "status", words[verdict]);
  if (*why) json_put(line, "why", json_text(why));
  if (wrong) {
    if (smoke->sent) json_put(line, "sent", json_text(smoke->sent));
    if (smoke->got) json_put(line, "got", json_text(smoke->got));
    json_put(line, "rule", json_text(checks[check].rule));
    json_put(line, "cure", json_text(cure));
  }
  json_line(smoke->json, line);
}

#define SPELL(text, why)                               \
  va_list list;                                        \
  char *why;                                           \
  va_start(list, text);                                \
  if (vasprintf(&why, text, list) < 0) why = copy(""); \
  va_end(list);                                        \
  printable(why)

void smoke_ok(struct smoke *smoke, enum check check, const char *text, ...) {
  SPELL(text, why);
  verdict(smoke, check, VERDICT_OK, why, NULL);
  free(why);
}

void smoke_skip(struct smoke *smoke, enum check check, const char *text, ...) {
  SPELL(text, why);
  verdict(smoke, check, VERDICT_SKIPPED, why, NULL);
  free(why);
}

void smoke_not(struct smoke *smoke, enum check check, int code, const char *cure, const char *text,
               ...) {
  SPELL(text, why);
  smoke->code = exit_worse(smoke->code, code);
  verdict(smoke, check, VERDICT_NOT, why, cure ? cure : checks[check].cure);
  free(why);
}

void smoke_stop(struct smoke *smoke, const char *why) {
  if (!smoke->over) smoke->over = copy(why);
}

/* Whether what is waited for comes as soon as the input ends: then it was only not flushed. */
static bool unflushed(struct adapter *adapter) {
  struct pollfd fd = {.fd = adapter->process.out, .events = POLLIN};
  int64_t deadline = clock_ms() + 500;
  char byte;
  if (adapter->process.in < 0 || fd.fd < 0) return false;
  close(adapter->process.in);
  adapter->process.in = -1;
  while (process_wait(&fd, 1, deadline) <= 0)
    if (clock_ms() >= deadline) return false;
  return read(fd.fd, &byte, 1) == 1;
}

static const char *cure_of(struct smoke *smoke, const char *broken) {
  static const struct {
    const char *sign, *cure;
  } cures[] = {
      {"carriage return",
       "end lines with a line feed alone: open standard output in binary mode, "
       "or print \\n yourself"},
      {"more than one line",
       "print one line for each request, and let nothing else, the client "
       "included, write to standard output"},
      {"zero byte", "percent-encode what is not A-Za-z0-9-._~"},
      {"longer than", "answer with one short line; percent-encode values, and nothing else"},
      {"half a line", "end each reply with a line feed"},
      {"exited", "catch what the client raises, and answer: no WHY"},
      {"died", "find out what ended it: start it by hand"},
      {"closed its output", "keep standard output open, and answer in the same process"},
  };
  for (size_t i = 0; i < sizeof cures / sizeof *cures; i++)
    if (strstr(broken, cures[i].sign)) return cures[i].cure;
  if (!strstr(broken, "silence")) return NULL;
  if (unflushed(&smoke->adapter))
    return "flush standard output after each line: the answer came when the input ended";
  return "answer each request as soon as it is there, with one line: read the input line by line, "
         "not to its end, and give the client a shorter timeout; or give smoke a longer --timeout";
}

void smoke_broke(struct smoke *smoke, enum check check) {
  const char *broken = smoke->adapter.broken ? smoke->adapter.broken : "it did not answer";
  smoke_not(smoke, check, EXIT_BROKEN, cure_of(smoke, broken), "%s", broken);
  smoke_close(smoke);
  if (++smoke->breaks == BREAKS_MAX) smoke_stop(smoke, "it broke the protocol too often");
}

void smoke_strange(struct smoke *smoke, enum check check, const char *reply) {
  const char *cure = *reply ? NULL : "print the answer, not an empty line";
  smoke_not(smoke, check, EXIT_BROKEN, cure, "that is no answer to this request");
}

char *smoke_ask(struct smoke *smoke, const char *text, ...) {
  va_list list;
  char *line;
  va_start(list, text);
  int size = vasprintf(&line, text, list);
  va_end(list);
  if (size < 0) fail(EXIT_ENVIRONMENT, "out of memory");
  free(smoke->sent);
  free(smoke->got);
  smoke->got = NULL;
  smoke->sent = shortened(line, (size_t)size);
  line[size] = '\n'; /* where its NUL was */
  int64_t start = clock_ms();
  char *reply = adapter_ask(&smoke->adapter, line, (size_t)size + 1);
  int64_t took = clock_ms() - start;
  if (reply) smoke->got = shortened(reply, strlen(reply));
  if (reply && took > smoke->slowest && strncmp(line, "hello", 5)) {
    smoke->slowest = took;
    snprintf(smoke->slowest_verb, sizeof smoke->slowest_verb, "%.*s", (int)strcspn(line, " \n"),
             line);
  }
  free(line);
  return reply;
}

bool smoke_open(struct smoke *smoke, const char *hosts, char **why) {
  smoke_close(smoke);
  /* The first answer may wait for a virtual machine to start. */
  *why = adapter_start(&smoke->adapter, smoke->client, hosts, 3 * smoke->timeout);
  smoke->open = true;
  char *reply = *why ? NULL : smoke_ask(smoke, "hello polyring-adapter/1");
  smoke->adapter.timeout = smoke->timeout;
  if (reply && !smoke->hello_line) smoke->hello_line = copy(reply);
  return reply != NULL;
}

void smoke_close(struct smoke *smoke) {
  if (!smoke->open) return;
  /* The end is looked at by itself; here it only has to go. */
  if (!smoke->adapter.broken) smoke->adapter.broken = copy("over");
  adapter_stop(&smoke->adapter);
  free(smoke->adapter.broken);
  smoke->adapter = (struct adapter){0};
  smoke->open = false;
  free(smoke->list);
  smoke->list = NULL;
}

bool smoke_ready(struct smoke *smoke, const char *list) {
  char *why;
  if (smoke->over) return false;
  if (smoke->open && !smoke->adapter.broken && smoke->list && !strcmp(smoke->list, list))
    return true;
  if (!smoke_open(smoke, NULL, &why)) {
    if (why)
      smoke_not(smoke, CHECK_RESTART, EXIT_BROKEN, NULL, "%s", why);
    else
      smoke_broke(smoke, CHECK_RESTART);
    free(why);
    smoke_stop(smoke, "it does not start a second time");
    return false;
  }
  char *reply = smoke_ask(smoke, "servers %s", list);
  if (!reply || strcmp(reply, "ok")) {
    if (reply)
      smoke_not(smoke, CHECK_RESTART, EXIT_BROKEN, NULL, "the list was taken the first time");
    else
      smoke_broke(smoke, CHECK_RESTART);
    smoke_stop(smoke, "it does not take a list a second time");
    return false;
  }
  smoke->list = copy(list);
  smoke_ok(smoke, CHECK_RESTART, "%s", "");
  return true;
}

bool smoke_list(struct smoke *smoke, enum check check, const char *list) {
  char *reply, *why;
  free(smoke->list);
  smoke->list = NULL;
  reply = smoke_ask(smoke, "servers %s", list);
  if (!reply) {
    smoke_broke(smoke, check);
  } else if (!strcmp(reply, "ok")) {
    smoke->list = copy(list);
    return true;
  } else if ((why = reply_is(reply, "skip"))) {
    smoke_skip(smoke, check, "the adapter: %s", why);
  } else if ((why = reply_is(reply, "no"))) {
    smoke_not(
        smoke, check, EXIT_DIFFERS, "answer skip in place of no",
        "no says that the client refuses a key, or failed; a list that it cannot take is skip");
  } else {
    smoke_strange(smoke, check, reply);
  }
  return false;
}

bool smoke_can(const struct smoke *smoke, const char *verb) {
  return hello_can(&smoke->hello, verb);
}

static void end(struct smoke *smoke) {
  const char *why = smoke->over ? smoke->over : "the adapter does not do that";
  smoke_close(smoke);
  for (int check = 0; check < CHECKS; check++)
    if (!smoke->reported[check]) smoke_skip(smoke, (enum check)check, "%s", why);
  if (!smoke->counts[VERDICT_OK] && smoke->code == EXIT_AGREED) smoke->code = EXIT_NOTHING;
  fprintf(smoke->out, "# %s: %s: %zu ok, %zu not ok, %zu skipped\n", smoke->client->name,
          smoke->code == EXIT_AGREED    ? "usable"
          : smoke->code == EXIT_NOTHING ? "nothing could be checked"
                                        : "not usable yet",
          smoke->counts[VERDICT_OK], smoke->counts[VERDICT_NOT], smoke->counts[VERDICT_SKIPPED]);
  if (!smoke->json) return;
  json_t *line =
      json_pack("{s:o, s:i, s:i, s:i, s:i}", "client", json_text(smoke->client->name), "ok",
                (int)smoke->counts[VERDICT_OK], "not ok", (int)smoke->counts[VERDICT_NOT],
                "skipped", (int)smoke->counts[VERDICT_SKIPPED], "exit", smoke->code);
  if (smoke->hello.client) {
    json_put(line, "name", json_text(smoke->hello.client));
    json_put(line, "version", json_text(smoke->hello.version));
    json_put(line, "language", json_text(smoke->hello.language));
  }
  json_line(smoke->json, line);
}

int smoke_run(struct smoke *smoke) {
  void (*const parts[])(struct smoke *) = {smoke_protocol, smoke_keys, smoke_values, smoke_lists};
  fprintf(smoke->out, "# %s: %s\n", smoke->client->name, smoke->client->configuration);
  smoke_places(smoke);
  for (size_t i = 0; i < sizeof parts / sizeof *parts && !smoke->over; i++) parts[i](smoke);
  if (!smoke->over)
    smoke_ok(smoke, CHECK_TIME, "the slowest answer took %lld ms%s%s", (long long)smoke->slowest,
             *smoke->slowest_verb ? ", to " : "", smoke->slowest_verb);
  end(smoke);
  if (smoke->landing) fleet_stop(&smoke->fleet);
  places_done(&smoke->places);
  keys_done(&smoke->known);
  hello_done(&smoke->hello);
  free(smoke->hello_line);
  free(smoke->sent);
  free(smoke->got);
  free(smoke->over);
  return smoke->code;
}
