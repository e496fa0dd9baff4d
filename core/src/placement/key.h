/* From a key to what is sent and what is hashed. */
#ifndef POLYRING__KEY_H
#define POLYRING__KEY_H

#include "placement/columns.h"

/* The columns that concern keys, made ready. */
typedef struct polyring__key_rules {
  uint8_t refuse[32];
  uint8_t refuses; /* any bit above is set */
  uint8_t long_key, text;
  uint8_t units; /* the hash takes one character at a time */
} polyring__key_rules;

typedef struct polyring__key {
  const uint8_t *sent, *text;
  size_t sent_size, text_size;
  uint8_t sent_store[256], text_store[512];
} polyring__key;

void polyring__key_rules_init(polyring__key_rules *rules, const polyring__columns *columns);

/* OK, or INVALID_KEY with the reason. The result points into itself or to the given bytes. */
polyring_status polyring__key_prepare(const polyring__key_rules *rules, const void *bytes,
                                      size_t size, polyring__key *key, polyring_error *error);

#endif
