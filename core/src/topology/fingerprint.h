/* The text that a ring's fingerprint is the digest of. docs/placement.md, section 8. */
#ifndef POLYRING__FINGERPRINT_H
#define POLYRING__FINGERPRINT_H

#include "placement/ring.h"

/* Takes a piece of a text. */
typedef void polyring__sink(void *context, const char *text, size_t size);

/* OK or NO_MEMORY. */
polyring_status polyring__fingerprint_write(const polyring_ring *ring, polyring__sink *sink,
                                            void *context);

#endif
