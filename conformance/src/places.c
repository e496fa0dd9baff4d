#include "places.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "json.h"
#include "polyring/bytes.h"

/* Decodes in place; false for a bad escape or a zero byte. */
static bool decode(char *text) {
  size_t size = polyring_percent_decode(text, strlen(text), text, NULL);
  if (size == POLYRING_NOWHERE || memchr(text, 0, size)) return false;
  text[size] = 0;
  return size > 0;
}

static bool address_set(struct place *place, const char *address) {
  struct sockaddr_in *v4 = (struct sockaddr_in *)&place->socket;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&place->socket;
  free(place->address);
  place->address = copy(address);
  if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t)place->port);
    place->socket_size = sizeof *v4;
    return true;
  }
  if (inet_pton(AF_INET6, address, &v6->sin6_addr) != 1) return false;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons((uint16_t)place->port);
  place->socket_size = sizeof *v6;
  return true;
}

/* Takes ":number" off the end, if there is one. */
static char *number_take(char *text) {
  char *colon = strrchr(text, ':');
  if (!colon || !colon[1] || strspn(colon + 1, "0123456789.") != strlen(colon + 1)) return NULL;
  *colon = 0;
  return colon + 1;
}

static bool path_read(struct place *place, char *text) {
  struct sockaddr_un *address = (struct sockaddr_un *)&place->socket;
  if (number_take(text)) number_take(text); /* weight and port: neither matters here */
  if (!decode(text) || text[0] != '/' || strlen(text) >= sizeof address->sun_path) return false;
  place->path = copy(text);
  address->sun_family = AF_UNIX;
  strcpy(address->sun_path, text);
  place->socket_size = sizeof *address;
  return true;
}

/* Cuts "[address]" or what stands before the next : or / off the start. */
static char *host_take(char **rest) {
  char *host = *rest, *end;
  if (host[0] == '[') {
    end = strchr(++host, ']');
    if (!end) return NULL;
    *end++ = 0;
    *rest = end;
  } else {
    end = host + strcspn(host, ":/");
    *rest = end;
  }
  return host;
}

static bool host_read(struct place *place, char *text, size_t index) {
  char *rest = text, *address = NULL, *host = host_take(&rest);
  uint64_t port;
  if (!host) return false;
  bool beside = *rest == '/';
  if (beside) {
    *rest++ = 0;
    address = host_take(&rest);
    if (!address) return false;
  }
  if (*rest && *rest != ':') return false;
  if (*rest) *rest++ = 0;
  rest[strcspn(rest, ":")] = 0; /* what follows the port is the weight */
  place->port = 11211;
  if (*rest) {
    if (!number_read(rest, 65535, &port) || port == 0) return false;
    place->port = (unsigned)port;
  }
  if (!decode(host) || (address && !decode(address))) return false;
  place->host = copy(host);
  if (address) {
    place->named = true;
    return address_set(place, address);
  }
  if (address_set(place, host)) return true;
  char chosen[32];
  snprintf(chosen, sizeof chosen, "127.78.%zu.%zu", index / 250 % 250, index % 250 + 1);
  place->named = true;
  return strcmp(host, "localhost") ? address_set(place, chosen) : address_set(place, "127.0.0.1");
}

static bool place_read(struct place *place, const char *word, size_t index) {
  char *text = copy(word), *start = text;
  size_t name = strcspn(text, "=:/[");
  place->word = copy(word);
  if (text[name] == '=') start = text + name + 1;
  start[strcspn(start, ";")] = 0;
  bool good =
      strncmp(start, "unix:", 5) ? host_read(place, start, index) : path_read(place, start + 5);
  free(text);
  return good;
}

static int by_socket(const void *a, const void *b) {
  const struct place *x = *(const struct place *const *)a, *y = *(const struct place *const *)b;
  int order = memcmp(&x->socket, &y->socket, sizeof x->socket);
  return order ? order : (x > y) - (x < y);
}

static void find_same(struct places *places) {
  struct place **sorted = zeroed(places->count, sizeof *sorted);
  for (size_t i = 0; i < places->count; i++) sorted[i] = &places->items[i];
  qsort(sorted, places->count, sizeof *sorted, by_socket);
  for (size_t i = 0; i < places->count; i++)
    if (i > 0 && !memcmp(&sorted[i - 1]->socket, &sorted[i]->socket, sizeof sorted[i]->socket))
      sorted[i]->same_as = sorted[i - 1]->same_as;
    else
      sorted[i]->same_as = (size_t)(sorted[i] - places->items);
  free(sorted);
}

char *places_read(const char *text, struct places *places) {
  char *line = copy(text);
  struct words words = words_split(line);
  char *why = words.count ? NULL : copy("there are no servers");
  size_t size;
  *places = (struct places){0};
  FILE *list = open_memstream(&places->text, &size);
  for (size_t i = 0; i < words.count && !why; i++) {
    ROOM(places->items, places->count, places->capacity);
    struct place *place = &places->items[places->count++];
    memset(place, 0, sizeof *place); /* sockets are compared with their padding */
    if (!place_read(place, words.items[i], i))
      why = format("server %zu, %s: cannot be read", i, words.items[i]);
    places->named |= place->named;
    fprintf(list, "%s%s", i ? " " : "", place->word);
  }
  fclose(list);
  if (!why) find_same(places);
  free(words.items);
  free(line);
  if (why) places_done(places);
  return why;
}

void places_done(struct places *places) {
  for (size_t i = 0; i < places->count; i++) {
    free(places->items[i].word);
    free(places->items[i].host);
    free(places->items[i].address);
    free(places->items[i].path);
  }
  free(places->items);
  free(places->text);
  *places = (struct places){0};
}

char *places_local(const struct places *places) {
  for (size_t i = 0; i < places->count; i++) {
    const struct place *place = &places->items[i];
    if (place->address && strncmp(place->address, "127.", 4) && strcmp(place->address, "::1"))
      return format("no memcached can be started for %s: %s is not on the loopback", place->word,
                    place->address);
  }
  return NULL;
}

char *places_hosts(const struct places *places) {
  char *text;
  size_t size;
  FILE *file = open_memstream(&text, &size);
  fputs("127.0.0.1 localhost\n::1 localhost\n", file);
  for (size_t i = 0; i < places->count; i++) {
    const struct place *place = &places->items[i];
    if (place->named && strcmp(place->host, "localhost"))
      fprintf(file, "%s %s\n", place->address, place->host);
  }
  fclose(file);
  return text;
}

json_t *places_json(const struct places *places) {
  json_t *list = json_array();
  for (size_t i = 0; i < places->count; i++)
    json_array_append_new(list, json_text(places->items[i].word));
  return list;
}
