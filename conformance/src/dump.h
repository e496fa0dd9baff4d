/* What lies on the servers of a running pool, read without changing anything there. */
#ifndef DUMP_H
#define DUMP_H

#include "keys.h"
#include "places.h"

struct dump_options {
  int64_t timeout; /* milliseconds that one reply may take; a list of keys gets more as it grows */
  uint64_t rate;   /* items a second and server, 0 for as many as come */
  uint64_t sample; /* about so many keys of each server, the same ones on all; 0 for all */
  bool flags;      /* read them, */
  bool touch;      /* even if that counts as an access of the item */
  const char *state; /* a file that keeps what is done, or NULL */
};
#define DUMP_STANDARD \
  { .timeout = 10000, .flags = true }

enum flags_state {
  FLAGS_UNREAD,
  FLAGS_READ,
  FLAGS_GONE /* the item is not there any more */
};

/* A key on a server. */
struct dump_item {
  int64_t expires, accessed; /* seconds since 1970; expires is -1 for never */
  uint32_t key;              /* in dump.keys */
  uint32_t flags, size;
  uint8_t class, flags_state;
};

#define CLASSES 256

/* One class of slabs of a server. */
struct slab {
  uint64_t held; /* items, as the server says */
  size_t first;  /* its first item while it is read */
  size_t count;  /* items of it that were read */
  bool done;
};

struct source {
  const struct place *place;
  size_t same_as;   /* the first server of the list that is the same process */
  char *why;        /* why it could not be read to the end, or NULL */
  char *note;       /* why its flags are not known, or NULL */
  bool finished;    /* all is read, now or as the state file says */
  bool any;         /* something was read of it */
  uint64_t held;    /* items, as the server says */
  size_t gone;      /* items that were gone when their flags were asked for */
  uint64_t sampled; /* keys whose hash is at most this are taken */
  struct dump_item *items;
  size_t count, capacity;
  struct slab slabs[CLASSES];
  struct link *link; /* while it is read */
};

struct dump {
  const struct places *places;
  struct dump_options options;
  struct keys keys; /* all distinct ones */
  struct source *sources;
  char *resumed;    /* the date of the state file that was read, or NULL */
  int64_t saved_at; /* when the state file was written, and how long that took */
  int64_t saved_in;
};

/* Reads all servers at once. What goes wrong with one is noted there, and the others go on. Fails
 * when the state file is not one of this list and these options. */
void dump_read(struct dump *dump, const struct places *places, const struct dump_options *options);
void dump_done(struct dump *dump);

/* The state file. dump_load returns at once if there is none yet; dump_save writes it unless that
 * was done a moment ago and need not be now. */
void dump_load(struct dump *dump);
void dump_save(struct dump *dump, bool now);

#endif
