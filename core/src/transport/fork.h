/* Whether this process is still the one that opened a socket. */
#ifndef POLYRING__FORK_H
#define POLYRING__FORK_H

#include <stdint.h>

/* Has another value in each process that was forked after the first call. */
uint32_t polyring__fork_generation(void);

#endif
