#include "dump_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polyring/bytes.h"
#include "polyring/ring.h"

static bool starts(const char *line, const char *word) {
  return !strncmp(line, word, strlen(word));
}

/* The digits at *text, which then stands behind them; false if there are none or too many. */
static bool digits(const char **text, uint64_t max, uint64_t *number) {
  const char *at = *text;
  uint64_t sum = 0;
  while (*at >= '0' && *at <= '9' && sum < UINT64_MAX / 20)
    sum = 10 * sum + (uint64_t)(*at++ - '0');
  bool good = at > *text && (*at < '0' || *at > '9') && sum <= max;
  *text = at;
  *number = sum;
  return good;
}

bool reply_class(const char *line, unsigned *class, uint64_t *held) {
  static const char first[] = "STAT items:", second[] = ":number ";
  uint64_t id;
  *class = 0;
  if (!starts(line, first)) return false;
  line += sizeof first - 1;
  if (!digits(&line, CLASSES - 1, &id) || *line != ':') return false;
  if (!starts(line, second)) return true;
  line += sizeof second - 1;
  if (!digits(&line, UINT32_MAX, held) || *line) return false;
  *class = (unsigned)id;
  return true;
}

/* One of the words name=value behind the key. Those that are not known are let through. */
static const char *item_word(const char *word, struct dump_item *item) {
  uint64_t number;
  const char *value = strchr(word, '=');
  if (!value) return "a word without =";
  value++;
  if (starts(word, "exp=")) {
    bool never = starts(value, "-");
    value += never;
    if (!digits(&value, INT64_MAX, &number)) return "exp is no number";
    item->expires = never ? -1 : (int64_t)number;
  } else if (starts(word, "la=")) {
    if (!digits(&value, INT64_MAX, &number)) return "la is no number";
    item->accessed = (int64_t)number;
  } else if (starts(word, "cls=")) {
    if (!digits(&value, CLASSES - 1, &number)) return "cls is no class";
    item->class = (uint8_t)number;
  } else if (starts(word, "size=")) {
    if (!digits(&value, UINT32_MAX, &number)) return "size is no number";
    item->size = (uint32_t)number;
  } else if (starts(word, "flags=")) { /* servers newer than 1.6.18 */
    if (!digits(&value, UINT32_MAX, &number)) return "flags is no number";
    item->flags = (uint32_t)number;
    item->flags_state = FLAGS_READ;
  }
  return NULL;
}

const char *reply_item(char *line, uint8_t **key, size_t *key_size, struct dump_item *item) {
  char *rest = line + 4, *word = strsep(&rest, " ");
  *item = (struct dump_item){.expires = -1};
  *key = (uint8_t *)word;
  *key_size = strlen(word);
  if (memchr(word, '%', *key_size))
    *key_size = polyring_percent_decode(word, *key_size, word, NULL);
  if (*key_size == POLYRING_NOWHERE) return "a % without two hexadecimal digits";
  if (*key_size == 0) return "an empty key";
  if (*key_size > POLYRING_KEY_MAX) return "a key of more than 250 bytes";
  while ((word = strsep(&rest, " "))) {
    const char *wrong = *word ? item_word(word, item) : NULL;
    if (wrong) return wrong;
  }
  return NULL;
}

static size_t base64(const uint8_t *bytes, size_t size, char *out) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  size_t filled = 0;
  for (size_t i = 0; i < size; i += 3) {
    size_t left = size - i;
    uint32_t three = (uint32_t)bytes[i] << 16;
    if (left > 1) three |= (uint32_t)bytes[i + 1] << 8;
    if (left > 2) three |= bytes[i + 2];
    out[filled++] = letters[three >> 18];
    out[filled++] = letters[three >> 12 & 63];
    out[filled++] = left > 1 ? letters[three >> 6 & 63] : '=';
    out[filled++] = left > 2 ? letters[three & 63] : '=';
  }
  return filled;
}

size_t request_flags(const uint8_t *key, size_t size, bool touch, char out[REQUEST_MAX]) {
  bool binary = false;
  size_t filled = 3;
  memcpy(out, "mg ", 3);
  for (size_t i = 0; i < size; i++) binary |= key[i] <= ' ' || key[i] == 0x7F;
  if (binary) {
    if ((size + 2) / 3 * 4 > POLYRING_KEY_MAX) return 0;
    filled += base64(key, size, out + filled);
  } else {
    memcpy(out + filled, key, size);
    filled += size;
  }
  return filled +
         (size_t)sprintf(out + filled, "%s s f%s" CRLF, binary ? " b" : "", touch ? "" : " u");
}

enum flags_reply reply_flags(const char *line, uint32_t *flags) {
  uint64_t number;
  if (starts(line, "EN")) return line[2] ? REPLY_FOREIGN : REPLY_MISS;
  if (starts(line, "ERROR") || starts(line, "CLIENT_ERROR ") || starts(line, "SERVER_ERROR "))
    return REPLY_REFUSED;
  if (!starts(line, "HD ") && !starts(line, "OK ")) return REPLY_FOREIGN; /* OK: before 1.6.10 */
  const char *word = strstr(line, " f");
  if (!word) return REPLY_FOREIGN;
  word += 2;
  if (!digits(&word, UINT32_MAX, &number) || (*word && *word != ' ')) return REPLY_FOREIGN;
  *flags = (uint32_t)number;
  return REPLY_FLAGS;
}

char *reply_stranger(const char *line, const char *request) {
  char *said = printable(format("%.80s%s", line, strlen(line) > 80 ? "..." : "")), *text;
  if (starts(line, "HTTP/"))
    text = format("it is no memcached: it speaks HTTP (%s)", said);
  else if (starts(line, "-ERR") || starts(line, "-NOAUTH") || starts(line, "-DENIED"))
    text = format("it is no memcached: it speaks as Redis does (%s)", said);
  else if (strstr(line, "unauthenticated"))
    text = format("it wants a login (%s)", said);
  else
    text = format("it answers \"%s\" to %s", said, request);
  free(said);
  return text;
}
