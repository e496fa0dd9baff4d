/* What polyring writes: complaints, and standard output to its end. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define CARET_BEFORE 50
#define CARET_AFTER 22

static int write_error;

void complain(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("polyring: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
}

static bool is_printable(char c) { return c >= ' ' && c <= '~'; }

void complain_of(const polyring_error *error, const char *input, size_t input_size) {
  complain("%s", error->text);
  if (!input || error->position > input_size || !isatty(STDERR_FILENO)) return;
  size_t at = error->position;
  size_t first = at > CARET_BEFORE ? at - CARET_BEFORE : 0;
  size_t last = input_size - at > CARET_AFTER ? at + CARET_AFTER : input_size;
  fputs("  ", stderr);
  for (size_t i = first; i < last; i++) fputc(is_printable(input[i]) ? input[i] : '?', stderr);
  fprintf(stderr, "\n  %*s^\n", (int)(at - first), "");
}

bool output_flush(void) {
  if (write_error) return false;
  errno = 0;
  if (fflush(stdout) == 0 && !ferror(stdout)) return true;
  write_error = errno ? errno : EIO;
  return false;
}

static void close_output(void) {
  if (output_flush() && fclose(stdout) != 0) write_error = errno;
  if (!write_error) return;
  if (write_error != EPIPE) complain("cannot write to standard output: %s", strerror(write_error));
  _exit(EXIT_BAD);
}

void output_start(void) {
  if (!isatty(STDOUT_FILENO)) setvbuf(stdout, NULL, _IOFBF, 1 << 18); /* few writes, large ones */
  atexit(close_output);
}

char *printable(const char *bytes, size_t size, char *out, size_t capacity) {
  size_t length = 0;
  for (size_t i = 0; i < size; i++) {
    size_t needed = is_printable(bytes[i]) ? 1 : 3;
    size_t reserve = i + 1 < size ? 4 : 1; /* for "..." and the NUL */
    if (length + needed + reserve > capacity) {
      memcpy(out + length, "...", 4);
      return out;
    }
    if (needed == 1)
      out[length] = bytes[i];
    else
      snprintf(out + length, 4, "%%%02X", (unsigned char)bytes[i]);
    length += needed;
  }
  out[length] = '\0';
  return out;
}

json_t *json_bytes(const void *bytes, size_t size) {
  size_t capacity = 3 * size + 1;
  char *text = malloc(capacity);
  if (!text) return NULL;
  size_t length = polyring_percent_encode(bytes, size, text, capacity);
  json_t *string = json_stringn(text, length);
  free(text);
  return string;
}

json_t *json_text(const char *text) {
  json_t *string = json_string(text);
  if (string) return string; /* else it is not UTF-8, which JSON must be */
  size_t capacity = 3 * strlen(text) + 4;
  char *escaped = malloc(capacity);
  if (!escaped) return NULL;
  string = json_string(printable(text, strlen(text), escaped, capacity));
  free(escaped);
  return string;
}

bool json_print(json_t *value, size_t flags) {
  if (!value) {
    complain("no memory");
    return false;
  }
  int failed = json_dumpf(value, stdout, flags);
  json_decref(value);
  if (failed) return output_flush(), false;
  putchar('\n');
  return true;
}
