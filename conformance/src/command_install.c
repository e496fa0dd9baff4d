/* polyring-check install: the packages that clients come from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clients.h"
#include "commands.h"
#include "options.h"
#include "process.h"
#include "progress.h"

struct input {
  struct words names;
  const char *list;
  bool all, only_list;
};

enum state { UNIT_THERE, UNIT_MISSING, UNIT_INSTALLED, UNIT_SKIPPED };
static const char *const state_names[] = {"there", "missing", "installed", "SKIPPED"};

/* What is installed as one: a Debian package, or all clients of a package manager, as in @npm. */
struct unit {
  char *name;
  enum state state;
  char *why;
};

struct install {
  const struct input *input;
  struct clients clients;
  struct unit *units;
  size_t count, capacity;
  char *debian; /* a line each, of all packages that are installed; NULL where dpkg is not */
};

enum { OPTION_ALL = 600, OPTION_LIST, OPTION_CLIENTS };

static error_t parse(int key, char *value, struct argp_state *state) {
  struct input *input = state->input;
  switch (key) {
    case ARGP_KEY_ARG:
      words_add(&input->names, value);
      return 0;
    case OPTION_ALL:
      input->all = true;
      return 0;
    case OPTION_LIST:
      input->only_list = true;
      return 0;
    case OPTION_CLIENTS:
      input->list = value;
      return 0;
    case ARGP_KEY_END:
      if (input->all && input->names.count) argp_error(state, "--all takes no names");
      if (!input->names.count && !input->all && !input->only_list)
        argp_error(state, "a client is missing; --list shows all, --all installs them");
      return 0;
    default:
      return ARGP_ERR_UNKNOWN;
  }
}

/* The client of a configuration: its name up to the slash. */
static int client_length(const struct client *client) { return (int)strcspn(client->name, "/"); }

static bool named(const struct client *client, const char *name) {
  int length = client_length(client);
  size_t given = strlen(name);
  if (given > 1 && name[given - 1] == '/') given--;
  return !strcmp(client->name, name) ||
         (given == (size_t)length && !strncmp(client->name, name, given));
}

static bool chosen(const struct install *install, const struct client *client) {
  const struct words *names = &install->input->names;
  for (size_t i = 0; i < names->count; i++)
    if (named(client, names->items[i])) return true;
  return !names->count;
}

static _Noreturn void fail_unknown(const struct clients *clients, const char *name) {
  char *all;
  size_t size;
  FILE *file = open_memstream(&all, &size);
  for (size_t i = 0; i < clients->count; i++) {
    const struct client *client = &clients->items[i];
    bool first = true;
    char *prefix = format("%.*s", client_length(client), client->name);
    for (size_t k = 0; k < i; k++) first &= !named(&clients->items[k], prefix);
    if (first) fprintf(file, " %s", prefix);
    free(prefix);
  }
  fclose(file);
  fail(EXIT_USAGE, "%s has no client %s; it has:%s", clients->path, name, all);
}

/* Names of packages that are installed and of what they provide, each on a line of its own. */
static char *debian_installed(void) {
  char *line = NULL, *all, *word;
  size_t capacity = 0, size;
  if (!program_found("dpkg-query")) return NULL;
  FILE *pipe = popen("dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n'", "re");
  if (!pipe) return NULL;
  FILE *file = open_memstream(&all, &size);
  fputc('\n', file);
  while (getline(&line, &capacity, pipe) > 0) {
    char *rest = line;
    if (strcmp(strsep(&rest, " "), "installed")) continue;
    while ((word = strsep(&rest, ",\n"))) {
      word += *word == ' ';
      fprintf(file, "%.*s\n", (int)strcspn(word, " "), word);
    }
  }
  pclose(pipe);
  fclose(file);
  free(line);
  return all;
}

static bool debian_has(const struct install *install, const char *name) {
  char *line = format("\n%s\n", name);
  bool found = install->debian && strstr(install->debian, line);
  free(line);
  return found;
}

static char *stamp_path(const struct install *install, const char *manager) {
  return format("%s/clients/%s/stamp", install->clients.folders.build, manager);
}

static struct unit *unit_find(const struct install *install, const char *name) {
  for (size_t i = 0; i < install->count; i++)
    if (!strcmp(install->units[i].name, name)) return &install->units[i];
  return NULL;
}

static void unit_skip(struct unit *unit, char *why) {
  unit->state = UNIT_SKIPPED;
  free(unit->why);
  unit->why = why;
}

static void unit_add(struct install *install, const char *name) {
  struct unit unit = {copy(name), UNIT_MISSING, NULL};
  if (unit_find(install, name)) {
    free(unit.name);
    return;
  }
  if (*name == '@') {
    char *stamp = stamp_path(install, name + 1);
    bool built = !strcmp(name, "@built");
    if (built ? getenv("POLYRING_BUILT") != NULL : access(stamp, F_OK) == 0)
      unit.state = UNIT_THERE;
    if (built && unit.state == UNIT_MISSING)
      unit_skip(&unit, copy("built from source by hand, and POLYRING_BUILT does not say where"));
    free(stamp);
  } else if (debian_has(install, name)) {
    unit.state = UNIT_THERE;
  }
  ROOM(install->units, install->count, install->capacity);
  install->units[install->count++] = unit;
}

static char *script_path(const struct install *install, const char *manager) {
  return format("%s/%s.sh", install->clients.folders.packages, manager);
}

/* What the script says that it needs: PACKAGE, or COMMAND:PACKAGE where any such command will do.
 */
static struct words script_needs(const struct install *install, const char *manager) {
  static const char mark[] = "\n# needs: ";
  struct words needs = {0};
  char *path = script_path(install, manager);
  size_t size;
  char *text = file_read(path, &size), *line = text ? strstr(text, mark) : NULL;
  free(path);
  if (line) {
    line += sizeof mark - 1;
    line[strcspn(line, "\n")] = 0;
    struct words all = words_split(line);
    for (size_t i = 0; i < all.count; i++) {
      char *rest = all.items[i], *command = strsep(&rest, ":");
      if (!rest || !program_found(command)) words_add(&needs, copy(rest ? rest : command));
    }
    free(all.items);
  }
  free(text);
  return needs;
}

static void units_gather(struct install *install) {
  for (size_t i = 0; i < install->clients.count; i++) {
    const struct client *client = &install->clients.items[i];
    char *words = copy(client->packages), *rest = words, *word;
    while (chosen(install, client) && (word = strsep(&rest, ",")))
      if (strcmp(word, "-")) unit_add(install, word);
    free(words);
  }
  for (size_t i = 0, count = install->count; i < count; i++) {
    if (install->units[i].name[0] != '@' || install->units[i].state != UNIT_MISSING) continue;
    struct words needs = script_needs(install, install->units[i].name + 1);
    for (size_t n = 0; n < needs.count; n++) unit_add(install, needs.items[n]);
    command_done(&needs);
  }
}

/* Runs a program to its end. NULL, or how it failed, to be freed. */
static char *run_program(char *const *argv, const char *what) {
  struct process process;
  struct process_options options = {0};
  char *why = process_start(&process, argv, &options);
  while (!why && !process_exited(&process)) {
    struct pollfd err = {.fd = process.err, .events = POLLIN};
    progress("installing %s", what);
    if (process_wait(&err, 1, clock_ms() + 500) > 0) process_notes(&process);
  }
  progress_clear();
  if (!why && (process.killed || process.status)) why = process_end(&process);
  process_stop(&process);
  return why;
}

static char *apt(const struct words *packages, const char *verb) {
  static const char *const fixed[] = {
      "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get",           "-qq",
      "-o",  "DPkg::Lock::Timeout=300",        "-o",         "Acquire::Retries=3"};
  struct words words = {0};
  if (geteuid() != 0) {
    words_add(&words, copy("sudo"));
    words_add(&words, copy("-n"));
  }
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) words_add(&words, copy(fixed[i]));
  words_add(&words, copy(verb));
  if (!strcmp(verb, "install")) {
    words_add(&words, copy("-y"));
    words_add(&words, copy("--no-install-recommends"));
  }
  for (size_t i = 0; packages && i < packages->count; i++)
    words_add(&words, copy(packages->items[i]));
  words_add(&words, NULL);
  words.count--;
  char *why = run_program(words.items, packages ? packages->items[0] : "lists of packages");
  command_done(&words);
  return why;
}

/* All at once; and one by one if that fails, so that one does not take the others with it. */
static void install_debian(struct install *install) {
  struct words missing = {0};
  const char *obstacle = NULL;
  for (size_t i = 0; i < install->count; i++)
    if (install->units[i].name[0] != '@' && install->units[i].state == UNIT_MISSING)
      words_add(&missing, install->units[i].name);
  if (!install->debian || !program_found("apt-get")) obstacle = "no apt-get here for that package";
  if (geteuid() != 0 && !program_found("sudo")) obstacle = "neither root nor sudo to install it";
  /* A password is asked for here: what runs later has no terminal. */
  if (missing.count && !obstacle && geteuid() != 0 && isatty(STDIN_FILENO) &&
      system("sudo -v") != 0)
    obstacle = "sudo refused";
  char *why = obstacle ? copy(obstacle) : NULL;
  if (missing.count && !why) {
    fprintf(stderr, TOOL ": installing %zu Debian packages\n", missing.count);
    free(apt(NULL, "update")); /* going on with the sources that could be read */
    why = apt(&missing, "install");
  }
  for (size_t i = 0; i < missing.count; i++) {
    struct words one = {&missing.items[i], 1, 1};
    char *alone = !why ? NULL : obstacle || missing.count == 1 ? copy(why) : apt(&one, "install");
    struct unit *unit = unit_find(install, missing.items[i]);
    unit->state = UNIT_INSTALLED;
    if (alone) unit_skip(unit, alone);
  }
  free(why);
  free(missing.items);
}

static struct timespec changed(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 ? about.st_mtim : (struct timespec){0, 0};
}

static void install_manager(struct install *install, struct unit *unit) {
  const char *manager = unit->name + 1;
  char *script = script_path(install, manager), *stamp = stamp_path(install, manager);
  char *target = format("%s/clients/%s", install->clients.folders.build, manager);
  char *argv[] = {"bash", script, target, NULL};
  struct words needs = {0};
  struct timespec before = changed(stamp);
  if (unit->state == UNIT_MISSING) needs = script_needs(install, manager);
  for (size_t i = 0; i < needs.count; i++) {
    struct unit *need = unit_find(install, needs.items[i]);
    if (need && need->state == UNIT_SKIPPED)
      unit_skip(unit, format("it needs %s: %s", need->name, need->why));
  }
  if (unit->state == UNIT_MISSING) fprintf(stderr, TOOL ": fetching clients: %s\n", manager);
  char *why = unit->state == UNIT_SKIPPED ? NULL : run_program(argv, unit->name);
  struct timespec after = changed(stamp);
  bool same = before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec;
  if (why)
    unit_skip(unit, why);
  else if (unit->state != UNIT_SKIPPED)
    unit->state = same ? UNIT_THERE : UNIT_INSTALLED;
  command_done(&needs);
  free(script);
  free(stamp);
  free(target);
}

static void install_all(struct install *install) {
  install_debian(install);
  for (size_t i = 0; i < install->count; i++) {
    struct unit *unit = &install->units[i];
    if (unit->name[0] == '@' && strcmp(unit->name, "@built")) install_manager(install, unit);
  }
}

/* The worst that became of its packages, and of which one. */
static enum state state_of(const struct install *install, const struct client *client,
                           const struct unit **worst) {
  enum state state = UNIT_THERE;
  char *words = copy(client->packages), *rest = words, *word;
  *worst = NULL;
  while ((word = strsep(&rest, ","))) {
    const struct unit *unit = unit_find(install, word);
    bool worse =
        unit && (unit->state == UNIT_SKIPPED || (unit->state > state && state != UNIT_SKIPPED));
    if (!worse) continue;
    state = unit->state;
    *worst = unit;
  }
  free(words);
  return state;
}

/* Compiled by CMake where it finds the library that may have been installed just now. */
static bool not_compiled(const struct client *client) {
  const char *program = client->command.items[0];
  return strchr(program, '/') && access(program, X_OK) != 0;
}

static int print_client(const struct install *install, const struct client *client) {
  const struct unit *worst;
  enum state state = state_of(install, client, &worst);
  bool by_hand = worst && !strcmp(worst->name, "@built");
  char *why = worst && worst->why ? format("%s: %s", worst->name, worst->why) : NULL;
  if (!why && (state == UNIT_THERE || state == UNIT_INSTALLED) && not_compiled(client)) {
    state = install->input->only_list ? UNIT_MISSING : UNIT_SKIPPED;
    why = format("its adapter is still to be compiled: %s", client->command.items[0]);
  }
  printf("%-9s  %-40s  %s%s%s\n", state_names[state], client->name, client->packages,
         why ? "  " : "", why ? why : "");
  free(why);
  bool named_by_user = install->input->names.count > 0;
  return state == UNIT_SKIPPED && (named_by_user || !by_hand) ? EXIT_ENVIRONMENT : EXIT_AGREED;
}

static void install_done(struct install *install) {
  for (size_t i = 0; i < install->count; i++) {
    free(install->units[i].name);
    free(install->units[i].why);
  }
  free(install->units);
  free(install->debian);
  free(install->input->names.items);
  clients_done(&install->clients);
}

int install_main(int argc, char **argv) {
  static const struct argp_option table[] = {
      {"all", OPTION_ALL, NULL, 0, "All clients, but those that are built by hand", 0},
      {"list", OPTION_LIST, NULL, 0, "Only show which are there", 0},
      {"clients", OPTION_CLIENTS, "FILE", 0, "The list of clients (standard: this program's)", 0},
      {0}};
  static const struct argp argp = {
      table,
      parse,
      "[CLIENT...]",
      "Installs the packages that the adapters of clients need: Debian's by apt-get, those of "
      "other "
      "package managers into the build folder. CLIENT is a name of clients.list, all of it or up "
      "to "
      "the slash. What cannot be had is SKIPPED by name, and the exit status is 4.",
      NULL,
      NULL,
      NULL};
  struct input input = {0};
  options_parse(&argp, argc, argv, &input);
  struct install install = {.input = &input};
  clients_read(&install.clients, input.list);
  for (size_t n = 0; n < input.names.count; n++) {
    bool found = false;
    for (size_t i = 0; i < install.clients.count; i++)
      found |= named(&install.clients.items[i], input.names.items[n]);
    if (!found) fail_unknown(&install.clients, input.names.items[n]);
  }
  install.debian = debian_installed();
  units_gather(&install);
  if (!input.only_list) install_all(&install);
  int code = EXIT_AGREED;
  for (size_t i = 0; i < install.clients.count; i++)
    if (chosen(&install, &install.clients.items[i]))
      code = exit_worse(code, print_client(&install, &install.clients.items[i]));
  install_done(&install);
  return input.only_list ? EXIT_AGREED : code;
}
