/* Sequences: writing them, stepping through them, and holding them to their rules. */
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "value/dialect.h"

/* --- writing --- */

static int put_number(polyring_buffer *sequence, char tag, uint64_t number, int size) {
  uint8_t bytes[9] = {(uint8_t)tag};
  for (int i = 0; i < size; i++) bytes[1 + i] = (uint8_t)(number >> 8 * i);
  return polyring_buffer_add(sequence, bytes, (size_t)size + 1);
}

static int put_sized(polyring_buffer *sequence, char tag, const void *bytes, size_t size) {
  if (!polyring_buffer_more(sequence, size + 5)) return 0;
  put_number(sequence, tag, size, 4);
  return polyring_buffer_add(sequence, bytes, size);
}

int polyring_value_put_none(polyring_buffer *sequence) {
  return put_number(sequence, POLYRING_VALUE_NONE, 0, 0);
}

int polyring_value_put_bool(polyring_buffer *sequence, int truth) {
  return put_number(sequence, truth ? POLYRING_VALUE_TRUE : POLYRING_VALUE_FALSE, 0, 0);
}

int polyring_value_put_int(polyring_buffer *sequence, int64_t integer) {
  return put_number(sequence, POLYRING_VALUE_INT, (uint64_t)integer, 8);
}

int polyring_value_put_float(polyring_buffer *sequence, double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return put_number(sequence, POLYRING_VALUE_FLOAT, bits, 8);
}

int polyring_value_put_text(polyring_buffer *sequence, const void *text, size_t size) {
  return put_sized(sequence, POLYRING_VALUE_TEXT, text, size);
}

int polyring_value_put_bytes(polyring_buffer *sequence, const void *bytes, size_t size) {
  return put_sized(sequence, POLYRING_VALUE_BYTES, bytes, size);
}

int polyring_value_put_string(polyring_buffer *sequence, const void *bytes, size_t size) {
  int is_text = polyring__utf8_fault(bytes, size) == size;
  return put_sized(sequence, is_text ? POLYRING_VALUE_TEXT : POLYRING_VALUE_BYTES, bytes, size);
}

int polyring_value_put_list(polyring_buffer *sequence, size_t count) {
  return put_number(sequence, POLYRING_VALUE_LIST, count, 4);
}

int polyring_value_put_map(polyring_buffer *sequence, size_t count) {
  return put_number(sequence, POLYRING_VALUE_MAP, count, 4);
}

/* --- reading --- */

polyring__kind polyring__kind_of(polyring_value_tag tag) {
  switch (tag) {
#define XX(letter, name, text) \
  case POLYRING_VALUE_##name:  \
    return KIND_##name;
    POLYRING_VALUE_TAGS(XX)
#undef XX
  }
  return KINDS;
}

const char *polyring__kind_text(polyring__kind kind) {
#define XX(tag, name, text) text,
  static const char *const texts[KINDS] = { POLYRING_VALUE_TAGS(XX) };
#undef XX
  return texts[kind];
}

/* The bytes of the number behind a tag. */
static size_t number_size(polyring__kind kind) {
  static const uint8_t sizes[KINDS] = {[KIND_INT] = 8,   [KIND_FLOAT] = 8, [KIND_TEXT] = 4,
                                       [KIND_BYTES] = 4, [KIND_LIST] = 4,  [KIND_MAP] = 4};
  return sizes[kind];
}

/* What the smallest thing of a size or count takes. */
static size_t least_size(polyring__kind kind) {
  return kind == KIND_MAP ? 6 : kind >= KIND_TEXT; /* a pair: an empty key, and none */
}

polyring_status polyring_value_next(const void *sequence, size_t size, size_t *position,
                                    polyring_value *item, polyring_error *error) {
  const uint8_t *bytes = sequence;
  size_t at = *position;
  if (at >= size)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, at,
                          "a sequence ends where a value should begin");
  polyring__kind kind = polyring__kind_of((polyring_value_tag)bytes[at]);
  if (kind == KINDS)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, at, "a sequence has no such tag: %q",
                          (const void *)(bytes + at), (size_t)1);
  size_t rest = size - at - 1, wide = number_size(kind);
  uint64_t number = 0;
  if (rest < wide)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, at, "a sequence ends within %s",
                          polyring__kind_text(kind));
  for (size_t i = 0; i < wide; i++) number |= (uint64_t)bytes[at + 1 + i] << 8 * i;
  rest -= wide;
  if (wide == 4 && number > rest / least_size(kind))
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, at,
                          "%s of a sequence says %u, and there are only %u bytes left",
                          polyring__kind_text(kind), (unsigned)number, (unsigned)rest);
  *item = (polyring_value){.tag = (polyring_value_tag)bytes[at]};
  if (kind == KIND_INT) item->integer = (int64_t)number;
  if (kind == KIND_FLOAT) memcpy(&item->number, &number, sizeof number);
  at += 1 + wide;
  if (wide == 4) item->size = (size_t)number;
  if (kind == KIND_TEXT || kind == KIND_BYTES) {
    item->at = bytes + at;
    at += item->size;
  }
  *position = at;
  return POLYRING_OK;
}

size_t polyring__utf8_fault(const uint8_t *text, size_t size) {
  const uint64_t high = UINT64_C(0x8080808080808080);
  if (!size) return 0;
  const uint8_t *at = text, *end = text + size;
  while (at < end) {
    uint64_t eight;
    if (end - at >= 8 && (memcpy(&eight, at, 8), !(eight & high))) {
      at += 8;
      continue;
    }
    const uint8_t *start = at;
    if (polyring__next_code_point(&at, end) < 0) return (size_t)(start - text);
  }
  return size;
}

/* --- checking --- */

typedef struct walk {
  const uint8_t *sequence;
  size_t size, position, items;
  polyring_buffer *keys; /* uint32_t: where the keys of the maps around this place stand */
  polyring_error *error;
} walk;

static polyring_status check_text(const walk *in, const polyring_value *item) {
  size_t fault = polyring__utf8_fault(item->at, item->size);
  if (fault == item->size) return POLYRING_OK;
  return polyring__fail(in->error, POLYRING_INVALID_ARGUMENT,
                        (size_t)((const uint8_t *)item->at - in->sequence) + fault,
                        "a text is no valid UTF-8: %q", (const void *)item->at, item->size);
}

/* The text at an offset that was checked before. */
static polyring_value key_at(const walk *in, uint32_t at) {
  polyring_value item;
  size_t position = at;
  polyring_value_next(in->sequence, in->size, &position, &item, NULL);
  return item;
}

static int compare_keys(const walk *in, uint32_t left, uint32_t right) {
  polyring_value a = key_at(in, left), b = key_at(in, right);
  if (a.size != b.size) return a.size < b.size ? -1 : 1;
  return a.size ? memcmp(a.at, b.at, a.size) : 0;
}

static void sift(const walk *in, uint32_t *keys, size_t at, size_t count) {
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && compare_keys(in, keys[child], keys[child + 1]) < 0) child++;
    if (compare_keys(in, keys[at], keys[child]) >= 0) return;
    uint32_t lesser = keys[at];
    keys[at] = keys[child];
    keys[child] = lesser;
  }
}

/* By heap sort, which needs no memory and has no bad case that a sender of keys could choose. */
static polyring_status check_keys(const walk *in, uint32_t *keys, size_t count) {
  for (size_t i = count / 2; i-- > 0;) sift(in, keys, i, count);
  for (size_t left = count; left-- > 1;) {
    uint32_t greatest = keys[0];
    keys[0] = keys[left];
    keys[left] = greatest;
    sift(in, keys, 0, left);
  }
  for (size_t i = 1; i < count; i++) {
    if (compare_keys(in, keys[i - 1], keys[i]) != 0) continue;
    uint32_t second = keys[i] > keys[i - 1] ? keys[i] : keys[i - 1];
    polyring_value key = key_at(in, second);
    return polyring__fail(in->error, POLYRING_INVALID_ARGUMENT, second,
                          "a map has the key %q twice", (const void *)key.at, key.size);
  }
  return POLYRING_OK;
}

static polyring_status check_key(walk *in) {
  uint32_t at = (uint32_t)in->position;
  polyring_value key;
  polyring_status status =
      polyring_value_next(in->sequence, in->size, &in->position, &key, in->error);
  if (status < 0) return status;
  if (key.tag != POLYRING_VALUE_TEXT)
    return polyring__fail(in->error, POLYRING_INVALID_ARGUMENT, at, "a map's key is a text, not %s",
                          polyring__kind_text(polyring__kind_of(key.tag)));
  if (!polyring_buffer_add(in->keys, &at, sizeof at)) return polyring__value_no_memory(in->error);
  return check_text(in, &key);
}

static polyring_status check_value(walk *in, int depth) {
  size_t start = in->position, keys = in->keys->size;
  polyring_value item;
  polyring_status status =
      polyring_value_next(in->sequence, in->size, &in->position, &item, in->error);
  if (status < 0) return status;
  if (++in->items > POLYRING_VALUE_ITEMS)
    return polyring__fail(in->error, POLYRING_TOO_LARGE, start,
                          "a value has more than 1048576 values in it");
  if (item.tag == POLYRING_VALUE_TEXT) return check_text(in, &item);
  int is_map = item.tag == POLYRING_VALUE_MAP;
  if (!is_map && item.tag != POLYRING_VALUE_LIST) return POLYRING_OK;
  if (depth == POLYRING_VALUE_DEPTH)
    return polyring__fail(in->error, POLYRING_INVALID_ARGUMENT, start,
                          "lists and maps stand more than 64 deep in each other");
  for (size_t i = 0; i < item.size; i++) {
    if (is_map) status = check_key(in);
    if (status >= 0) status = check_value(in, depth + 1);
    if (status < 0) return status;
  }
  if (is_map && item.size > 1)
    status = check_keys(in, (uint32_t *)(void *)(in->keys->at + keys), item.size);
  in->keys->size = keys;
  return status;
}

polyring_status polyring_value_check(const void *sequence, size_t size, polyring_buffer *scratch,
                                     polyring_error *error) {
  walk in = {.sequence = sequence, .size = size, .keys = scratch, .error = error};
  if (size > POLYRING_VALUE_MAX)
    return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                          "a sequence has at most 1073741824 bytes");
  scratch->size = 0;
  polyring_status status = check_value(&in, 0);
  if (status >= 0 && in.position < size)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, in.position,
                          "a sequence goes on behind its value");
  return status;
}
