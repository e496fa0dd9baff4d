#include "clients.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sha256.h"

/* The source folder of a CMake build tree, or NULL. */
static char *source_of(const char *build) {
  static const char variable[] = "CMAKE_HOME_DIRECTORY:INTERNAL=";
  char *path = format("%s/CMakeCache.txt", build), *source = NULL;
  size_t size;
  char *cache = file_read(path, &size);
  char *line = cache ? strstr(cache, variable) : NULL;
  if (line) {
    line += sizeof variable - 1;
    source = format("%.*s", (int)strcspn(line, "\n"), line);
  }
  free(cache);
  free(path);
  return source;
}

void folders_find(struct folders *folders) {
  char program[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length < 0) fail(EXIT_ENVIRONMENT, "cannot tell where this program lies");
  program[length] = 0;
  char *above = dirname(dirname(program));
  folders->source = source_of(above);
  bool built = folders->source != NULL;
  folders->build = built ? copy(above) : format("%s/share/polyring", above);
  if (!built) folders->source = copy(folders->build);
  const char *form = built ? "%s/conformance/%s" : "%s/%s";
  folders->adapters = format(form, folders->source, "adapters");
  folders->controls = format(form, folders->source, "controls");
  folders->packages = format(form, folders->source, "packages");
  folders->clients = format(form, folders->source, "clients.list");
  folders->vectors = format("%s/vectors/placement", folders->source);
}

void folders_done(struct folders *folders) {
  free(folders->adapters);
  free(folders->build);
  free(folders->source);
  free(folders->controls);
  free(folders->packages);
  free(folders->clients);
  free(folders->vectors);
}

struct words command_fill(const struct words *words, const struct folders *folders) {
  const struct {
    const char *name, *folder;
  } all[] = {{"{adapters}", folders->adapters},
             {"{build}", folders->build},
             {"{source}", folders->source},
             {"{controls}", folders->controls}};
  struct words command = {0};
  for (size_t i = 0; i < words->count; i++) {
    char *word = copy(words->items[i]);
    for (size_t f = 0; f < sizeof all / sizeof *all; f++) {
      for (char *found = word; (found = strstr(found, all[f].name));) {
        int before = (int)(found - word);
        char *filled = format("%.*s%s%s", before, word, all[f].folder, found + strlen(all[f].name));
        free(word);
        word = filled;
        found = word + before + strlen(all[f].folder);
      }
    }
    words_add(&command, word);
  }
  return command;
}

void command_done(struct words *command) {
  for (size_t i = 0; i < command->count; i++) free(command->items[i]);
  free(command->items);
  *command = (struct words){0};
}

/* The program that runs an adapter, behind "env" and its settings. */
static const char *interpreter(const struct words *command) {
  size_t i = 0;
  if (!strcmp(command->items[0], "env"))
    while (++i < command->count && strchr(command->items[i], '=')) continue;
  return i < command->count ? command->items[i] : command->items[0];
}

bool program_found(const char *name) {
  const char *all = getenv("PATH");
  if (strchr(name, '/')) return access(name, X_OK) == 0;
  char *paths = copy(all ? all : "/usr/bin:/bin"), *rest = paths, *folder;
  bool found = false;
  while (!found && (folder = strsep(&rest, ":"))) {
    char *path = format("%s/%s", *folder ? folder : ".", name);
    found = access(path, X_OK) == 0;
    free(path);
  }
  free(paths);
  return found;
}

/* What a client of another package manager, as in @npm, leaves to be wished for. */
static char *lacks_package(const char *packages, const struct folders *folders) {
  const char *at = strchr(packages, '@');
  if (!at) return NULL;
  int size = (int)strcspn(++at, ",");
  if (!strncmp(at, "built", 5))
    return getenv("POLYRING_BUILT")
               ? NULL
               : copy("it is built from source by hand, and POLYRING_BUILT does not say where");
  char *sign = format("%s/clients/%.*s/stamp", folders->build, size, at);
  bool found = access(sign, F_OK) == 0;
  free(sign);
  if (found) return NULL;
  return format("packages/%.*s.sh has not installed it; polyring-check install does", size, at);
}

static char *lacks(const char *packages, const struct words *command,
                   const struct folders *folders) {
  char *why = lacks_package(packages, folders);
  /* Only of env's: a program that cannot be started says so itself, and may lie with adapters. */
  const char *program = interpreter(command);
  if (!why && program != command->items[0] && !program_found(program))
    why = format("%s: not found", program);
  return why;
}

static char *joined(const struct words *words) {
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  for (size_t i = 0; i < words->count; i++) fprintf(file, "%s%s", i ? " " : "", words->items[i]);
  fclose(file);
  return text;
}

static void client_read(struct clients *clients, char *line, size_t number) {
  line[strcspn(line, "#")] = 0;
  struct words words = words_split(line);
  if (words.count > 0 && words.count < 4)
    fail(EXIT_USAGE, "%s:%zu: a line is NAME PROFILE PACKAGES COMMAND", clients->path, number);
  for (size_t i = 0; words.count && i < clients->count; i++)
    if (!strcmp(clients->items[i].name, words.items[0]))
      fail(EXIT_USAGE, "%s:%zu: %s is there already", clients->path, number, words.items[0]);
  if (words.count) {
    struct words command = {words.items + 3, words.count - 3, 0};
    ROOM(clients->items, clients->count, clients->capacity);
    clients->items[clients->count++] = (struct client){
        .name = copy(words.items[0]),
        .profile = copy(words.items[1]),
        .packages = copy(words.items[2]),
        .configuration = joined(&command),
        .command = command_fill(&command, &clients->folders),
    };
    struct client *client = &clients->items[clients->count - 1];
    client->lacks = lacks(client->packages, &client->command, &clients->folders);
  }
  free(words.items);
}

void clients_read(struct clients *clients, const char *path) {
  *clients = (struct clients){0};
  folders_find(&clients->folders);
  clients->path = copy(path ? path : clients->folders.clients);
  size_t size, number = 0;
  char *text = file_read(clients->path, &size), *rest = text, *line;
  if (!text) fail(EXIT_USAGE, "%s: %s", clients->path, strerror(errno));
  while ((line = strsep(&rest, "\n"))) client_read(clients, line, ++number);
  for (size_t i = 0; i < clients->count; i++)
    clients->items[i].adapters = clients->folders.adapters;
  free(text);
}

void clients_done(struct clients *clients) {
  for (size_t i = 0; i < clients->count; i++) {
    struct client *client = &clients->items[i];
    free(client->name);
    free(client->profile);
    free(client->packages);
    free(client->configuration);
    free(client->lacks);
    command_done(&client->command);
  }
  free(clients->items);
  free(clients->path);
  folders_done(&clients->folders);
}

const struct client *clients_find(const struct clients *clients, const char *name) {
  char *names;
  size_t size;
  for (size_t i = 0; i < clients->count; i++)
    if (!strcmp(clients->items[i].name, name)) return &clients->items[i];
  FILE *file = open_memstream(&names, &size);
  for (size_t i = 0; i < clients->count; i++) fprintf(file, " %s", clients->items[i].name);
  fclose(file);
  fail(EXIT_USAGE, "%s has no client %s; it has:%s", clients->path, name, names);
}

/* A word of a command that is an adapter, or what was compiled from one. */
static char *adapter_source(const struct client *client, const char *word) {
  static const char *const forms[] = {"%s/%s", "%s/%s.java", "%s/%s.c", "%s/go/%s/main.go",
                                      "%s/rust/src/%s.rs"};
  size_t folder = strlen(client->adapters);
  const char *slash = strrchr(word, '/');
  if (!strncmp(word, client->adapters, folder) && word[folder] == '/')
    word += folder + 1;
  else if (slash)
    word = slash + 1;
  for (size_t i = 0; *word && i < sizeof forms / sizeof *forms; i++) {
    struct stat about;
    char path[PATH_MAX];
    snprintf(path, sizeof path, forms[i], client->adapters, word);
    if (stat(path, &about) == 0 && S_ISREG(about.st_mode)) return copy(path);
  }
  return NULL;
}

bool client_adapter_sha256(const struct client *client, char hex[65]) {
  for (size_t i = 0; i < client->command.count; i++) {
    size_t size;
    char *path = adapter_source(client, client->command.items[i]);
    char *bytes = path ? file_read(path, &size) : NULL;
    free(path);
    if (!bytes) continue;
    sha256_of(bytes, size, hex);
    free(bytes);
    return true;
  }
  return false;
}
