/* Polyring: values.
 *
 * A value is none, a truth value, an integer, a float, a text, bytes, a list or a map. Two things
 * are written here: the *sequence*, the form in which a value crosses the border between the core
 * and a language; and the *body* with its *flags*, the form in which it lies on a server. A *codec*
 * turns one into the other by a *dialect*. docs/values.md is the meaning of flags and bodies.
 *
 * THE SEQUENCE is flat: one byte, the tag, then what belongs to it. Numbers are little-endian on
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
 * One sequence holds one value and nothing behind it. It has at most POLYRING__VALUE_MAX bytes and
 * POLYRING__VALUE_ITEMS values, keys not counted; lists and maps stand in each other at most
 * POLYRING__VALUE_DEPTH deep; no map has a key twice. The order of a map is kept, and means
 * nothing. Whoever makes a sequence may make it wrong: every call checks it to the last byte before
 * it does anything else, and says at which offset it breaks which rule.
 *
 * Threads: a codec is used by one thread at a time. Sequences are bytes. */
#ifndef POLYRING__VALUE_H
#define POLYRING__VALUE_H

#include "base/buffer.h"

#define POLYRING__VALUE_MAX ((size_t)1 << 30)   /* bytes of a sequence, and of a value unpacked */
#define POLYRING__VALUE_ITEMS ((size_t)1 << 20) /* values in a value */
#define POLYRING__VALUE_DEPTH 64                /* lists and maps around a value */
#define POLYRING__VALUE_MOST ((size_t)64 << 20) /* bytes of a value, if the options do not say */
#define POLYRING__VALUE_COMPRESS_FROM 2000      /* the same, php-memcached's number */

/* XX(tag, name, text) */
#define POLYRING__VALUE_MAP(XX) \
  XX('N', NONE, "none")         \
  XX('F', FALSE, "false")       \
  XX('T', TRUE, "true")         \
  XX('I', INT, "an int")        \
  XX('D', FLOAT, "a float")     \
  XX('S', TEXT, "a text")       \
  XX('B', BYTES, "bytes")       \
  XX('L', LIST, "a list")       \
  XX('M', MAP, "a map")

typedef enum polyring__value_tag {
#define XX(tag, name, text) POLYRING__VALUE_##name = (tag),
  POLYRING__VALUE_MAP(XX)
#undef XX
} polyring__value_tag;

/* --- writing a sequence --- */

/* Each appends one value, a list or map only its head: its values follow, those of a map as a text
 * and a value in turn. 1, or 0 if there is no memory; the sequence is then as it was. Sizes and
 * counts are at most UINT32_MAX. put_string is for languages whose strings are bytes: it puts a
 * text if they are valid UTF-8, and bytes if not. */
int polyring__value_put_none(polyring__buffer *sequence);
int polyring__value_put_bool(polyring__buffer *sequence, int truth);
int polyring__value_put_int(polyring__buffer *sequence, int64_t integer);
int polyring__value_put_float(polyring__buffer *sequence, double number);
int polyring__value_put_text(polyring__buffer *sequence, const void *text, size_t size);
int polyring__value_put_bytes(polyring__buffer *sequence, const void *bytes, size_t size);
int polyring__value_put_string(polyring__buffer *sequence, const void *bytes, size_t size);
int polyring__value_put_list(polyring__buffer *sequence, size_t count);
int polyring__value_put_map(polyring__buffer *sequence, size_t count);

/* --- reading a sequence --- */

typedef struct polyring__value_item {
  polyring__value_tag tag;
  int64_t integer;   /* of I */
  double number;     /* of D */
  const uint8_t *at; /* of S and B: size bytes inside the sequence */
  size_t size;       /* of S and B; of L and M the count */
} polyring__value_item;

/* Reads the value, or the head of the list or map, at *position, and moves *position behind it.
 *
 * OK; INVALID_ARGUMENT: no such tag, or less behind it than it says. error->position is the offset
 * of the tag. Whether a text is UTF-8 is not looked at. */
polyring_status polyring__value_next(const void *sequence, size_t size, size_t *position,
                                     polyring__value_item *item, polyring_error *error);

/* Holds a sequence to all the rules above. scratch is memory for the work; what it held is lost.
 *
 * OK; INVALID_ARGUMENT: a rule is broken at error->position; TOO_LARGE: more bytes or values than
 * there may be; NO_MEMORY. */
polyring_status polyring__value_check(const void *sequence, size_t size, polyring__buffer *scratch,
                                      polyring_error *error);

/* --- the codec --- */

/* All zero is the default of everything. */
typedef struct polyring__value_options {
  const char *dialect;  /* "portable" or "raw"; NULL: portable */
  const char *compress; /* "zlib", "zstd" or "none"; NULL: zlib, or none where it was left out */
  size_t compress_from; /* bytes from which on bodies are compressed; 0: 2000 */
  size_t most;          /* bytes of the largest value, unpacked, that is written or read;
                         * 0: POLYRING__VALUE_MOST; at most POLYRING__VALUE_MAX */
  int decode_text;      /* bytes that are valid UTF-8 are read as text: for what others wrote,
                         * who have one type for both */
} polyring__value_options;

typedef struct polyring__value_codec polyring__value_codec;

/* Makes a codec; options may be NULL, and are not kept. Free it with polyring__value_codec_free; on
 * failure *codec is NULL.
 *
 * OK; INVALID_ARGUMENT: no such dialect or compression; NOT_SUPPORTED: a compression that the
 * library was built without; TOO_LARGE: most; NO_MEMORY. */
polyring_status polyring__value_codec_new(const polyring_allocator *allocator,
                                          const polyring__value_options *options,
                                          polyring__value_codec **codec, polyring_error *error);
void polyring__value_codec_free(polyring__value_codec *codec); /* NULL is allowed */

/* What lies on a server. */
typedef struct polyring__value_body {
  uint32_t flags;
  const uint8_t *at;
  size_t size;
} polyring__value_body;

/* Writes the value of a sequence. Bytes and texts that go as they are stay where they are:
 * body->at then points into the sequence, and out is untouched. Everything else is appended to out,
 * and body->at points there: it is valid until out grows again, so that who writes many bodies into
 * one buffer keeps the offset body->at - out->at. On failure out is as it was.
 *
 * OK. INVALID_ARGUMENT: the sequence breaks a rule, or the dialect has no form for what is at
 * error->position: raw has bytes and texts; portable has no float that is NaN or infinite, no bytes
 * inside a list or map, no map key with a NUL byte. Nothing is made into something else.
 * TOO_LARGE: the sequence, or the value above most. NOT_SUPPORTED: a list, a map or none, and the
 * library was built without JSON. NO_MEMORY. */
polyring_status polyring__value_write(polyring__value_codec *codec, const void *sequence,
                                      size_t size, polyring__buffer *out,
                                      polyring__value_body *body, polyring_error *error);

/* Reads a value: appends its sequence to out. On failure out is as it was.
 *
 * OK. NOT_SUPPORTED: the flags say that another library wrote this in a form that is not read here
 * (error->text names it: "PHP serialized", "igbinary", "fastlz", ...), or one that this library was
 * built without. INVALID_ARGUMENT: flags that contradict themselves, or a body that is not what
 * they say; error->position is the offset in the body, unpacked if it was packed, or
 * POLYRING_NOWHERE. TOO_LARGE: the value is above most. NO_MEMORY.
 *
 * Memory follows the data: a length in a body is a limit, and never asked for in advance. The JSON
 * library and zstd allocate by malloc; everything else comes from the allocators of codec and out.
 * A codec keeps what it needed for the next call, buffers above 4 MiB not included. */
polyring_status polyring__value_read(polyring__value_codec *codec, uint32_t flags, const void *body,
                                     size_t size, polyring__buffer *out, polyring_error *error);

/* The names of the dialects; NULL beyond the last. */
const char *polyring__value_dialect_name(size_t i);

#endif
