/* polyring-check selftest: adapters with a fault each must be caught, each in its own way. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "group.h"
#include "options.h"
#include "progress.h"

#define STANDARD_VECTOR "libmemcached/ketama-weighted/4-equal.json"
#define BROKEN_TIMEOUT 2000 /* those that hang are waited for, by intent */

struct input {
  struct client_options clients;
  const char *vector, *controls;
};

struct control {
  char *name, *expected; /* STATUS, STATUS:some, STATUS:only=Flag+Flag, STATUS:digest */
  enum mode mode;
  enum status status;
  int exit;
  struct client client;
  const struct vector *vector;
  struct vector own; /* the one behind the @, or empty */
};

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case ARGP_KEY_INIT:
      state->child_inputs[0] = &input->clients;
      return 0;
    case 'v':
      input->vector = value;
      return 0;
    case 'c':
      input->controls = value;
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

static bool has_flag(const struct vector_case *one, const char *names) {
  for (const char *name = names; name; name = strchr(name, '+') ? strchr(name, '+') + 1 : NULL) {
    size_t length = strcspn(name, "+");
    for (size_t i = 0; i < json_array_size(one->flags); i++) {
      const char *flag = json_string_value(json_array_get(one->flags, i));
      if (flag && strlen(flag) == length && !strncmp(flag, name, length)) return true;
    }
  }
  return false;
}

/* NULL, or what is not as expected, to be freed. */
static char *check_keys(const struct control *control, const struct group *group) {
  const char *how = strchr(control->expected, ':');
  bool digest = how && !strcmp(how, ":digest");
  size_t with = 0;
  for (size_t i = 0; i < group->count - digest; i++) {
    enum status status = group->results[i].status;
    const struct vector_case *of = group->results[i].of;
    if (of && of->refused && status == SAME) continue; /* rightly refused, fault or not */
    bool may = !how || !strncmp(how, ":some", 5), must = !how;
    if (how && !strncmp(how, ":only=", 6)) may = must = of && has_flag(of, how + 6);
    if (status == control->status && control->status != SAME) with++;
    if (status == (must ? control->status : SAME)) continue;
    if (may && status == control->status) continue;
    return format("%s: %s%s%s", group->results[i].key, status_name(status, true),
                  group->results[i].why ? ": " : "",
                  group->results[i].why ? group->results[i].why : "");
  }
  if (digest && group->results[group->count - 1].status != control->status)
    return format("the digest is %s", status_name(group->results[group->count - 1].status, true));
  if (!digest && control->status != SAME && !with)
    return format("no key is %s", status_name(control->status, true));
  return NULL;
}

/* Runs one control; false if it was not caught as it should be. */
static bool run_control(const struct control *control, const struct observer *standard) {
  struct observer observer = *standard;
  observer.mode = control->mode;
  if (control->status == BROKEN && observer.timeout > BROKEN_TIMEOUT)
    observer.timeout = BROKEN_TIMEOUT;
  bool digest = strstr(control->expected, ":digest") != NULL;
  struct group_extras extras = {.digest = digest};
  struct group group;
  group_run(&observer, &control->client, control->vector, &extras, &group);
  int code = group.missing ? EXIT_ENVIRONMENT : group_exit(&group);
  char *why = check_keys(control, &group);
  if (!why && code != control->exit) why = format("exit %d", code);
  progress_clear();
  printf("%s %-16s %-7s wants %s and exit %d%s%s\n", why ? "not ok" : "ok", control->name,
         mode_name(control->mode), control->expected, control->exit, why ? "; got " : "",
         why ? why : "");
  fflush(stdout);
  bool caught = !why;
  free(why);
  group_done(&group);
  return caught;
}

/* MODE or MODE@VECTOR, in place. False if there is no such mode. */
static bool mode_and_vector(char *word, const struct folders *folders, struct control *control) {
  char *at = strchr(word, '@');
  if (at) {
    char *path = format("%s/%s.json", folders->vectors, at + 1);
    if (!vector_read(path, &control->own)) fail(EXIT_USAGE, "%s: is no placement vector", path);
    control->vector = &control->own;
    *at = 0;
    free(path);
  }
  return mode_read(word, &control->mode);
}

static void control_read(const char *place, const struct words *words,
                         const struct folders *folders, const struct vector *vector,
                         struct control *control) {
  uint64_t code = 0;
  *control = (struct control){.vector = vector};
  if (words->count < 5 || !mode_and_vector(words->items[1], folders, control) ||
      !number_read(words->items[3], 5, &code))
    fail(EXIT_USAGE, "%s: a line is NAME MODE[@VECTOR] EXPECTED EXIT COMMAND", place);
  vector = control->vector;
  control->name = words->items[0];
  control->expected = words->items[2];
  control->exit = (int)code;
  size_t length = strcspn(control->expected, ":");
  int status = 0;
  while (status < STATUSES &&
         (strlen(status_name((enum status)status, true)) != length ||
          strncmp(control->expected, status_name((enum status)status, true), length)))
    status++;
  const char *how = control->expected + length;
  if (status == STATUSES ||
      (*how && strcmp(how, ":some") && strcmp(how, ":digest") && strncmp(how, ":only=", 6)))
    fail(EXIT_USAGE, "%s: %s is no expectation", place, control->expected);
  if (!strcmp(how, ":digest") && !vector->digest)
    fail(EXIT_USAGE, "%s: %s has no digest", place, vector->path);
  control->status = (enum status)status;
  struct words command = {words->items + 4, words->count - 4, 0};
  control->client = (struct client){.name = control->name,
                                    .profile = vector->profile,
                                    .command = command_fill(&command, folders),
                                    .adapters = folders->adapters};
}

/* Runs the controls of a list; returns how many were not caught. */
static size_t run_controls(const char *path, const struct folders *folders,
                           const struct vector *vector, const struct observer *observer) {
  size_t size, number = 0, count = 0, escaped = 0;
  char *text = file_read(path, &size), *rest = text, *line;
  if (!text) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  while ((line = strsep(&rest, "\n"))) {
    char *place = format("%s:%zu", path, ++number);
    line[strcspn(line, "#")] = 0;
    struct words words = words_split(line);
    if (words.count) {
      struct control control;
      control_read(place, &words, folders, vector, &control);
      if (!run_control(&control, observer)) escaped++;
      count++;
      command_done(&control.client.command);
      if (control.vector == &control.own) vector_done(&control.own);
    }
    free(words.items);
    free(place);
  }
  if (!count) fail(EXIT_USAGE, "%s: there are no controls", path);
  printf("%zu controls, %zu of them not caught as they should be\n", count, escaped);
  free(text);
  return escaped;
}

int selftest_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"vector", 'v', "FILE", 0, "The vector to run them against", 0},
      {"controls", 'c', "FILE", 0, "The list of controls (standard: the one of this program)", 0},
      {0}};
  static const struct argp_child children[] = {{&client_argp, 0, NULL, 0}, {0}};
  static const struct argp argp = {
      table,
      parse,
      "",
      "Runs adapters with one fault each and fails unless each is reported exactly as its line in "
      "the list of controls says. The honest one among them must pass.",
      children,
      NULL,
      NULL};
  struct input input = {.clients = CLIENT_OPTIONS_STANDARD};
  struct folders folders;
  struct vector vector;
  options_parse(&argp, argc, argv, &input);
  folders_find(&folders);
  char *path =
      input.vector ? copy(input.vector) : format("%s/%s", folders.vectors, STANDARD_VECTOR);
  char *controls =
      input.controls ? copy(input.controls) : format("%s/controls.list", folders.controls);
  if (!vector_read(path, &vector)) fail(EXIT_USAGE, "%s: is no placement vector", path);
  size_t escaped = run_controls(controls, &folders, &vector, &input.clients.observer);
  free(path);
  free(controls);
  vector_done(&vector);
  folders_done(&folders);
  return escaped ? EXIT_DIFFERS : EXIT_AGREED;
}
