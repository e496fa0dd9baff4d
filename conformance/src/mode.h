/* The modes as rows of a table. */
#ifndef MODE_H
#define MODE_H

#include "scene.h"

struct mode_row {
  const char *name;
  const char *needs;                    /* the verb without which there is nothing to see */
  size_t keys_max;                      /* how many of the listed keys are enough; 0: all */
  void (*own_keys)(struct keys *keys);  /* asked instead of the listed ones */
  bool servers;                         /* are started */
  void (*prepare)(struct scene *scene); /* the servers, before the client has them */
  void (*ask)(struct scene *scene);     /* the client, which has its servers */
  void (*judge)(struct scene *scene);   /* after the client has ended */
  /* In place of all that: observes by observing in other modes. */
  void (*compose)(const struct observer *observer, const struct client *client,
                  const struct places *places, const struct keys *keys, struct observation *seen);
};

const struct mode_row *mode_row(enum mode mode);

#endif
