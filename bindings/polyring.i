/* The one shared interface: what every language offers, a line a method.
 *
 * It has no language code. The types it uses are those of facade.h, and each says what crosses
 * the border; how it crosses is said by the typemaps of <language>/<language>.i, which sets
 * %module, defines its typemaps and then includes this file. */

%{
#include "facade.h"
%}

%ignore handle::ring;
%ignore handle::texts;
%rename(Ring) handle;

typedef struct handle {
  %extend {
    handle(server_list servers, text profile);
    ~handle();
    server_at locate(const char *key, size_t key_size);
    server_texts locate_many(key_list keys);
    server_indexes locate_indexes(key_list keys);
    trace explain(const char *key, size_t key_size);
    all_servers servers();
    const char *profile();
    static all_profiles profiles();
  }
} handle;
