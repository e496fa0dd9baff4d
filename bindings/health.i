/* The health: what polyring.i is for rings and topologies. Included by <language>/<language>.i
 * after polyring.i and client.i. Languages leave the seed out for a random one; the columns of the
 * policy are arguments with names there. */

%{
#include "facade_health.h"
%}

%ignore watch::health;
%ignore watch::ring;
%ignore watch::gutter;
%rename(Health) watch;

typedef struct watch {
  %extend {
    watch(server_list servers, text profile, server_list gutter, policy policy, whole seed);
    ~watch();
    done report(which_server server, seen_event seen, moment now, length detail);
    due_server due(moment now);
    next_moment next_due();
    signs_of signs(which_server server);
    routed route(const char *key, size_t key_size, moment now);
    log_lines log();
    all_servers servers();
    gutter_servers gutter_servers();
    const char *profile();
  }
} watch;
