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
    fingerprint fingerprint();
    made_plan plan(handle *other, whole sample);
    made_ring with_server(text server);
    made_ring without_server(which_server server);
    static all_profiles profiles();
  }
} handle;

%ignore document::topology;
%rename(Topology) document;

typedef struct document {
  %extend {
    document(server_list servers, text profile, whole epoch);
    ~document();
    static made_document parse(text text);
    const char *profile();
    whole epoch();
    topology_servers servers();
    topology_settings settings();
    canonical_text text();
    digest digest();
    made_ring ring();
    made_document with_servers(server_list servers);
    made_document move_bucket(whole bucket, text server);
    made_difference diff(document *other);
  }
} document;
