/* The one rule of keys, for every protocol and language. */
#ifndef POLYRING__WIRE_KEY_H
#define POLYRING__WIRE_KEY_H

#include "base/span.h"

enum {
  POLYRING__SENT_KEY_MAX = 250,   /* bytes of a key on the wire, be it text or base64 */
  POLYRING__BINARY_KEY_MAX = 186, /* bytes of a key whose base64 is no longer than that */
  POLYRING__BASE64_MAX = 248      /* characters of it */
};

typedef enum polyring__key_kind {
  POLYRING__KEY_TEXT,   /* goes as it is */
  POLYRING__KEY_BINARY, /* has a blank, a control byte or DEL: needs base64, hence meta */
  POLYRING__KEY_EMPTY,
  POLYRING__KEY_TOO_LONG /* for what it needs */
} polyring__key_kind;

/* What kind of key this is; *position is the first byte that makes it binary, or its size. */
polyring__key_kind polyring__key_kind_of(polyring__span key, size_t *position);

/* Writes the base64 of bytes, with = at the end; returns the end. */
char *polyring__base64_write(polyring__span bytes, char *out);
/* Whether text is the base64 of bytes. */
int polyring__base64_is(polyring__span text, polyring__span bytes);

#endif
