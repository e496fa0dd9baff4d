/* Filling a polyring_error. */
#ifndef POLYRING__ERROR_H
#define POLYRING__ERROR_H

#include "polyring/bytes.h"

/* Fills *error (NULL is allowed) and returns status, so that a caller can fail in one line. The
 * format knows %s (a C string), %u (unsigned), and %q (const void *, size_t: bytes in quotes,
 * made printable and cut when long). */
polyring_status polyring__fail(polyring_error *error, polyring_status status, size_t position,
                               const char *format, ...);

/* Names the server concerned, as spelled. */
void polyring__error_server(polyring_error *error, const char *text, size_t size);

#endif
