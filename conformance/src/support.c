#include "support.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "polyring/bytes.h"

int exit_worse(int a, int b) {
  static const int rank[] = {[EXIT_AGREED] = 0, [EXIT_NOTHING] = 1,     [EXIT_DIFFERS] = 2,
                             [EXIT_BROKEN] = 3, [EXIT_ENVIRONMENT] = 4, [EXIT_USAGE] = 5};
  return rank[a] >= rank[b] ? a : b;
}

_Noreturn void fail(int code, const char *text, ...) {
  va_list list;
  va_start(list, text);
  fflush(stdout);
  fputs(TOOL ": ", stderr);
  vfprintf(stderr, text, list);
  fputc('\n', stderr);
  va_end(list);
  exit(code);
}

static void *there(void *block) {
  if (!block) fail(EXIT_ENVIRONMENT, "out of memory");
  return block;
}

void *grow(void *block, size_t count, size_t size) {
  if (size && count > SIZE_MAX / size) fail(EXIT_ENVIRONMENT, "out of memory");
  size_t bytes = count * size;
  return there(realloc(block, bytes ? bytes : 1));
}

void *zeroed(size_t count, size_t size) { return there(calloc(count ? count : 1, size)); }

char *copy(const char *text) { return there(strdup(text)); }

char *format(const char *text, ...) {
  va_list list;
  char *made;
  va_start(list, text);
  if (vasprintf(&made, text, list) < 0) made = NULL;
  va_end(list);
  return there(made);
}

char *percent(const void *bytes, size_t size) {
  char *text = grow(NULL, 3 * size + 1, 1);
  polyring_percent_encode(bytes, size, text, 3 * size + 1);
  return text;
}

char *printable(char *text) {
  for (unsigned char *c = (unsigned char *)text; *c; c++) {
    if (*c < ' ') *c = ' ';
    if (*c >= 0x7F) *c = '?';
  }
  return text;
}

void words_add(struct words *words, char *word) {
  ROOM(words->items, words->count + 1, words->capacity);
  words->items[words->count++] = word;
  words->items[words->count] = NULL;
}

struct words words_split(char *line) {
  struct words words = {0};
  char *rest = NULL;
  words_add(&words, NULL);
  words.count = 0; /* items is there even if there are no words */
  for (char *word = strtok_r(line, " \t\r\n", &rest); word; word = strtok_r(NULL, " \t\r\n", &rest))
    words_add(&words, word);
  return words;
}

FILE *output_open(const char *path) {
  if (!path) return NULL;
  FILE *file = strcmp(path, "-") ? fopen(path, "we") : stdout;
  if (!file) fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
  return file;
}

void output_close(const char *path, FILE *file) {
  if (!file || file == stdout) return; /* main looks after standard output */
  bool bad = ferror(file);
  if (fclose(file) != 0 || bad)
    fail(EXIT_USAGE, "%s: %s", path, bad ? "it cannot be written" : strerror(errno));
}

char *file_read(const char *path, size_t *size) {
  FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
  char *bytes = NULL;
  size_t filled = 0, capacity = 0, got;
  if (!file) return NULL;
  do {
    if (capacity - filled < 65536) bytes = grow(bytes, capacity = 2 * capacity + 65537, 1);
    got = fread(bytes + filled, 1, capacity - filled - 1, file);
    filled += got;
  } while (got > 0);
  int error = ferror(file) ? errno : 0;
  if (file != stdin) fclose(file);
  bytes[filled] = 0;
  *size = filled;
  if (error) {
    free(bytes);
    errno = error;
    return NULL;
  }
  return bytes;
}

void file_write(const char *path, const char *bytes, size_t size) {
  char *next = format("%s.new", path);
  FILE *file = fopen(next, "we");
  if (!file) fail(EXIT_USAGE, "%s: %s", next, strerror(errno));
  bool whole = fwrite(bytes, 1, size, file) == size;
  if (fclose(file) != 0 || !whole || rename(next, path) != 0) {
    int error = errno;
    unlink(next);
    fail(EXIT_USAGE, "%s: %s", path, strerror(error));
  }
  free(next);
}

int64_t clock_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * (int64_t)1000 + now.tv_nsec / 1000000;
}

char *clock_date(void) {
  time_t now = time(NULL);
  struct tm utc;
  char text[32];
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
  return copy(text);
}

bool number_read(const char *text, uint64_t max, uint64_t *number) {
  size_t length = strspn(text, "0123456789");
  if (length == 0 || length > 19 || text[length]) return false;
  *number = strtoull(text, NULL, 10);
  return *number <= max;
}
