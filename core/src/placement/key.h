/* From a key to what is sent and what is hashed. */
#ifndef POLYRING__KEY_H
#define POLYRING__KEY_H

#include "placement/columns.h"
#include "polyring/ring.h"

enum {
  POLYRING__KEY_WHOLE_MAX = 1024, /* encoded and with its prefix, before it is shortened */
  POLYRING__PREFIX_MAX = 250,
  POLYRING__AFFIX_MAX = 64 /* of stop and suffix */
};

/* A text column, percent-decoded. */
typedef struct polyring__affix {
  size_t size;
  uint8_t at[POLYRING__PREFIX_MAX + 1];
} polyring__affix;

/* The columns that concern keys, made ready. */
typedef struct polyring__key_rules {
  uint8_t refuse[32];
  uint8_t refuses; /* any bit above is set */
  uint8_t as_is;   /* what is sent and hashed is the key itself, which may have to be UTF-8 */
  uint8_t longest, encode, route, long_key, from, empty_stop, empty_tag, text;
  uint8_t units; /* the hash takes one character at a time */
  polyring__affix prefix, stop, tag, suffix;
} polyring__key_rules;

typedef struct polyring__key {
  const uint8_t *sent, *text;
  size_t sent_size, text_size;
  uint8_t whole[POLYRING__KEY_WHOLE_MAX], short_key[POLYRING_KEY_MAX];
  uint8_t text_store[POLYRING_TEXT_MAX];
} polyring__key;

/* The texts of the columns must be well-formed: polyring__columns_check sees to it. */
void polyring__key_rules_init(polyring__key_rules *rules, const polyring__columns *columns);

/* OK, or INVALID_KEY with the reason. The result points into itself or to the given bytes. */
polyring_status polyring__key_prepare(const polyring__key_rules *rules, const void *bytes,
                                      size_t size, polyring__key *key, polyring_error *error);

/* The hashed text, from the part of the key that is hashed. OK or INVALID_KEY. */
polyring_status polyring__key_text(const polyring__key_rules *rules, const uint8_t *bytes,
                                   size_t size, polyring__key *key, polyring_error *error);

/* Decodes a percent-encoded column. Whether it was well-formed and of at most max bytes. */
int polyring__affix_read(polyring__span column, size_t max, polyring__affix *affix);

#endif
