/* A first guess at the library that wrote items, by their flags. */
#ifndef AUDIT_GUESS_H
#define AUDIT_GUESS_H

#include "support.h"

/* The libraries that may have written all of these flags, blank-separated, to be freed; "" if
 * there is none. A guess: applications may set flags of their own. */
char *guess_libraries(const uint32_t *flags, size_t count);

/* How many libraries there are at all. */
size_t guess_count(void);

#endif
