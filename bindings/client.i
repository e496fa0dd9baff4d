/* The client: what polyring.i is for rings and topologies. Included by <language>/<language>.i
 * after polyring.i. The names that languages show: get, get_and_touch, gets, item, get_many, set,
 * ..., delete (remove here, as delete is a word of some languages), delete_many. */

%{
#include "facade_client.h"
%}

%ignore session::client;
%rename(Client) session;

typedef struct session {
  %extend {
    session(text servers, text settings);
    ~session();
    void close();
    found get(const char *key, size_t key_size);
    found get_and_touch(const char *key, size_t key_size, whole ttl);
    found_item gets(const char *key, size_t key_size);
    found_item item(const char *key, size_t key_size, perhaps vivify, perhaps recache);
    found_many get_many(key_list keys);
    outcome set(const char *key, size_t key_size, given value, whole ttl);
    outcome add(const char *key, size_t key_size, given value, whole ttl);
    outcome replace(const char *key, size_t key_size, given value, whole ttl);
    outcome append(const char *key, size_t key_size, given value);
    outcome prepend(const char *key, size_t key_size, given value);
    outcome cas(const char *key, size_t key_size, given value, whole cas, whole ttl);
    outcomes set_many(pair_list items, whole ttl);
    outcome remove(const char *key, size_t key_size);
    outcomes remove_many(key_list keys);
    outcome invalidate(const char *key, size_t key_size, whole ttl);
    outcome touch(const char *key, size_t key_size, whole ttl);
    outcomes touch_many(key_list keys, whole ttl);
    found_number incr(const char *key, size_t key_size, whole delta, perhaps initial, whole ttl);
    found_number decr(const char *key, size_t key_size, whole delta, perhaps initial, whole ttl);
    outcome set_counter(const char *key, size_t key_size, whole number, whole ttl);
    found counter(const char *key, size_t key_size);
    told_outcomes flush_all(whole delay, text server);
    told_stats stats(text arguments, text server);
    told_texts version(text server);
    told_texts dump(text server);
    told_outcomes verbosity(whole level, text server);
    told_outcomes ping(text server);
    done tick(length budget);
    done set_topology(text topology);
    done add_server(text new_server);
    done remove_server(text old_server);
    made_document topology();
    made_ring ring();
    all_statistics statistics();
    new_events events();
    const char *setting(text name);
  }
} session;
