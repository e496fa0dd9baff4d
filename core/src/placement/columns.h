/* The columns of a profile as a struct, and as text. */
#ifndef POLYRING__COLUMNS_H
#define POLYRING__COLUMNS_H

#include "base/span.h"
#include "hash/hash.h"
#include "polyring/bytes.h"

/* The values of the choices: XX(NAME, "spelling"); the first is the default. */
#define POLYRING__PROVENANCE(XX) \
  XX(OBSERVED, "observed")       \
  XX(SOURCE, "source")           \
  XX(OWN, "own")
#define POLYRING__LONG_KEY(XX) \
  XX(REFUSED, "refused")       \
  XX(MD5_TAIL, "md5_tail")
#define POLYRING__KEY_TEXT(XX) \
  XX(BYTES, "bytes")           \
  XX(UTF8, "utf8")             \
  XX(UTF16, "utf16")           \
  XX(LOW8, "low8")
#define POLYRING__NO_YES(XX) \
  XX(NO, "no")               \
  XX(YES, "yes")
#define POLYRING__FOLD(XX) \
  XX(ALL, "all")           \
  XX(OR_ONE, "or_one")
#define POLYRING__LAYOUT(XX) \
  XX(MODULO, "modulo")       \
  XX(RING, "ring")           \
  XX(RENDEZVOUS, "rendezvous")
#define POLYRING__POINT_HASH(XX) \
  XX(SAME, "same")               \
  POLYRING__HASH(XX)
#define POLYRING__BYTE_ORDER(XX) \
  XX(LITTLE, "little")           \
  XX(BIG, "big")
#define POLYRING__WEIGHTS(XX)      \
  XX(IGNORED, "ignored")           \
  XX(REPEAT, "repeat")             \
  XX(TIMES, "times")               \
  XX(SHARE_SINGLE, "share_single") \
  XX(SHARE_MIXED, "share_mixed")   \
  XX(SHARE_DOUBLE, "share_double")
#define POLYRING__NO_WEIGHT(XX) \
  XX(ONE, "one")                \
  XX(PLAIN, "plain")
#define POLYRING__ZERO_WEIGHT(XX) \
  XX(ONE, "one")                  \
  XX(NOTHING, "nothing")          \
  XX(REFUSED, "refused")
#define POLYRING__DUPLICATES(XX) \
  XX(KEPT, "kept")               \
  XX(MERGED, "merged")           \
  XX(REFUSED, "refused")
#define POLYRING__EQUAL(XX) \
  XX(FIRST, "first")        \
  XX(LAST, "last")          \
  XX(LABEL, "label")        \
  XX(UNSPECIFIED, "unspecified")
#define POLYRING__SEARCH(XX) \
  XX(CEIL, "ceil")           \
  XX(ABOVE, "above")         \
  XX(FLOOR, "floor")
#define POLYRING__ONE_SERVER(XX) \
  XX(HASHED, "hashed")           \
  XX(DIRECT, "direct")

#define XX(name, text) POLYRING__PROVENANCE_##name,
enum { POLYRING__PROVENANCE(XX) };
#undef XX
#define XX(name, text) POLYRING__LONG_KEY_##name,
enum { POLYRING__LONG_KEY(XX) };
#undef XX
#define XX(name, text) POLYRING__KEY_TEXT_##name,
enum { POLYRING__KEY_TEXT(XX) };
#undef XX
#define XX(name, text) POLYRING__NO_YES_##name,
enum { POLYRING__NO_YES(XX) };
#undef XX
#define XX(name, text) POLYRING__FOLD_##name,
enum { POLYRING__FOLD(XX) };
#undef XX
#define XX(name, text) POLYRING__LAYOUT_##name,
enum { POLYRING__LAYOUT(XX) };
#undef XX
#define XX(name, text) POLYRING__POINT_HASH_##name,
enum { POLYRING__POINT_HASH(XX) };
#undef XX
#define XX(name, text) POLYRING__BYTE_ORDER_##name,
enum { POLYRING__BYTE_ORDER(XX) };
#undef XX
#define XX(name, text) POLYRING__WEIGHTS_##name,
enum { POLYRING__WEIGHTS(XX) };
#undef XX
#define XX(name, text) POLYRING__NO_WEIGHT_##name,
enum { POLYRING__NO_WEIGHT(XX) };
#undef XX
#define XX(name, text) POLYRING__ZERO_WEIGHT_##name,
enum { POLYRING__ZERO_WEIGHT(XX) };
#undef XX
#define XX(name, text) POLYRING__DUPLICATES_##name,
enum { POLYRING__DUPLICATES(XX) };
#undef XX
#define XX(name, text) POLYRING__EQUAL_##name,
enum { POLYRING__EQUAL(XX) };
#undef XX
#define XX(name, text) POLYRING__SEARCH_##name,
enum { POLYRING__SEARCH(XX) };
#undef XX
#define XX(name, text) POLYRING__ONE_SERVER_##name,
enum { POLYRING__ONE_SERVER(XX) };
#undef XX

/* Texts point into static memory or into the profile that the columns belong to. */
typedef struct polyring__columns {
#define CHOICE(field, list, about) uint32_t field;
#define NUMBER(field, initial, least, most, about) uint32_t field;
#define TEXT(field, initial, about) polyring__span field;
#include "placement/columns.def"
#undef CHOICE
#undef NUMBER
#undef TEXT
} polyring__columns;

extern const polyring__columns polyring__columns_default;

/* Applies overrides (column=value, joined by separator) to *columns. The texts stay where they
 * are: overrides must outlive the columns. origin is the offset of the overrides in what the user
 * wrote, for error->position. OK or INVALID_PROFILE. */
polyring_status polyring__columns_override(polyring__columns *columns, polyring__span overrides,
                                           char separator, size_t origin, polyring_error *error);

/* Refuses columns that contradict each other. */
polyring_status polyring__columns_check(const polyring__columns *columns, polyring_error *error);

/* Column c as text: into out if it needs room (numbers; at least 16 bytes), else in place. */
polyring__span polyring__columns_text(const polyring__columns *columns, size_t c, char *out);

/* The hash that makes points, "same" resolved. */
static inline int polyring__columns_point_hash(const polyring__columns *columns) {
  return columns->point_hash == POLYRING__POINT_HASH_SAME ? (int)columns->hash
                                                          : (int)columns->point_hash - 1;
}

static inline int polyring__columns_use_labels(const polyring__columns *columns) {
  return columns->layout != POLYRING__LAYOUT_MODULO;
}

/* Reads the column "refuse" into 256 bits, bit c of byte c / 8 for the byte c. Returns the offset
 * of what is wrong with it, or POLYRING_NOWHERE. */
size_t polyring__refuse_parse(polyring__span ranges, uint8_t bits[32]);

#endif
