/* What every part of polyring-check uses: exit codes, failing, memory, text. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TOOL "polyring-check"

enum exit_code {
  EXIT_AGREED = 0,      /* everything asked for ran and agreed */
  EXIT_DIFFERS = 1,     /* at least one key was placed otherwise, lost, copied or altered */
  EXIT_USAGE = 2,       /* bad usage or a bad vector file */
  EXIT_BROKEN = 3,      /* an adapter broke the protocol, hung or died */
  EXIT_ENVIRONMENT = 4, /* memcached is missing, an address is in use */
  EXIT_NOTHING = 5      /* nothing was compared */
};

/* The worse of two: 2, 4, 3, 1, 5, 0. */
int exit_worse(int a, int b);

/* Prints one line on standard error and ends the program; children and temporary files go with
 * it, whatever was running. */
_Noreturn void fail(int code, const char *text, ...) __attribute__((format(printf, 2, 3)));

/* Memory that never fails: the program ends when there is none. */
void *grow(void *block, size_t count, size_t size);
void *zeroed(size_t count, size_t size);
char *copy(const char *text);
char *format(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Makes room for one more item of an array that doubles when it is full. */
#define ROOM(items, count, capacity)                                 \
  do {                                                               \
    if ((count) >= (capacity)) {                                     \
      (capacity) = (capacity) ? 2 * (capacity) : 16;                 \
      (items) = grow((items), (size_t)(capacity), sizeof(*(items))); \
    }                                                                \
  } while (0)

/* The percent-encoded form of bytes, to be freed. */
char *percent(const void *bytes, size_t size);
/* Makes text from elsewhere printable, in place: control bytes and those that are no ASCII become
 * blanks and question marks. */
char *printable(char *text);

/* The blank-separated words of a line, in place: words[count] is NULL. Free words.items only. */
struct words {
  char **items;
  size_t count, capacity;
};
void words_add(struct words *words, char *word);
struct words words_split(char *line);

/* A whole file, followed by a NUL ("-" is standard input); NULL with errno when it cannot be
 * read. To be freed. */
char *file_read(const char *path, size_t *size);
/* A file to write to: "-" is standard output, NULL is none. Fails, naming the path, when it cannot
 * be opened; closing, when what was written did not arrive. */
FILE *output_open(const char *path);
void output_close(const char *path, FILE *file);
/* Writes a file so that it is either the old one or the whole new one. Fails for the caller. */
void file_write(const char *path, const char *bytes, size_t size);

/* Milliseconds of a clock that only goes forward; now in UTC as 2026-11-21T10:20:30Z. */
int64_t clock_ms(void);
char *clock_date(void);

/* A number in decimal and nothing else; false if it is none or above max. */
bool number_read(const char *text, uint64_t max, uint64_t *number);

#endif
