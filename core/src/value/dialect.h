/* The dialects as data, and what a codec consists of. */
#ifndef POLYRING__DIALECT_H
#define POLYRING__DIALECT_H

#include "value/packing.h"
#include "value/value.h"

/* The kinds of values, in the order of POLYRING_VALUE_TAGS. */
typedef enum polyring__kind {
#define XX(tag, name, text) KIND_##name,
  POLYRING_VALUE_TAGS(XX)
#undef XX
      KINDS
} polyring__kind;

/* How a value becomes the body, before it is packed. */
typedef enum polyring__form {
  FORM_NONE,
  FORM_PLAIN,
  FORM_INT,
  FORM_FLOAT,
  FORM_BOOL,
  FORM_JSON,
  FORMS
} polyring__form;

typedef struct polyring__dialect {
  const char *name;
  uint32_t any_flags, type_bits, text_bit, packed_bit, packing_bits[PACKINGS];
  struct {
    uint8_t type, is_text, form;
  } writes[KINDS];
  struct {
    uint8_t form;
    const char *name;
  } reads[16];
} polyring__dialect;

const polyring__dialect *polyring__dialect_find(const char *name); /* NULL: there is none */

polyring__kind polyring__kind_of(polyring_value_tag tag); /* KINDS: no such tag */
const char *polyring__kind_text(polyring__kind kind);

struct polyring__value_codec {
  polyring_allocator allocator;
  const polyring__dialect *dialect;
  polyring__packing packing; /* of what is written */
  size_t compress_from, most;
  int decode_text;
  polyring__packer packer;
  polyring_buffer plain;   /* a body before it is packed, or once it is unpacked */
  polyring_buffer small;   /* the sequence of a single value */
  polyring_buffer scratch; /* keys of maps, while they are checked */
};

/* The forms. A writer appends the body of the checked sequence to out; a reader appends the
 * sequence. is_text: the flags say that a plain body is text. Both leave out as it was when they
 * fail, or leave that to the caller. */
typedef struct polyring__form_row {
  polyring_status (*write)(const void *sequence, size_t size, polyring_buffer *out,
                           polyring_error *error);
  polyring_status (*read)(const polyring__value_codec *codec, const uint8_t *body, size_t size,
                          int is_text, polyring_buffer *out, polyring_error *error);
  int packs; /* bodies of this form are compressed */
} polyring__form_row;

extern const polyring__form_row polyring__forms[FORMS];

/* Bytes, or a text that is UTF-8, as they are or packed. */
polyring_status polyring__value_write_plain(polyring__value_codec *codec,
                                            const polyring_value *value, polyring_buffer *out,
                                            polyring__value_body *body, polyring_error *error);

polyring_status polyring__json_write(const void *sequence, size_t size, polyring_buffer *out,
                                     polyring_error *error);
polyring_status polyring__json_read(const polyring__value_codec *codec, const uint8_t *body,
                                    size_t size, int is_text, polyring_buffer *out,
                                    polyring_error *error);

/* The offset of the first byte that is no valid UTF-8, or size. */
size_t polyring__utf8_fault(const uint8_t *text, size_t size);

enum { POLYRING__FLOAT_ROOM = 32 };

/* Writes a finite number with as few digits as read back equal, always with a point or an exponent:
 * 1.0, 0.1, 1e+25. No NUL; returns the size. */
size_t polyring__float_print(double number, char out[POLYRING__FLOAT_ROOM]);

/* Reads what a float is written as here and by php-memcached (.1, 1, 1e-07, NaN, -Infinity). 0: it
 * is no such text, or beyond the floats. */
int polyring__float_read(const char *text, size_t size, double *number);

#endif
