/* What is done, in a file: lines of text, so that it can be read with other tools as well. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"

#define FIRST_LINE TOOL " audit, state 1"
#define PAUSE_MS 1000
#define PAUSE_TIMES 10 /* writing takes at most this part of the time */

/* How the keys were read: what was read otherwise cannot be gone on with. */
static char *manner(const struct dump *dump) {
  return format("flags=%d touch=%d sample=%" PRIu64, dump->options.flags, dump->options.touch,
                dump->options.sample);
}

static void put_items(const struct dump *dump, const struct source *source, const struct slab *slab,
                      FILE *file) {
  for (size_t i = 0; i < slab->count; i++) {
    const struct dump_item *item = &source->items[slab->first + i];
    char *key = keys_text(&dump->keys, item->key);
    fprintf(file, "%s %" PRId64 " %" PRId64 " %" PRIu32 " %" PRIu32 " %d\n", key, item->expires,
            item->accessed, item->size, item->flags, item->flags_state);
    free(key);
  }
}

static void put_source(const struct dump *dump, size_t i, FILE *file) {
  const struct source *source = &dump->sources[i];
  for (unsigned class = 1; class < CLASSES; class ++) {
    const struct slab *slab = &source->slabs[class];
    if (!slab->done) continue;
    fprintf(file, "class %zu %u %" PRIu64 " %zu\n", i, class, slab->held, slab->count);
    put_items(dump, source, slab, file);
  }
  if (source->finished)
    fprintf(file, "finished %zu %" PRIu64 " %zu %s\n", i, source->held, source->gone,
            source->note ? source->note : "");
}

void dump_save(struct dump *dump, bool now) {
  int64_t start = clock_ms();
  char *text, *date, *how;
  size_t size;
  if (!dump->options.state) return;
  if (!now && dump->saved_at && start < dump->saved_at + PAUSE_MS + PAUSE_TIMES * dump->saved_in)
    return;
  date = clock_date();
  how = manner(dump);
  FILE *file = open_memstream(&text, &size);
  fprintf(file, FIRST_LINE "\ndate %s\nservers %s\nmanner %s\n", date, dump->places->text, how);
  for (size_t i = 0; i < dump->places->count; i++) put_source(dump, i, file);
  fputs("end\n", file);
  if (fclose(file) != 0) fail(EXIT_ENVIRONMENT, "out of memory");
  file_write(dump->options.state, text, size);
  free(text);
  free(date);
  free(how);
  dump->saved_at = clock_ms();
  dump->saved_in = dump->saved_at - start;
}

struct reader {
  const char *path;
  char *rest;
  size_t line;
};

static _Noreturn void broken(const struct reader *reader, const char *why) {
  fail(EXIT_USAGE, "--state: %s:%zu: %s; remove the file to begin anew", reader->path, reader->line,
       why);
}

static char *line_next(struct reader *reader) {
  char *line = reader->rest, *end = line ? strchr(line, '\n') : NULL;
  reader->line++;
  if (!end) broken(reader, "the file ends before its last line");
  *end = 0;
  reader->rest = end + 1;
  return line;
}

/* The rest of a line that has to begin with this word. */
static char *line_of(struct reader *reader, const char *word) {
  char *line = line_next(reader);
  size_t size = strlen(word);
  if (strncmp(line, word, size) || line[size] != ' ') broken(reader, "it is no state of an audit");
  return line + size + 1;
}

static uint64_t number(struct reader *reader, const char *text, uint64_t max) {
  uint64_t value;
  if (!text || !number_read(text, max, &value)) broken(reader, "a number is missing or too large");
  return value;
}

static void take_item(struct dump *dump, struct source *source, unsigned class,
                      struct reader *reader) {
  char *rest = line_next(reader), *key = strsep(&rest, " "), *expires = strsep(&rest, " ");
  struct dump_item item = {.class = (uint8_t) class, .expires = -1};
  if (!expires) broken(reader, "a key without its data");
  if (strcmp(expires, "-1")) item.expires = (int64_t)number(reader, expires, INT64_MAX);
  item.accessed = (int64_t)number(reader, strsep(&rest, " "), INT64_MAX);
  item.size = (uint32_t)number(reader, strsep(&rest, " "), UINT32_MAX);
  item.flags = (uint32_t)number(reader, strsep(&rest, " "), UINT32_MAX);
  item.flags_state = (uint8_t)number(reader, rest, FLAGS_GONE);
  size_t at = keys_add_text(&dump->keys, key);
  if (at == NO_KEY) broken(reader, "a % without two hexadecimal digits");
  item.key = (uint32_t)at;
  ROOM(source->items, source->count, source->capacity);
  source->items[source->count++] = item;
}

static struct source *source_of(struct dump *dump, struct reader *reader, const char *text) {
  return &dump->sources[number(reader, text, dump->places->count - 1)];
}

static void take_class(struct dump *dump, struct reader *reader, char *rest) {
  struct source *source = source_of(dump, reader, strsep(&rest, " "));
  unsigned class = (unsigned)number(reader, strsep(&rest, " "), CLASSES - 1);
  struct slab *slab = &source->slabs[class];
  if (slab->done) broken(reader, "a class that was there already");
  slab->held = number(reader, strsep(&rest, " "), UINT32_MAX);
  slab->count = (size_t)number(reader, rest, UINT32_MAX);
  slab->first = source->count;
  slab->done = source->any = true;
  for (size_t i = 0; i < slab->count; i++) take_item(dump, source, class, reader);
}

static void take_finished(struct dump *dump, struct reader *reader, char *rest) {
  struct source *source = source_of(dump, reader, strsep(&rest, " "));
  source->held = number(reader, strsep(&rest, " "), UINT64_MAX);
  source->gone = (size_t)number(reader, strsep(&rest, " "), UINT32_MAX);
  if (source->finished) broken(reader, "a server that was finished already");
  if (rest && *rest) source->note = printable(copy(rest));
  source->finished = source->any = true;
}

static void take_head(struct dump *dump, struct reader *reader) {
  char *how = manner(dump);
  if (strcmp(line_next(reader), FIRST_LINE)) broken(reader, "it is no state of an audit");
  dump->resumed = printable(copy(line_of(reader, "date")));
  if (strcmp(line_of(reader, "servers"), dump->places->text))
    broken(reader, "it is of other servers");
  if (strcmp(line_of(reader, "manner"), how))
    broken(reader, "it was made with other --no-flags, --touch or --sample");
  free(how);
}

void dump_load(struct dump *dump) {
  size_t size;
  struct reader reader = {.path = dump->options.state};
  if (!reader.path) return;
  char *text = reader.rest = file_read(reader.path, &size);
  if (!text && errno == ENOENT) return;
  if (!text) fail(EXIT_USAGE, "--state: %s: %s", reader.path, strerror(errno));
  if (strlen(text) != size) broken(&reader, "a zero byte, which no line of text has");
  take_head(dump, &reader);
  for (;;) {
    char *rest = line_next(&reader), *word = strsep(&rest, " ");
    if (!strcmp(word, "end") && !rest) break;
    if (!strcmp(word, "class"))
      take_class(dump, &reader, rest);
    else if (!strcmp(word, "finished"))
      take_finished(dump, &reader, rest);
    else
      broken(&reader, "neither a class nor a server");
  }
  if (*reader.rest) broken(&reader, "something behind the last line");
  free(text);
}
