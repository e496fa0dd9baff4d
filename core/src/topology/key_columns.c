#include "topology/key_columns.h"

#include <stdio.h>
#include <string.h>

/* What says how servers are placed: that is in the lines about them. */
static const char *const elsewhere[] = {
    "provenance", "layout",      "order",       "order_by", "duplicates", "one_server",
    "no_weight",  "zero_weight", "fractions",   "heavy",    "heavy_when", "pick",
    "label",      "next_label",  "unix_label",  "no_port",  "point_hash", "point_start",
    "words",      "points",      "point_order", "search",   "next"};

/* All that only matters if the hash does. A text must be UTF-8, or need not. */
static void forget_hash(polyring__columns *columns) {
  const polyring__columns *usual = &polyring__columns_default;
  int any_bytes =
      columns->text == POLYRING__KEY_TEXT_BYTES || columns->text == POLYRING__KEY_TEXT_REPR;
  columns->text = any_bytes ? POLYRING__KEY_TEXT_BYTES : POLYRING__KEY_TEXT_UTF8;
  columns->from = usual->from;
  columns->stop = usual->stop;
  columns->empty_stop = usual->empty_stop;
  columns->tag = usual->tag;
  columns->empty_tag = usual->empty_tag;
  columns->suffix = usual->suffix;
  columns->hash = usual->hash;
  columns->bits = usual->bits;
  columns->byte_order = usual->byte_order;
  columns->sign = usual->sign;
  columns->start = usual->start;
  columns->seed = usual->seed;
  columns->fold = usual->fold;
}

static int knows_sign(const polyring__columns *columns) {
  if (columns->text == POLYRING__KEY_TEXT_UTF16) return 0;
  return polyring__hash_takes_units((int)columns->hash) || columns->hash == POLYRING__HASH_HSIEH ||
         columns->hash == POLYRING__HASH_EMCACHE;
}

static int is_one_of(uint32_t hash, const int *hashes, size_t count) {
  size_t i = 0;
  while (i < count && hashes[i] != (int)hash) i++;
  return i < count;
}

/* What the hash does not know, and what the key does not need. */
static void forget_idle(polyring__columns *columns) {
  static const int digests[] = {POLYRING__HASH_MD5, POLYRING__HASH_SHA1, POLYRING__HASH_SHA384};
  static const int fnvs[] = {POLYRING__HASH_FNV1_32, POLYRING__HASH_FNV1A_32,
                             POLYRING__HASH_FNV1_64, POLYRING__HASH_FNV1A_64};
  static const int xxhs[] = {POLYRING__HASH_XXH64, POLYRING__HASH_XXH3};
  const polyring__columns *usual = &polyring__columns_default;
  if (!knows_sign(columns)) columns->sign = usual->sign;
  if (!is_one_of(columns->hash, digests, 3)) columns->byte_order = usual->byte_order;
  if (!is_one_of(columns->hash, fnvs, 4)) columns->start = usual->start;
  if (!is_one_of(columns->hash, xxhs, 2)) columns->seed = usual->seed;
  if (!polyring__hash_takes_units((int)columns->hash) && columns->text == POLYRING__KEY_TEXT_UTF16)
    columns->text = POLYRING__KEY_TEXT_UTF8;
  if (!columns->prefix.size && columns->from == POLYRING__FROM_KEY)
    columns->from = POLYRING__FROM_PREFIXED;
  if (columns->long_key == POLYRING__LONG_KEY_REFUSED && columns->from == POLYRING__FROM_PREFIXED)
    columns->from = POLYRING__FROM_SENT;
}

void polyring__key_columns(const polyring_ring *ring, int hashed, polyring__columns *columns) {
  const polyring__columns *usual = &polyring__columns_default;
  *columns = ring->columns;
  forget_idle(columns);
  if (!hashed) forget_hash(columns);
  if (columns->fold != POLYRING__FOLD_SLOTS) columns->slots = usual->slots;
  int scored = hashed && columns->layout == POLYRING__LAYOUT_RENDEZVOUS;
  if (columns->layout == POLYRING__LAYOUT_FURC || columns->score == POLYRING__SCORE_MIX)
    columns->bits = usual->bits; /* they take 64 in any case */
  if (!scored) columns->score = usual->score;
  if (!scored) columns->equal = usual->equal;
  if (!scored || ring->plain_weights || columns->weights != POLYRING__WEIGHTS_SCORE)
    columns->weights = usual->weights;
}

/* Ascending ranges that do not touch. */
static void print_refuse(polyring__span ranges, char *out) {
  uint8_t bits[32];
  const char *separator = "";
  polyring__refuse_parse(ranges, bits);
  *out = '\0';
  for (unsigned c = 0, first; c < 256; c++) {
    for (first = c; c < 256 && bits[c / 8] >> c % 8 & 1;) c++;
    if (c == first) continue;
    out += sprintf(out, "%s%02x", separator, first);
    if (c - first > 1) out += sprintf(out, "-%02x", c - 1);
    separator = "+";
  }
}

static int is_among(const char *name, const char *const *names, size_t count) {
  size_t i = 0;
  while (i < count && strcmp(names[i], name) != 0) i++;
  return i < count;
}

static void print_column(const polyring__columns *columns, size_t c, char *out) {
  static const char *const encoded[] = {"prefix", "stop", "tag", "suffix", "seed"};
  const char *name = polyring_column_name(c);
  char number[16];
  polyring__span value = polyring__columns_text(columns, c, number);
  if (strcmp(name, "refuse") == 0) {
    print_refuse(value, out);
  } else if (is_among(name, encoded, sizeof encoded / sizeof *encoded)) {
    polyring__affix affix;
    polyring__affix_read(value, POLYRING__PREFIX_MAX, &affix);
    polyring_percent_encode(affix.at, affix.size, out, POLYRING__COLUMN_ROOM);
  } else {
    memcpy(out, value.at, value.size);
    out[value.size] = '\0';
  }
}

int polyring__key_column_text(const polyring__columns *columns, size_t c,
                              char out[POLYRING__COLUMN_ROOM]) {
  char usual[POLYRING__COLUMN_ROOM];
  out[0] = '\0';
  if (is_among(polyring_column_name(c), elsewhere, sizeof elsewhere / sizeof *elsewhere)) return 0;
  print_column(columns, c, out);
  print_column(&polyring__columns_default, c, usual);
  return strcmp(out, usual) != 0;
}

int polyring__key_columns_equal(const polyring_ring *a, const polyring_ring *b) {
  polyring__columns columns[2];
  char text[2][POLYRING__COLUMN_ROOM];
  polyring__key_columns(a, 1, &columns[0]);
  polyring__key_columns(b, 1, &columns[1]);
  for (size_t c = 0; polyring_column_name(c); c++) {
    polyring__key_column_text(&columns[0], c, text[0]);
    polyring__key_column_text(&columns[1], c, text[1]);
    if (strcmp(text[0], text[1]) != 0) return 0;
  }
  return 1;
}
