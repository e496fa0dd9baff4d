/* What a client can be told, as text: settings.def is the table. */
#ifndef POLYRING__SETTINGS_H
#define POLYRING__SETTINGS_H

#include "base/span.h"
#include "polyring/bytes.h"

#ifdef POLYRING_ZLIB
#define POLYRING__COMPRESS_DEFAULT "zlib"
#else
#define POLYRING__COMPRESS_DEFAULT "none"
#endif

typedef enum polyring__setting_of_client {
#define TEXT(name, ...) POLYRING__SET_##name,
#define SETTING(name, ...) POLYRING__SET_##name,
#define CHOICE(name, ...) POLYRING__SET_##name,
#include "client/settings.def"
#undef TEXT
#undef SETTING
#undef CHOICE
  POLYRING__SETTINGS
} polyring__setting_of_client;

/* Where a value comes from; the later ones win. */
typedef enum polyring__source {
  POLYRING__BY_DEFAULT,
  POLYRING__BY_TOPOLOGY,
  POLYRING__BY_URL,
  POLYRING__BY_CALL
} polyring__source;

typedef struct polyring__settings {
  polyring_allocator allocator;
  struct {
    char *text; /* as it is shown, NUL-terminated */
    size_t room;
    int64_t number; /* of times and numbers; of choices the place of the word */
    polyring__source source;
  } of[POLYRING__SETTINGS];
} polyring__settings;

/* All defaults. OK or NO_MEMORY; in both cases polyring__settings_done gives the memory back. */
polyring_status polyring__settings_init(polyring__settings *settings,
                                        const polyring_allocator *allocator, polyring_error *error);
void polyring__settings_done(polyring__settings *settings);

/* Reads name=value&name=value. before is what stands before this text in the input, for positions.
 * OK; INVALID_ARGUMENT; NO_MEMORY. */
polyring_status polyring__settings_read(polyring__settings *settings, polyring__source source,
                                        polyring__span text, size_t before, polyring_error *error);

/* A setting of a topology, which holds where nothing else was given; with take it is taken over.
 * OK: it holds, or need not; MISS: it would, were it taken over; INVALID_ARGUMENT: there is none
 * of that name (error->position 0), or its value is refused (1); NO_MEMORY. */
polyring_status polyring__settings_propose(polyring__settings *settings, polyring__span name,
                                           polyring__span value, int take, polyring_error *error);

/* Puts what timeout says where read_timeout and write_timeout were not given. OK or NO_MEMORY. */
polyring_status polyring__settings_finish(polyring__settings *settings, polyring_error *error);

#endif
