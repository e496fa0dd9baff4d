#include "expect.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

static void read_line(struct expectations *all, const char *path, char *line, size_t number) {
  if (line[strspn(line, " \t\r")] == '#') return;
  struct words words = words_split(line);
  if (words.count > 0 && words.count < 5)
    fail(EXIT_USAGE, "%s:%zu: a line is CLIENT TOPOLOGY KEY STATUS REASON", path, number);
  if (words.count) {
    int status = DIFFERENT;
    while (status < STATUSES && strcmp(words.items[3], status_name((enum status)status, true)))
      status++;
    if (status == STATUSES)
      fail(EXIT_USAGE, "%s:%zu: %s is no status that can be expected", path, number,
           words.items[3]);
    ROOM(all->items, all->count, all->capacity);
    all->items[all->count++] =
        (struct expectation){copy(words.items[0]), copy(words.items[1]), copy(words.items[2]),
                             (enum status)status, format("%s:%zu", path, number)};
  }
  free(words.items);
}

void expectations_read(const char *path, struct expectations *expectations) {
  size_t size, number = 0;
  char *text = file_read(path, &size), *rest = text, *line;
  if (!text) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  while ((line = strsep(&rest, "\n"))) read_line(expectations, path, line, ++number);
  free(text);
}

void expectations_read_shipped(const char *folder, struct expectations *expectations) {
  char *pattern = format("%s/expect/*.expect", folder);
  glob_t found;
  if (glob(pattern, 0, NULL, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; i++) expectations_read(found.gl_pathv[i], expectations);
    globfree(&found);
  }
  free(pattern);
}

void expectations_done(struct expectations *expectations) {
  for (size_t i = 0; i < expectations->count; i++) {
    free(expectations->items[i].client);
    free(expectations->items[i].topology);
    free(expectations->items[i].key);
    free(expectations->items[i].place);
  }
  free(expectations->items);
}

static bool is_for(const struct expectation *one, const struct result *result) {
  return !strcmp(one->key, "*")
             ? result->status == one->status
             : !strcmp(one->key, result->id) || (result->key && !strcmp(one->key, result->key));
}

void expectations_apply(const struct expectations *expectations, struct group *group) {
  if (group->counts[SKIPPED] == group->count) return;
  for (size_t e = 0; e < expectations->count; e++) {
    const struct expectation *one = &expectations->items[e];
    if (strcmp(one->client, group->client->name) || strcmp(one->topology, group->topology))
      continue;
    struct result *found = NULL, *wrong = NULL;
    for (size_t i = 0; i < group->count; i++) {
      struct result *result = &group->results[i];
      if (!is_for(one, result)) continue;
      if (result->status == one->status) result->allowed = true;
      if (result->status == SAME && !wrong) wrong = result;
      found = result;
    }
    if (!found && group->count) wrong = &group->results[0];
    if (!wrong) continue;
    wrong->status = DIFFERENT;
    wrong->allowed = false;
    free(wrong->why);
    wrong->why = format("%s expects %s of %s, which is not so any more", one->place,
                        status_name(one->status, true), one->key);
  }
  group_count(group);
}
