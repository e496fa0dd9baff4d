#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct writer {
  char *at, *end; /* end: where the final NUL must lie at the latest */
} writer;

static void put(writer *out, const char *text, size_t size) {
  size_t room = (size_t)(out->end - out->at);
  if (size > room) size = room;
  memcpy(out->at, text, size);
  out->at += size;
}

/* Bytes as a person can read them, and as they can be typed again: percent-encoded where they are
 * not plain ASCII. Long input is cut, with its length said. */
static void put_quoted(writer *out, const uint8_t *bytes, size_t size) {
  enum { SHOWN = 60 };
  char note[48];
  put(out, "\"", 1);
  for (size_t i = 0; i < size && i < SHOWN; i++) {
    int plain = bytes[i] > 0x20 && bytes[i] < 0x7F;
    int length = snprintf(note, sizeof note, plain ? "%c" : "%%%02X", bytes[i]);
    put(out, note, (size_t)length);
  }
  put(out, "\"", 1);
  if (size > SHOWN) {
    int length = snprintf(note, sizeof note, "... (%zu bytes)", size);
    put(out, note, (size_t)length);
  }
}

polyring_status polyring__fail(polyring_error *error, polyring_status status, size_t position,
                               const char *format, ...) {
  if (!error) return status;
  error->status = status;
  error->system_error = 0;
  error->position = position;
  error->server[0] = '\0';
  error->stage = POLYRING_STAGE_NONE;
  error->spent = 0;
  writer out = {error->text, error->text + sizeof error->text - 1};
  va_list arguments;
  va_start(arguments, format);
  for (const char *f = format; *f; f++) {
    if (*f != '%') {
      put(&out, f, 1);
      continue;
    }
    if (*++f == 's') {
      const char *text = va_arg(arguments, const char *);
      put(&out, text, strlen(text));
    } else if (*f == 'u') {
      char digits[16];
      int length = snprintf(digits, sizeof digits, "%u", va_arg(arguments, unsigned));
      put(&out, digits, (size_t)length);
    } else if (*f == 'q') {
      const uint8_t *bytes = va_arg(arguments, const void *);
      size_t size = va_arg(arguments, size_t);
      put_quoted(&out, bytes, size);
    }
  }
  va_end(arguments);
  *out.at = '\0';
  return status;
}

void polyring__error_server(polyring_error *error, const char *text, size_t size) {
  if (!error) return;
  size_t room = sizeof error->server - 1;
  const char *tail = size > room ? "..." : "";
  size_t kept = size > room ? room - 3 : size;
  memcpy(error->server, text, kept);
  memcpy(error->server + kept, tail, strlen(tail) + 1);
  for (size_t i = 0; i < kept; i++) /* what was spelled may hold anything; shown is plain text */
    if ((uint8_t)error->server[i] < 0x20 || (uint8_t)error->server[i] > 0x7E)
      error->server[i] = '?';
}
