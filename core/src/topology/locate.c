/* Where something stands in a JSON text that is known to be valid: the library that reads it keeps
 * no positions. */
#include "topology/topology.h"

static const char *past_blanks(const char *at) {
  while (polyring__is_blank(*at)) at++;
  return at;
}

static const char *past_string(const char *at) {
  while (*++at != '"')
    if (*at == '\\') at++;
  return at + 1;
}

static const char *past_value(const char *at) {
  int depth = 0;
  do {
    if (*at == '"') {
      at = past_string(at);
      continue;
    }
    if (*at == '{' || *at == '[') depth++;
    if (*at == '}' || *at == ']') depth--;
    at++;
    while (!depth && !strchr(",]} \t\r\n", *at)) at++; /* a number or a word */
  } while (depth);
  return at;
}

/* Into the object or array at this place. */
static const char *enter(const char *at, size_t index, int at_name) {
  int is_object = *at == '{';
  at = past_blanks(at + 1);
  for (;; index--) {
    const char *name = at;
    if (is_object) at = past_blanks(past_blanks(past_string(at)) + 1);
    if (!index) return at_name && is_object ? name : at;
    at = past_blanks(past_blanks(past_value(at)) + 1);
  }
}

size_t polyring__json_position(const char *text, const size_t *path, size_t depth, int at_name) {
  const char *at = past_blanks(text);
  for (size_t i = 0; i < depth; i++) at = enter(at, path[i], at_name && i + 1 == depth);
  return (size_t)(at - text);
}
