/* Polyring: values.
 *
 * A value is none, a truth value, an integer, a float, a text, bytes, a list or a map: a
 * polyring_value. What a list or a map holds is a *sequence*: the form in which values stand one
 * behind the other, and cross the border between the core and a language. How values lie on a
 * server, as flags and a body, is written in docs/values.md.
 *
 * A sequence is flat: one byte, the tag, then what belongs to it. Numbers are little-endian on
 * every machine. Nothing is aligned and nothing is padded.
 *
 *     tag  kind    behind the tag
 *     N    none    -
 *     F    false   -
 *     T    true    -
 *     I    int     8 bytes: two's complement, 64 bits
 *     D    float   8 bytes: the bits of an IEEE 754 double
 *     S    text    4 bytes: the size; that many bytes of UTF-8, NUL allowed
 *     B    bytes   4 bytes: the size; that many bytes
 *     L    list    4 bytes: the count; that many values
 *     M    map     4 bytes: the count; that many pairs of a key, which is a text (S), and a value
 *
 * So the list [1, "é"] is  4C 02000000  49 0100000000000000  53 02000000 C3A9.
 *
 * One sequence holds one value and nothing behind it. It has at most POLYRING_VALUE_MAX bytes and
 * POLYRING_VALUE_ITEMS values, keys not counted; lists and maps stand in each other at most
 * POLYRING_VALUE_DEPTH deep; no map has a key twice. The order of a map is kept, and means
 * nothing. Whoever makes a sequence may make it wrong: every call checks it to the last byte before
 * it does anything else, and says at which offset it breaks which rule. */
#ifndef POLYRING_VALUE_H
#define POLYRING_VALUE_H

#include "polyring/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define POLYRING_VALUE_MAX ((size_t)1 << 30)   /* bytes of a sequence, and of a value unpacked */
#define POLYRING_VALUE_ITEMS ((size_t)1 << 20) /* values in a value */
#define POLYRING_VALUE_DEPTH 64                /* lists and maps around a value */

/* XX(tag, name, text) */
#define POLYRING_VALUE_TAGS(XX) \
  XX('N', NONE, "none")         \
  XX('F', FALSE, "false")       \
  XX('T', TRUE, "true")         \
  XX('I', INT, "an int")        \
  XX('D', FLOAT, "a float")     \
  XX('S', TEXT, "a text")       \
  XX('B', BYTES, "bytes")       \
  XX('L', LIST, "a list")       \
  XX('M', MAP, "a map")

/* What a value is, and the byte that it begins with in a sequence. */
typedef enum polyring_value_tag {
#define XX(tag, name, text) POLYRING_VALUE_##name = (tag),
  POLYRING_VALUE_TAGS(XX)
#undef XX
} polyring_value_tag;

/* One value; with the tag 0 it is none at all. */
typedef struct polyring_value {
  polyring_value_tag tag;
  int64_t integer; /* of I */
  double number;   /* of D */
  const void *at;  /* of S and B: size bytes */
  size_t size;
  /* Of L and M: in an operation, at and size are the whole sequence, its head included; from
   * polyring_value_next, at is NULL and size the count. */
} polyring_value;

/* --- writing a sequence --- */

/* Appends one value to a sequence, or the head of a list or map: its values follow, those of a map
 * as a text and a value in turn. 1, or 0 if there is no memory; the sequence is then as it was.
 * Sizes and counts are at most UINT32_MAX. put_string is for languages whose strings are bytes: it
 * puts a text if they are valid UTF-8, and bytes if not. */
POLYRING_API int polyring_value_put_none(polyring_buffer *sequence);
POLYRING_API int polyring_value_put_bool(polyring_buffer *sequence, int truth);
POLYRING_API int polyring_value_put_int(polyring_buffer *sequence, int64_t integer);
POLYRING_API int polyring_value_put_float(polyring_buffer *sequence, double number);
POLYRING_API int polyring_value_put_text(polyring_buffer *sequence, const void *text, size_t size);
POLYRING_API int polyring_value_put_bytes(polyring_buffer *sequence, const void *bytes,
                                          size_t size);
POLYRING_API int polyring_value_put_string(polyring_buffer *sequence, const void *bytes,
                                           size_t size);
POLYRING_API int polyring_value_put_list(polyring_buffer *sequence, size_t count);
POLYRING_API int polyring_value_put_map(polyring_buffer *sequence, size_t count);

/* --- reading a sequence --- */

/* Reads the value, or the head of the list or map, at *position, and moves *position behind it.
 *
 * OK; INVALID_ARGUMENT: no such tag, or less behind it than it says. error->position is the offset
 * of the tag. Whether a text is UTF-8 is not looked at. */
POLYRING_API polyring_status polyring_value_next(const void *sequence, size_t size,
                                                 size_t *position, polyring_value *item,
                                                 polyring_error *error);

/* Holds a sequence to all the rules above. scratch is memory for the work; what it held is lost.
 *
 * OK; INVALID_ARGUMENT: a rule is broken at error->position; TOO_LARGE: more bytes or values than
 * there may be; NO_MEMORY. */
POLYRING_API polyring_status polyring_value_check(const void *sequence, size_t size,
                                                  polyring_buffer *scratch, polyring_error *error);

#ifdef __cplusplus
}
#endif

#endif
