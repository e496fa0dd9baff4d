#include "cures.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients.h"
#include "polyring/polyring.h"
#include "vector.h"

/* A list that lies beside the list of clients. */
static char *list_path(const char *path, const char *name) {
  if (path) return copy(path);
  struct folders folders;
  folders_find(&folders);
  char *found = format("%.*s%s", (int)(strlen(folders.clients) - strlen("clients.list")),
                       folders.clients, name);
  folders_done(&folders);
  return found;
}

static char *list_text(const char *path) {
  size_t size;
  char *text = file_read(path, &size);
  if (!text) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  if (memchr(text, 0, size)) fail(EXIT_USAGE, "%s: a zero byte, which no line of text has", path);
  return text;
}

/* Cuts the first word off a line; what is left begins with the next one. */
static char *word_take(char **rest) {
  char *word = *rest;
  size_t size = strcspn(word, " \t");
  *rest += size + strspn(word + size, " \t");
  word[size] = 0;
  return word;
}

/* The next line that says something, without blanks around it; NULL at the end. */
static char *line_take(char **rest, size_t *number) {
  for (char *line; (line = strsep(rest, "\n"));) {
    ++*number;
    line += strspn(line, " \t\r");
    for (size_t end = strlen(line); end && strchr(" \t\r", line[end - 1]);) line[--end] = 0;
    if (*line && *line != '#') return line;
  }
  return NULL;
}

char *cures_client(const char *name) { return format("%.*s", (int)strcspn(name, "/"), name); }

const struct cure *cures_find(const struct cures *cures, const char *name) {
  for (size_t i = 0; i < cures->count; i++)
    if (!strcmp(cures->items[i].name, name)) return &cures->items[i];
  return NULL;
}

static void cure_read(struct cures *cures, char *line, size_t number) {
  char *name = word_take(&line), *profile = word_take(&line), *version = word_take(&line), *why;
  if (!*line)
    fail(EXIT_USAGE, "%s:%zu: a line is NAME PROFILE VERSION SETTING", cures->path, number);
  for (const char *c = line; *c; c++)
    if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7F)
      fail(EXIT_USAGE, "%s:%zu: a setting is printable ASCII", cures->path, number);
  if (cures_find(cures, name))
    fail(EXIT_USAGE, "%s:%zu: %s is there already", cures->path, number, name);
  if (!strchr(name, '/') || *name == '/')
    fail(EXIT_USAGE, "%s:%zu: %s is no CLIENT/CONFIGURATION", cures->path, number, name);
  char *canonical = profile_canonical(profile, &why);
  if (!canonical) fail(EXIT_USAGE, "%s:%zu: %s: %s", cures->path, number, profile, why);
  ROOM(cures->items, cures->count, cures->capacity);
  cures->items[cures->count++] = (struct cure){
      copy(name), cures_client(name), canonical, copy(version), copy(line),
  };
}

void cures_read(struct cures *cures, const char *path) {
  *cures = (struct cures){.path = list_path(path, "cures.list")};
  size_t number = 0;
  char *text = list_text(cures->path), *rest = text, *line;
  while ((line = line_take(&rest, &number))) cure_read(cures, line, number);
  free(text);
}

void cures_done(struct cures *cures) {
  for (size_t i = 0; i < cures->count; i++) {
    struct cure *cure = &cures->items[i];
    free(cure->name);
    free(cure->client);
    free(cure->profile);
    free(cure->version);
    free(cure->setting);
  }
  free(cures->items);
  free(cures->path);
}

static size_t column_find(const char *name) {
  size_t c = 0;
  while (polyring_column_name(c) && strcmp(polyring_column_name(c), name)) c++;
  return c;
}

void consequences_read(struct consequences *consequences, const char *path) {
  char *own = list_path(path, "consequences.list"), *line;
  char *text = list_text(own), *rest = text;
  size_t number = 0;
  *consequences = (struct consequences){0};
  while (polyring_column_name(consequences->count)) consequences->count++;
  consequences->texts = zeroed(consequences->count, sizeof *consequences->texts);
  while ((line = line_take(&rest, &number))) {
    char *name = word_take(&line);
    size_t c = column_find(name);
    if (!*line) fail(EXIT_USAGE, "%s:%zu: a line is COLUMN TEXT", own, number);
    if (c == consequences->count)
      fail(EXIT_USAGE, "%s:%zu: the table has no column %s", own, number, name);
    if (consequences->texts[c]) fail(EXIT_USAGE, "%s:%zu: %s is there already", own, number, name);
    consequences->texts[c] = printable(copy(line));
  }
  for (size_t c = 0; c < consequences->count; c++)
    if (!consequences->texts[c])
      fail(EXIT_USAGE, "%s: no line for the column %s", own, polyring_column_name(c));
  free(text);
  free(own);
}

void consequences_done(struct consequences *consequences) {
  for (size_t c = 0; c < consequences->count; c++) free(consequences->texts[c]);
  free(consequences->texts);
}
