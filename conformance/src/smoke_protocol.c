/* The conversation itself: the start, hello, what is unknown, the end. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "smoke.h"

#define GRACE_MS 300 /* for processes that are just ending */

static void start_failed(struct smoke *smoke, const char *why) {
  const char *program = smoke->client->command.items[0], *cure = NULL;
  bool there = strchr(program, '/') && access(program, F_OK) == 0;
  if (smoke->client->lacks)
    cure = "install what its line of the list names";
  else if (strstr(why, strerror(EACCES)))
    cure = "make the file executable (chmod +x), or put its interpreter before it: sh FILE";
  else if (there)
    cure = "the file is there, but the interpreter that its first line names is not: install it";
  else if (strstr(why, strerror(ENOENT)))
    cure = "install the program, or give its path; paths count from this folder";
  smoke_not(smoke, CHECK_START, EXIT_ENVIRONMENT, cure, "%s", why);
  smoke_stop(smoke, "it does not start");
}

/* Why a line is no hello, to be freed, or NULL. */
static char *hello_fault(const char *line) {
  static const char *const names[] = {"hello", "CLIENT", "VERSION", "LANGUAGE", "VERBS"};
  size_t word = 0;
  if (strncmp(line, "hello", 5)) return copy("it does not start with hello");
  for (const char *at = line;; word++) {
    size_t length = strcspn(at, " ");
    const char *name = word < 5 ? names[word] : "a word after VERBS";
    if (length == 0) return format("%s is empty", name);
    if (word >= 5 && !memchr(at, '=', length))
      return format("%.*s is no key=value", (int)length, at);
    if (!at[length]) break;
    at += length + 1;
  }
  return word < 4 ? format("%s is missing", names[word + 1]) : NULL;
}

static bool hello_check(struct smoke *smoke) {
  char *why, *fault;
  bool answered = smoke_open(smoke, NULL, &why);
  if (why) {
    start_failed(smoke, why);
    free(why);
    return false;
  }
  smoke_ok(smoke, CHECK_START, "%s", "");
  if (!answered) {
    const char *missing = strstr(smoke->adapter.broken, "No such file");
    if (missing)
      smoke_not(smoke, CHECK_HELLO, EXIT_BROKEN,
                "give the path of the adapter as seen from this folder", "%s",
                smoke->adapter.broken);
    smoke_broke(smoke, CHECK_HELLO);
  } else if ((why = reply_is(smoke->hello_line, "skip"))) {
    smoke->code = EXIT_NOTHING;
    smoke_skip(smoke, CHECK_HELLO, "the adapter: %s", why);
    smoke_stop(smoke, "the adapter says that it cannot be used here");
    return false;
  } else if ((fault = hello_fault(smoke->hello_line))) {
    smoke_not(smoke, CHECK_HELLO, EXIT_BROKEN, NULL, "%s", fault);
    free(fault);
  } else if (hello_read(&smoke->adapter, smoke->hello_line, &smoke->hello)) {
    smoke_ok(smoke, CHECK_HELLO, "%s %s in %s, which does: %s", smoke->hello.client,
             smoke->hello.version, smoke->hello.language, smoke->hello.verbs);
    return true;
  }
  smoke_stop(smoke, "hello was not answered");
  return false;
}

static void verbs_check(struct smoke *smoke) {
  static const char known[] = ",servers,set,get,locate,hash,many,store,fetch,";
  char *verbs = copy(smoke->hello.verbs), *rest = verbs, *verb;
  const char *strange = NULL;
  while ((verb = strsep(&rest, ","))) {
    char *between = format(",%s,", verb);
    if (!*verb || !strstr(known, between)) strange = *verb ? verb : "an empty word";
    free(between);
  }
  bool places = smoke_can(smoke, "set") || smoke_can(smoke, "locate");
  if (strange)
    smoke_not(smoke, CHECK_VERBS, EXIT_DIFFERS, NULL, "there is no verb %s", strange);
  else if (!smoke_can(smoke, "servers") || !places)
    smoke_not(smoke, CHECK_VERBS, EXIT_DIFFERS,
              "name servers, and set or locate: without them nothing can be checked",
              "%s is missing", places ? "servers" : "set or locate");
  else
    smoke_ok(smoke, CHECK_VERBS, "%s", "");
  if (!places) smoke_stop(smoke, "hello names neither set nor locate");
  free(verbs);
}

/* Starts the adapter again after a fault that the rest does not depend on. */
static bool up(struct smoke *smoke) {
  char *why = NULL;
  if (smoke->open && !smoke->adapter.broken) return true;
  if (smoke_open(smoke, NULL, &why)) return true;
  smoke_not(smoke, CHECK_RESTART, EXIT_BROKEN, NULL, "%s", why ? why : smoke->adapter.broken);
  smoke_stop(smoke, "it does not start a second time");
  free(why);
  return false;
}

static void odd_requests(struct smoke *smoke) {
  char *reply = smoke_ask(smoke, "smoke-no-such-verb a%%20b");
  if (!reply)
    smoke_broke(smoke, CHECK_UNKNOWN);
  else if (!reply_is(reply, "skip"))
    smoke_not(smoke, CHECK_UNKNOWN, EXIT_DIFFERS, NULL, "%s", "this is no skip");
  else
    smoke_ok(smoke, CHECK_UNKNOWN, "%s", "");
  if (!up(smoke)) return;
  reply = smoke_ask(smoke, "hello polyring-adapter/1");
  if (!reply)
    smoke_broke(smoke, CHECK_AGAIN);
  else if (strcmp(reply, smoke->hello_line))
    smoke_not(smoke, CHECK_AGAIN, EXIT_DIFFERS, NULL, "the first answer was: %.100s",
              smoke->hello_line);
  else
    smoke_ok(smoke, CHECK_AGAIN, "%s", "");
}

static void servers_check(struct smoke *smoke) {
  for (size_t count = 1; count <= 3; count++) {
    char *list = smoke_words(smoke, 0, count);
    bool taken = smoke_list(smoke, CHECK_SERVERS, list);
    free(list);
    if (taken) continue;
    smoke_stop(smoke, "without servers there is nothing to check");
    if (smoke->code == EXIT_AGREED) smoke->code = EXIT_NOTHING;
    return;
  }
  smoke_ok(smoke, CHECK_SERVERS, "%s", "");
}

/* A process other than the adapter that is its child, or came to us when it was orphaned: its name,
 * to be freed, or NULL. Our servers are not among them: they have not been started yet. */
static char *child_left(pid_t adapter) {
  DIR *proc = opendir("/proc");
  struct dirent *entry;
  char *name = NULL;
  while (proc && !name && (entry = readdir(proc))) {
    char path[300], line[400], state = 'Z';
    int parent = 0, group = 0, pid = atoi(entry->d_name);
    snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
    FILE *file = pid > 0 && pid != adapter ? fopen(path, "re") : NULL;
    if (!file) continue;
    char *behind = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    fclose(file);
    if (!behind || sscanf(behind, ") %c %d %d", &state, &parent, &group) != 3) continue;
    *behind = 0;
    if (state != 'Z' && (parent == getpid() || parent == adapter || group == adapter))
      name = format("%s (process %d)", strchr(line, '(') + 1, pid);
  }
  if (proc) closedir(proc);
  return name;
}

static void children_check(struct smoke *smoke) {
  int64_t deadline = clock_ms() + GRACE_MS;
  char *left;
  while ((left = child_left(smoke->adapter.process.pid)) && clock_ms() < deadline) {
    free(left);
    process_wait(NULL, 0, clock_ms() + 10);
  }
  if (left)
    smoke_not(smoke, CHECK_CHILDREN, EXIT_DIFFERS, NULL, "still there: %s", left);
  else
    smoke_ok(smoke, CHECK_CHILDREN, "%s", "");
  free(left);
}

/* Ends the adapter by bye or, without a line, by the end of its input; what it says meanwhile goes
 * into said. */
static bool ends(struct smoke *smoke, const char *line, char *said, size_t size) {
  struct process *process = &smoke->adapter.process;
  int64_t deadline = clock_ms() + smoke->timeout;
  size_t filled = 0;
  free(smoke->sent);
  free(smoke->got);
  smoke->got = NULL;
  smoke->sent = copy(line ? "bye" : "the end of the input");
  if (line && write(process->in, line, strlen(line)) < 0) filled = 0; /* its end will be read */
  close(process->in);
  process->in = -1;
  while (clock_ms() < deadline) {
    struct pollfd fd = {.fd = process->out, .events = POLLIN};
    bool gone = process_exited(process);
    ssize_t got = read(process->out, said + filled, size - 1 - filled);
    if (got > 0) filled += (size_t)got;
    process_notes(process);
    if (gone && got <= 0) break;
    if (filled == size - 1) break;
    process_wait(got == 0 ? NULL : &fd, got == 0 ? 0 : 1, clock_ms() + 10);
  }
  said[filled] = 0;
  printable(said);
  return process_exited(process);
}

static void bye_check(struct smoke *smoke) {
  char said[200];
  bool ended = ends(smoke, "bye\n", said, sizeof said);
  struct process *process = &smoke->adapter.process;
  char *how = process_end(process);
  if (!ended)
    smoke_not(smoke, CHECK_BYE, EXIT_BROKEN, NULL, "it is still there after %g s",
              (double)smoke->timeout / 1000);
  else if (process->killed || process->status)
    smoke_not(smoke, CHECK_BYE, EXIT_DIFFERS, NULL, "it %s", how);
  else
    smoke_ok(smoke, CHECK_BYE, "%s", "");
  if (*said) {
    smoke->got = copy(said);
    smoke_not(smoke, CHECK_QUIET, EXIT_BROKEN, NULL, "a line that no request asked for");
  } else {
    smoke_ok(smoke, CHECK_QUIET, "%s", "");
  }
  free(how);
  if (ended)
    children_check(smoke);
  else
    smoke_skip(smoke, CHECK_CHILDREN, "it has not ended");
  smoke_close(smoke);
}

void smoke_end_of_input(struct smoke *smoke) {
  char said[200];
  if (ends(smoke, NULL, said, sizeof said))
    smoke_ok(smoke, CHECK_END, "%s", "");
  else
    smoke_not(smoke, CHECK_END, EXIT_DIFFERS, NULL, "it is still there after %g s",
              (double)smoke->timeout / 1000);
  smoke_close(smoke);
}

void smoke_protocol(struct smoke *smoke) {
  if (!hello_check(smoke)) return;
  verbs_check(smoke);
  if (smoke->over) return;
  odd_requests(smoke);
  if (smoke->over || !up(smoke)) return;
  servers_check(smoke);
  if (!smoke->over) bye_check(smoke);
}
