#define _POSIX_C_SOURCE 200809L /* inet_pton */
#include "placement/servers.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/allocator.h"
#include "base/error.h"
#include "polyring/ring.h"

enum { HOST_MAX = 255, WEIGHT_DIGITS_MAX = 15 };

/* The state of reading one server: what is left of it, and where decoded bytes go. */
typedef struct reader {
  polyring__span whole;
  const char *at, *end;
  size_t origin; /* offset of the server in the input */
  char *arena;
  polyring_error *error;
} reader;

static polyring_status refuse(reader *in, const char *at, const char *rule) {
  polyring__fail(in->error, POLYRING_INVALID_SERVERS, in->origin + (size_t)(at - in->whole.at),
                 "server %q: %s", in->whole.at, in->whole.size, rule);
  polyring__error_server(in->error, in->whole.at, in->whole.size);
  return POLYRING_INVALID_SERVERS;
}

static int may_stand_alone(char c) { return polyring__is_unreserved((uint8_t)c) || c == '/'; }

/* Copies the n bytes at in->at into the arena, decoded and with a NUL behind them. extra is one
 * more byte that may stand as it is, or 0. */
static polyring_status decode(reader *in, size_t n, char extra, polyring__span *out) {
  const char *at = in->at;
  for (size_t i = 0; i < n; i++)
    if (!may_stand_alone(at[i]) && at[i] != '%' && at[i] != extra)
      return refuse(in, at + i, "this byte must be percent-encoded here");
  size_t position = 0;
  out->at = in->arena;
  out->size = polyring_percent_decode(at, n, in->arena, &position);
  if (out->size == POLYRING_NOWHERE)
    return refuse(in, at + position, "% must be followed by two hexadecimal digits");
  if (memchr(out->at, 0, out->size)) return refuse(in, at, "a zero byte cannot stand here");
  in->arena[out->size] = '\0';
  in->arena += out->size + 1;
  in->at += n;
  return POLYRING_OK;
}

static size_t up_to(const reader *in, const char *stops) {
  const char *at = in->at;
  while (at < in->end && !strchr(stops, *at)) at++;
  return (size_t)(at - in->at);
}

static int is_ipv4(polyring__span text) {
  uint8_t address[4];
  return text.size < 16 && inet_pton(AF_INET, text.at, address) == 1;
}

static int is_ipv6(polyring__span text) {
  uint8_t address[16];
  char copy[48];
  const char *zone = memchr(text.at, '%', text.size);
  size_t size = zone ? (size_t)(zone - text.at) : text.size;
  if (size >= sizeof copy || (zone && zone == text.at + text.size - 1)) return 0;
  memcpy(copy, text.at, size);
  copy[size] = '\0';
  return inet_pton(AF_INET6, copy, address) == 1;
}

/* An IPv6 address in brackets. */
static polyring_status read_brackets(reader *in, polyring__span *out) {
  const char *start = in->at++;
  size_t n = up_to(in, "]");
  if (in->at + n == in->end) return refuse(in, start, "this [ is not closed");
  polyring_status status = decode(in, n, ':', out);
  if (status < 0) return status;
  in->at++;
  return is_ipv6(*out) ? POLYRING_OK : refuse(in, start, "not an IPv6 address");
}

static polyring_status read_address_beside(reader *in, polyring__server *server) {
  const char *start = ++in->at;
  server->ip_beside = 1;
  if (in->at < in->end && *in->at == '[') return read_brackets(in, &server->ip);
  polyring_status status = decode(in, up_to(in, ":"), 0, &server->ip);
  if (status < 0) return status;
  return is_ipv4(server->ip) ? POLYRING_OK
                             : refuse(in, start, "an address must follow the /, IPv6 in brackets");
}

static polyring_status read_host(reader *in, polyring__server *server) {
  const char *start = in->at;
  polyring_status status;
  if (in->at < in->end && *in->at == '[') {
    status = read_brackets(in, &server->host);
    server->place = POLYRING__PLACE_IPV6;
  } else {
    status = decode(in, up_to(in, "/:"), 0, &server->host);
    if (status >= 0 && !server->host.size) return refuse(in, start, "there is no host");
    server->place =
        status >= 0 && is_ipv4(server->host) ? POLYRING__PLACE_IPV4 : POLYRING__PLACE_NAME;
  }
  if (status < 0) return status;
  if (server->host.size > HOST_MAX) return refuse(in, start, "a host has at most 255 bytes");
  if (in->at < in->end && *in->at == '/') return read_address_beside(in, server);
  if (server->place != POLYRING__PLACE_NAME) server->ip = server->host;
  return POLYRING_OK;
}

static polyring_status read_port(reader *in, size_t n, polyring__server *server) {
  int32_t port = 0;
  for (size_t i = 0; i < n && i < 6; i++) {
    if (!polyring__is_digit(in->at[i])) n = 0;
    port = port * 10 + (in->at[i] - '0');
  }
  if (!n || n > 5 || port > 65535 || (!port && server->place != POLYRING__PLACE_UNIX))
    return refuse(in, in->at, "a port is a number from 1 to 65535");
  server->port = port;
  in->at += n;
  return POLYRING_OK;
}

static polyring_status read_weight(reader *in, size_t n, polyring__server *server) {
  static const char rule[] =
      "a weight is a decimal number from 0 to 4294967295, of at most 15 digits";
  uint64_t digits = 0;
  double scale = 1;
  size_t count = 0, point = n;
  for (size_t i = 0; i < n; i++) {
    if (in->at[i] == '.' && point == n && i > 0 && i + 1 < n) {
      point = i;
      continue;
    }
    if (!polyring__is_digit(in->at[i]) || ++count > WEIGHT_DIGITS_MAX)
      return refuse(in, in->at + i, rule);
    digits = digits * 10 + (uint64_t)(in->at[i] - '0');
    if (point < n) scale *= 10;
  }
  /* Both numbers are exact, so that the quotient is the double nearest to what was written. */
  server->weight = (double)digits / scale;
  if (!n || server->weight > 4294967295.0) return refuse(in, in->at, rule);
  server->given_weight = server->weight;
  server->has_weight = 1;
  in->at += n;
  return POLYRING_OK;
}

/* [:port][:weight], or for a path [:weight] or [:port:weight]. */
static polyring_status read_numbers(reader *in, polyring__server *server) {
  int is_path = server->place == POLYRING__PLACE_UNIX;
  polyring_status status = POLYRING_OK;
  server->port = POLYRING__NO_PORT;
  for (int i = 0; in->at < in->end && status >= 0; i++) {
    if (*in->at != ':') return refuse(in, in->at, "a : must stand here, or nothing");
    in->at++;
    size_t n = up_to(in, ":");
    int last = in->at + n == in->end;
    if (i == 2) return refuse(in, in->at, "nothing can follow port and weight");
    status = i == 1 || (is_path && last) ? read_weight(in, n, server) : read_port(in, n, server);
  }
  return status;
}

static polyring_status read_attributes(reader *in, polyring__server *server) {
  static const char buckets[] = "buckets";
  polyring__span name, value;
  while (in->at < in->end) {
    if (*in->at++ != ';') return refuse(in, in->at - 1, "this byte must be percent-encoded here");
    size_t n = up_to(in, "=;");
    if (!n || in->at + n == in->end || in->at[n] != '=')
      return refuse(in, in->at, "an attribute is written ;name=value");
    char *arena = in->arena;
    polyring_status status = decode(in, n, 0, &name);
    if (status < 0) return status;
    int is_map = name.size == sizeof buckets - 1 && memcmp(name.at, buckets, name.size) == 0;
    const char *start = in->at++;
    status = decode(in, up_to(in, ";"), '+', &value);
    if (status < 0) return status;
    if (is_map && server->buckets.at) return refuse(in, start, "it has two attributes buckets");
    if (is_map)
      server->buckets = value;
    else
      in->arena = arena;
  }
  return POLYRING_OK;
}

static polyring_status read_server(reader *in, polyring__server *server) {
  polyring_status status;
  const char *whole_end = in->end;
  in->end = in->at + up_to(in, ";");
  size_t n = up_to(in, "=:/[");
  if (n < (size_t)(in->end - in->at) && in->at[n] == '=') {
    if (!n) return refuse(in, in->at, "there is no name before the =");
    const char *name = in->at;
    status = decode(in, n, 0, &server->name);
    if (status < 0) return status;
    if (server->name.size > HOST_MAX) return refuse(in, name, "a name has at most 255 bytes");
    in->at++;
  }
  const char *place = in->at;
  if (in->end - in->at >= 5 && memcmp(in->at, "unix:", 5) == 0) {
    in->at += 5;
    server->place = POLYRING__PLACE_UNIX;
    if (!up_to(in, ":")) return refuse(in, in->at, "there is no path");
    if (up_to(in, ":") > 3 * HOST_MAX) return refuse(in, in->at, "a path has at most 255 bytes");
    status = decode(in, up_to(in, ":"), 0, &server->host);
  } else {
    status = read_host(in, server);
  }
  if (status < 0) return status;
  if (server->host.size > HOST_MAX) return refuse(in, place, "a path has at most 255 bytes");
  const char *numbers = in->at;
  status = read_numbers(in, server);
  if (status < 0) return status;
  /* As spelled, without name, weight and attributes. */
  const char *spelled_end = in->at;
  if (server->has_weight)
    while (*--spelled_end != ':' && spelled_end > numbers) continue;
  server->spelled.size = (size_t)(spelled_end - place);
  server->spelled.at = memcpy(in->arena, place, server->spelled.size);
  in->arena[server->spelled.size] = '\0';
  in->arena += server->spelled.size + 1;
  in->end = whole_end;
  return read_attributes(in, server);
}

/* The next server of the input from *cursor on, empty at the end. */
static polyring__span next_server(const polyring__servers_input *input, size_t *cursor) {
  if (input->ends) {
    size_t i = *cursor, start = i ? input->ends[i - 1] : 0;
    if (i == input->count) return (polyring__span){input->at, 0};
    *cursor = i + 1;
    return (polyring__span){input->at + start, input->ends[i] - start};
  }
  size_t start = *cursor;
  while (start < input->size && polyring__is_blank(input->at[start])) start++;
  *cursor = start;
  while (*cursor < input->size && !polyring__is_blank(input->at[*cursor])) ++*cursor;
  return (polyring__span){input->at + start, *cursor - start};
}

/* Counts the servers, and looks at what has nothing to do with any single one. */
static polyring_status measure(polyring__servers_input *input, polyring_error *error) {
  if (input->ends) {
    for (size_t i = 0; i < input->count; i++)
      if (input->ends[i] < (i ? input->ends[i - 1] : 0))
        return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                              "the ends of a list of servers must not descend");
    input->size = input->count ? input->ends[input->count - 1] : 0;
  } else {
    size_t cursor = 0;
    input->count = 0;
    while (next_server(input, &cursor).size) input->count++;
  }
  if (!input->count)
    return polyring__fail(error, POLYRING_INVALID_SERVERS, 0, "the list of servers is empty");
  if (input->count > POLYRING_SERVERS_MAX)
    return polyring__fail(error, POLYRING_TOO_LARGE, POLYRING_NOWHERE,
                          "the list has %u servers, the limit is 65535", (unsigned)input->count);
  return POLYRING_OK;
}

polyring_status polyring__servers_parse(const polyring_allocator *allocator,
                                        polyring__servers_input input, polyring__servers *servers,
                                        polyring_error *error) {
  polyring_status status = measure(&input, error);
  if (status < 0) return status;
  servers->count = input.count;
  servers->text_size = 2 * input.size + 8 * input.count; /* decoded and as spelled, with NULs */
  servers->at = polyring__allocate(allocator, input.count * sizeof *servers->at);
  servers->text = polyring__allocate(allocator, servers->text_size);
  if (!servers->at || !servers->text) {
    polyring__servers_done(allocator, servers);
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for %u servers",
                          (unsigned)input.count);
  }
  memset(servers->at, 0, input.count * sizeof *servers->at);
  size_t cursor = 0;
  reader in = {.arena = servers->text, .error = error};
  for (size_t i = 0; i < input.count && status >= 0; i++) {
    in.whole = next_server(&input, &cursor);
    in.at = in.whole.at;
    in.end = in.at + in.whole.size;
    in.origin = (size_t)(in.at - input.at);
    status = in.whole.size ? read_server(&in, &servers->at[i]) : refuse(&in, in.at, "it is empty");
  }
  if (status < 0) polyring__servers_done(allocator, servers);
  return status;
}

void polyring__servers_done(const polyring_allocator *allocator, polyring__servers *servers) {
  polyring__release(allocator, servers->at, servers->count * sizeof *servers->at);
  polyring__release(allocator, servers->text, servers->text_size);
  *servers = (polyring__servers){0};
}

polyring_status polyring__server_refuse(const polyring__server *server, polyring_error *error,
                                        const char *rule) {
  polyring__fail(error, POLYRING_INVALID_SERVERS, POLYRING_NOWHERE, "server %q: %s",
                 server->spelled.at, server->spelled.size, rule);
  polyring__error_server(error, server->spelled.at, server->spelled.size);
  return POLYRING_INVALID_SERVERS;
}
