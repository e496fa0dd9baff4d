/* Forks: whether this process is still the one that opened a socket; and locks that a fork in one
 * thread, while others work, leaves neither taken nor in the midst of a change. */
#ifndef POLYRING__FORK_H
#define POLYRING__FORK_H

#include <stdint.h>

/* Has another value in each process that was forked after the first call. */
uint32_t polyring__fork_generation(void);

typedef enum polyring__fork_moment {
  POLYRING__FORK_BEGINS, /* take the locks */
  POLYRING__FORK_PARENT, /* give them back */
  POLYRING__FORK_CHILD   /* the same; the other threads are gone, and what they had is lost */
} polyring__fork_moment;

/* Who is told of forks, on the thread that forks. It may take only locks under which nothing waits
 * and nobody else is called. */
typedef struct polyring__fork_witness {
  struct polyring__fork_witness *next, **before;
  void (*told)(struct polyring__fork_witness *witness, polyring__fork_moment moment);
} polyring__fork_witness;

/* With told filled in. No lock may be held that told takes. */
void polyring__fork_attend(polyring__fork_witness *witness);
void polyring__fork_leave(polyring__fork_witness *witness);

#endif
