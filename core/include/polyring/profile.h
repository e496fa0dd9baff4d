/* Polyring: profiles.
 *
 * A profile is how one client, in one configuration, places keys: one row of a table, whose
 * columns are data. It is named client/configuration ("libmemcached/ketama-weighted"), some have
 * an alias ("ketama"), and any column can be overridden in the name itself:
 *
 *     libmemcached/modula,hash=crc
 *     libmemcached/ketama,hash=md5,points=160
 *
 * Columns and values are text here, so that listings, documents and tests can walk the whole
 * table without knowing it. docs/placement.md says what each column means. */
#ifndef POLYRING_PROFILE_H
#define POLYRING_PROFILE_H

#include "polyring/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define POLYRING_PROFILE_DEFAULT "libmemcached/ketama-weighted"

/* A row with its overrides applied. Immutable: any number of threads may read one. */
typedef struct polyring_profile polyring_profile;

/* The name of row i of the table, or NULL beyond its end. Static. */
POLYRING_API const char *polyring_profile_name_at(size_t i);

/* Makes a profile of the text (a name or an alias, then overrides). OK, INVALID_PROFILE (an
 * unknown name: the error proposes the nearest one; an unknown column or value: the error lists
 * what there is) or NO_MEMORY. On failure *profile is NULL. Free it with polyring_profile_free. */
POLYRING_API polyring_status polyring_profile_new(const polyring_allocator *allocator,
                                                  const char *text, size_t size,
                                                  polyring_profile **profile,
                                                  polyring_error *error);
POLYRING_API void polyring_profile_free(polyring_profile *profile); /* NULL is allowed */

/* The canonical name: aliases resolved, overrides that change something appended in the order of
 * the columns. The alias ("" if none). One line about the client and its configuration. All
 * three live as long as the profile. */
POLYRING_API const char *polyring_profile_name(const polyring_profile *profile);
POLYRING_API const char *polyring_profile_alias(const polyring_profile *profile);
POLYRING_API const char *polyring_profile_about(const polyring_profile *profile);

/* Column c of the table: its name, one line about it, the value it has where a row says nothing of
 * it, and its v-th allowed value (NULL beyond the last; columns of free text or numbers have none).
 * NULL when c is beyond the last column. Static. */
POLYRING_API const char *polyring_column_name(size_t c);
POLYRING_API const char *polyring_column_about(size_t c);
POLYRING_API const char *polyring_column_default(size_t c);
POLYRING_API const char *polyring_column_choice(size_t c, size_t v);

/* The v-th layout in which column c means something; NULL beyond the last. Static. Whether the
 * column takes a number, and if so, from what to what. */
POLYRING_API const char *polyring_column_layout(size_t c, size_t v);
POLYRING_API int polyring_column_limits(size_t c, uint32_t *least, uint32_t *most);

/* The value of column c in this profile, in the spelling that overrides take; "" is a value. NULL
 * when c is beyond the last column. Lives as long as the profile. */
POLYRING_API const char *polyring_profile_value(const polyring_profile *profile, size_t c);

#ifdef __cplusplus
}
#endif

#endif
