/* The columns of a profile as a struct, and as text. */
#ifndef POLYRING__COLUMNS_H
#define POLYRING__COLUMNS_H

#include "base/span.h"
#include "hash/hash.h"
#include "polyring/bytes.h"

/* The values of the choices: XX(LIST_NAME, "spelling"); the first is the default. */
#define POLYRING__PROVENANCE(XX)      \
  XX(PROVENANCE_OBSERVED, "observed") \
  XX(PROVENANCE_SOURCE, "source")     \
  XX(PROVENANCE_OWN, "own")
#define POLYRING__ENCODE(XX)  \
  XX(ENCODE_NONE, "none")     \
  XX(ENCODE_URL, "url")       \
  XX(ENCODE_BLANKS, "blanks")
#define POLYRING__ROUTE(XX)    \
  XX(ROUTE_KEPT, "kept")       \
  XX(ROUTE_DROPPED, "dropped")
#define POLYRING__LONG_KEY(XX)      \
  XX(LONG_KEY_REFUSED, "refused")   \
  XX(LONG_KEY_CUT, "cut")           \
  XX(LONG_KEY_MD5_TAIL, "md5_tail") \
  XX(LONG_KEY_MD5, "md5")
#define POLYRING__FROM(XX)      \
  XX(FROM_SENT, "sent")         \
  XX(FROM_PREFIXED, "prefixed") \
  XX(FROM_KEY, "key")
#define POLYRING__EMPTY_STOP(XX)     \
  XX(EMPTY_STOP_HASHED, "hashed")    \
  XX(EMPTY_STOP_WHOLE, "whole")
#define POLYRING__HEAVY_WHEN(XX)          \
  XX(HEAVY_WHEN_ABOVE_ONE, "above_one")   \
  XX(HEAVY_WHEN_GIVEN, "given")
#define POLYRING__EMPTY_TAG(XX)  \
  XX(EMPTY_TAG_WHOLE, "whole")   \
  XX(EMPTY_TAG_HASHED, "hashed")
#define POLYRING__KEY_TEXT(XX)          \
  XX(KEY_TEXT_BYTES, "bytes")           \
  XX(KEY_TEXT_UTF8, "utf8")             \
  XX(KEY_TEXT_UTF16, "utf16")           \
  XX(KEY_TEXT_LOW8, "low8")             \
  XX(KEY_TEXT_LOW8_UNITS, "low8_units") \
  XX(KEY_TEXT_REPR, "repr")
#define POLYRING__START(XX) \
  XX(START_USUAL, "usual")  \
  XX(START_ZERO, "zero")
#define POLYRING__FOLD(XX)                \
  XX(FOLD_ALL, "all")                     \
  XX(FOLD_OR_ONE, "or_one")               \
  XX(FOLD_MIDDLE, "middle")               \
  XX(FOLD_MIDDLE_OR_ONE, "middle_or_one") \
  XX(FOLD_LOW31, "low31")                 \
  XX(FOLD_ABSOLUTE, "absolute")           \
  XX(FOLD_SLOTS, "slots")
#define POLYRING__NO_YES(XX) \
  XX(NO_YES_NO, "no")        \
  XX(NO_YES_YES, "yes")
#define POLYRING__LAYOUT(XX)          \
  XX(LAYOUT_MODULO, "modulo")         \
  XX(LAYOUT_RING, "ring")             \
  XX(LAYOUT_RENDEZVOUS, "rendezvous") \
  XX(LAYOUT_JUMP, "jump")             \
  XX(LAYOUT_BUCKETS, "buckets")       \
  XX(LAYOUT_FURC, "furc")
#define POLYRING__SERVER_ORDER(XX)    \
  XX(SERVER_ORDER_GIVEN, "given")     \
  XX(SERVER_ORDER_HOST, "host")       \
  XX(SERVER_ORDER_BYTES, "bytes")     \
  XX(SERVER_ORDER_LENGTH, "length")   \
  XX(SERVER_ORDER_NATURAL, "natural")
#define POLYRING__DUPLICATES(XX)    \
  XX(DUPLICATES_KEPT, "kept")       \
  XX(DUPLICATES_MERGED, "merged")   \
  XX(DUPLICATES_REFUSED, "refused")
#define POLYRING__ONE_SERVER(XX)  \
  XX(ONE_SERVER_HASHED, "hashed") \
  XX(ONE_SERVER_DIRECT, "direct")
#define POLYRING__WEIGHTS(XX)              \
  XX(WEIGHTS_IGNORED, "ignored")           \
  XX(WEIGHTS_REFUSED, "refused")           \
  XX(WEIGHTS_REPEAT, "repeat")             \
  XX(WEIGHTS_TIMES, "times")               \
  XX(WEIGHTS_SHARE_SINGLE, "share_single") \
  XX(WEIGHTS_SHARE_MIXED, "share_mixed")   \
  XX(WEIGHTS_SHARE_KETAMA, "share_ketama") \
  XX(WEIGHTS_SHARE_LEFT, "share_left")     \
  XX(WEIGHTS_SHARE_DOUBLE, "share_double") \
  XX(WEIGHTS_SCORE, "score")               \
  XX(WEIGHTS_CHANCE, "chance")
#define POLYRING__NO_WEIGHT(XX) \
  XX(NO_WEIGHT_ONE, "one")      \
  XX(NO_WEIGHT_PLAIN, "plain")  \
  XX(NO_WEIGHT_HALF, "half") \
  XX(NO_WEIGHT_REFUSED, "refused")
#define POLYRING__ZERO_WEIGHT(XX)    \
  XX(ZERO_WEIGHT_ONE, "one")         \
  XX(ZERO_WEIGHT_NOTHING, "nothing") \
  XX(ZERO_WEIGHT_REFUSED, "refused")
#define POLYRING__PICK(XX)  \
  XX(PICK_MODULO, "modulo") \
  XX(PICK_MASK, "mask")
#define POLYRING__POINT_START(XX)          \
  XX(POINT_START_USUAL, "usual")           \
  XX(POINT_START_FIRST, "first")           \
  XX(POINT_START_VERY_FIRST, "very_first")
#define POLYRING__POINT_ORDER(XX)      \
  XX(POINT_ORDER_UNSIGNED, "unsigned") \
  XX(POINT_ORDER_SIGNED, "signed")
#define POLYRING__SEARCH(XX)              \
  XX(SEARCH_CEIL, "ceil")                 \
  XX(SEARCH_ABOVE, "above")               \
  XX(SEARCH_FLOOR, "floor")               \
  XX(SEARCH_CEIL_OR_LAST, "ceil_or_last")
#define POLYRING__SCORE(XX) \
  XX(SCORE_LABEL, "label")  \
  XX(SCORE_MIX, "mix")
#define POLYRING__EQUAL(XX)            \
  XX(EQUAL_FIRST, "first")             \
  XX(EQUAL_LAST, "last")               \
  XX(EQUAL_LABEL, "label")             \
  XX(EQUAL_UNSPECIFIED, "unspecified") \
  XX(EQUAL_CYCLE, "cycle")             \
  XX(EQUAL_LABEL_HASH, "label_hash")
#define POLYRING__NEXT(XX)                \
  XX(NEXT_NONE, "none")                   \
  XX(NEXT_REBUILD, "rebuild")             \
  XX(NEXT_STEP, "step")                   \
  XX(NEXT_TRY_KEY, "try_key")             \
  XX(NEXT_SUM_TRY_KEY, "sum_try_key")     \
  XX(NEXT_SUM_TRY_1_KEY, "sum_try_1_key") \
  XX(NEXT_KEY_TRY, "key_try")             \
  XX(NEXT_HASH_TRY, "hash_try")
/* The lists whose numbers are those of hash.h. */
#define POLYRING__BITS(XX) \
  XX(BITS_32, "32")        \
  XX(BITS_64, "64")        \
  XX(BITS_128, "128")
#define POLYRING__BYTE_ORDER(XX) \
  XX(ORDER_LITTLE, "little")     \
  XX(ORDER_BIG, "big")           \
  XX(ORDER_HALVES, "halves")
#define POLYRING__POINT_HASH(XX) \
  XX(SAME, "same")               \
  POLYRING__HASH(XX)

#define XX(name, text) POLYRING__##name,
enum { POLYRING__PROVENANCE(XX) };
enum { POLYRING__ENCODE(XX) };
enum { POLYRING__ROUTE(XX) };
enum { POLYRING__LONG_KEY(XX) };
enum { POLYRING__FROM(XX) };
enum { POLYRING__EMPTY_STOP(XX) };
enum { POLYRING__EMPTY_TAG(XX) };
enum { POLYRING__HEAVY_WHEN(XX) };
enum { POLYRING__KEY_TEXT(XX) };
enum { POLYRING__START(XX) };
enum { POLYRING__FOLD(XX) };
enum { POLYRING__NO_YES(XX) };
enum { POLYRING__LAYOUT(XX) };
enum { POLYRING__SERVER_ORDER(XX) };
enum { POLYRING__DUPLICATES(XX) };
enum { POLYRING__ONE_SERVER(XX) };
enum { POLYRING__WEIGHTS(XX) };
enum { POLYRING__NO_WEIGHT(XX) };
enum { POLYRING__ZERO_WEIGHT(XX) };
enum { POLYRING__PICK(XX) };
enum { POLYRING__POINT_START(XX) };
enum { POLYRING__POINT_ORDER(XX) };
enum { POLYRING__SEARCH(XX) };
enum { POLYRING__SCORE(XX) };
enum { POLYRING__EQUAL(XX) };
enum { POLYRING__NEXT(XX) };
#undef XX
enum { POLYRING__POINT_HASH_SAME };

/* The layouts in which a column means something, as bits. */
enum {
  POLYRING__IN_RING = 1 << POLYRING__LAYOUT_RING,
  POLYRING__IN_RENDEZVOUS = 1 << POLYRING__LAYOUT_RENDEZVOUS,
  POLYRING__IN_LABELS = POLYRING__IN_RING | POLYRING__IN_RENDEZVOUS,
  POLYRING__IN_BUCKETS = 1 << POLYRING__LAYOUT_BUCKETS,
  POLYRING__IN_ANY = 0xFF
};

/* Texts point into static memory or into the profile that the columns belong to. */
typedef struct polyring__columns {
#define CHOICE(field, list, layouts, about) uint32_t field;
#define NUMBER(field, initial, least, most, layouts, about) uint32_t field;
#define TEXT(field, initial, layouts, about) polyring__span field;
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

/* Whether column c means something in a layout. */
int polyring__column_applies(size_t c, uint32_t layout);

/* Column c as text: into out if it needs room (numbers; at least 16 bytes), else in place. */
polyring__span polyring__columns_text(const polyring__columns *columns, size_t c, char *out);

/* The hash that makes points, "same" resolved. */
static inline int polyring__columns_point_hash(const polyring__columns *columns) {
  return columns->point_hash == POLYRING__POINT_HASH_SAME ? (int)columns->hash
                                                          : (int)columns->point_hash - 1;
}

static inline int polyring__columns_use_labels(const polyring__columns *columns) {
  return POLYRING__IN_LABELS >> columns->layout & 1;
}

/* Whether weights can be given, and mean something. */
static inline int polyring__columns_use_weights(const polyring__columns *columns) {
  return columns->weights > POLYRING__WEIGHTS_REFUSED;
}

/* Reads the column "refuse" into 256 bits, bit c of byte c / 8 for the byte c. Returns the offset
 * of what is wrong with it, or POLYRING_NOWHERE. */
size_t polyring__refuse_parse(polyring__span ranges, uint8_t bits[32]);

#endif
