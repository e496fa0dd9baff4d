/* Lines KEY<TAB>SERVER from anywhere. */
#include "identify_observed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 16384
#define LINES_MAX 10000000

struct reader {
  const char *path;
  FILE *file;
  size_t line;
  char text[LINE_MAX_BYTES + 2];
};

/* The next line without its end; false behind the last one. */
static bool line_read(struct reader *reader) {
  size_t size = 0;
  int c;
  reader->line++;
  while ((c = getc_unlocked(reader->file)) != EOF && c != '\n') {
    if (c == 0) fail(EXIT_USAGE, "%s:%zu: a NUL byte", reader->path, reader->line);
    if (size == LINE_MAX_BYTES)
      fail(EXIT_USAGE, "%s:%zu: a line longer than %d bytes", reader->path, reader->line,
           LINE_MAX_BYTES);
    reader->text[size++] = (char)c;
  }
  if (ferror(reader->file)) fail(EXIT_USAGE, "%s: %s", reader->path, strerror(errno));
  if (size && reader->text[size - 1] == '\r') size--;
  reader->text[size] = 0;
  return c != EOF || size > 0;
}

/* Host, address and port, or path, as the list has them. */
static bool is_place(const struct place *place, const struct place *other, bool port) {
  if (place->path || other->path)
    return place->path && other->path && !strcmp(place->path, other->path);
  bool host = !strcmp(place->host, other->host) ||
              (place->address && !other->named && !strcmp(place->address, other->address));
  return host && (!port || place->port == other->port);
}

/* Whether the word is NAME=..., or spelled so. */
static bool is_word(const char *word, const char *text) {
  size_t size = strlen(text);
  return !strcmp(word, text) || (!strncmp(word, text, size) && word[size] == '=');
}

/* How many servers of the list, not counting those that are the same, the text may mean. */
static size_t find_place(const struct places *places, const char *text, size_t *at) {
  struct places one;
  size_t found = 0;
  char *why = places_read(text, &one);
  if (why || one.count != 1) {
    if (!why) places_done(&one);
    free(why);
    return 0;
  }
  for (int port = 1; port >= 0 && !found; port--)
    for (size_t i = 0; i < places->count; i++) {
      if (!is_place(&places->items[i], &one.items[0], port) || places->items[i].same_as != i)
        continue;
      *at = i;
      found++;
    }
  /* A port that was given and is another one is another server. */
  if (found && one.items[0].host && places->items[*at].port != one.items[0].port &&
      (one.items[0].port != 11211 || strstr(text, ":11211")))
    found = 0;
  places_done(&one);
  return found;
}

static size_t server_read(const struct reader *reader, const struct places *places, char *text) {
  uint64_t index;
  size_t at = 0;
  if (number_read(text, UINT64_MAX, &index)) {
    if (index < places->count) return places->items[index].same_as;
    fail(EXIT_USAGE, "%s:%zu: server %s, but there are %zu, counted from 0", reader->path,
         reader->line, text, places->count);
  }
  for (size_t i = 0; i < places->count; i++)
    if (is_word(places->items[i].word, text)) return places->items[i].same_as;
  size_t found = find_place(places, text, &at);
  if (found == 1) return at;
  fail(EXIT_USAGE, "%s:%zu: %.200s is %s", reader->path, reader->line, printable(text),
       found ? "more than one server of the list" : "no server of the list");
}

/* The key of the line, percent-encoded, and what stands behind the tab. */
static size_t key_read(struct reader *reader, struct keys *keys, char **server) {
  char *tab = strchr(reader->text, '\t');
  if (!tab) fail(EXIT_USAGE, "%s:%zu: no tab; a line is KEY<TAB>SERVER", reader->path, reader->line);
  *tab = 0;
  *server = tab + 1;
  if (tab == reader->text || !**server)
    fail(EXIT_USAGE, "%s:%zu: no %s", reader->path, reader->line, **server ? "key" : "server");
  size_t key = keys_add_text(keys, reader->text);
  if (key == NO_KEY)
    fail(EXIT_USAGE, "%s:%zu: %.200s is no percent-encoded key", reader->path, reader->line,
         printable(reader->text));
  return key;
}

void observed_read(const char *path, const struct places *places, struct keys *keys, size_t **at) {
  struct reader *reader = zeroed(1, sizeof *reader);
  size_t capacity = 0, *first = NULL;
  reader->path = strcmp(path, "-") ? path : "standard input";
  reader->file = strcmp(path, "-") ? fopen(path, "re") : stdin;
  if (!reader->file) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  *keys = (struct keys){0};
  *at = NULL;
  while (line_read(reader)) {
    char *server;
    size_t known = keys->count, key = key_read(reader, keys, &server);
    size_t index = server_read(reader, places, server);
    if (key == known) {
      if (known == LINES_MAX)
        fail(EXIT_USAGE, "%s:%zu: more than %d keys", reader->path, reader->line, LINES_MAX);
      if (key >= capacity) {
        capacity = 2 * capacity + 256;
        *at = grow(*at, capacity, sizeof **at);
        first = grow(first, capacity, sizeof *first);
      }
      (*at)[key] = index;
      first[key] = reader->line;
    } else if ((*at)[key] != index) {
      fail(EXIT_USAGE, "%s:%zu: the key of line %zu again, on another server", reader->path,
           reader->line, first[key]);
    }
  }
  if (reader->file != stdin) fclose(reader->file);
  free(first);
  free(reader);
}
