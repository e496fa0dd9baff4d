/* Where a client's topology comes from: a list of servers, a URL, a text, a file. */
#ifndef POLYRING__SOURCE_H
#define POLYRING__SOURCE_H

#include "client/client.h"

int polyring__is_url(polyring__span text);
/* Cuts a URL into servers, with commas, and settings. */
void polyring__cut_url(polyring__span *servers, polyring__span *settings);

/* The topology that a client begins with. A topology's settings become the client's. What the file
 * was is in client->stamp. */
polyring_status polyring__source_first(polyring_client *client, polyring__span servers, int of_url,
                                       polyring_topology **topology, polyring_error *error);

/* Another topology than that of client->now, from a text or a file. kept: where to write, as a
 * sentence in so many bytes, which of its settings the client does not have; else "". */
polyring_status polyring__source_text(polyring_client *client, polyring__span text,
                                      polyring_topology **topology, char *kept, size_t kept_size,
                                      polyring_error *error);
polyring_status polyring__source_file(polyring_client *client, polyring_topology **topology,
                                      char *kept, size_t kept_size, polyring_error *error);

#endif
