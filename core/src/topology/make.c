/* Making a topology of its parts, which become canonical. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/allocator.h"
#include "base/error.h"
#include "base/utf8.h"
#include "polyring/profile.h"
#include "topology/topology.h"

/* The room that a server's canonical text needs beyond three times what was written: brackets that
 * enclose, and NULs. */
enum { SERVER_ROOM = 8 };

typedef struct maker {
  const polyring__draft *draft;
  polyring_topology *made;
  polyring_profile *profile;
  polyring__servers servers;
  char *out;     /* where the next text goes */
  char *scratch; /* for the attributes of one server */
  polyring__fault *fault;
  polyring_error *error;
} maker;

int polyring__named_compare(const void *left, const void *right) {
  const polyring__named *a = left, *b = right;
  int difference = polyring__span_compare(a->text, b->text);
  return difference ? difference : (a->index > b->index) - (a->index < b->index);
}

char *polyring__topology_encode(const char *bytes, size_t size, const char *extra, char *out) {
  static const char digits[] = "0123456789ABCDEF";
  for (size_t i = 0; i < size; i++) {
    uint8_t byte = (uint8_t)bytes[i];
    if (polyring__is_unreserved(byte) || (byte && strchr(extra, byte))) {
      *out++ = (char)byte;
      continue;
    }
    *out++ = '%';
    *out++ = digits[byte >> 4];
    *out++ = digits[byte & 15];
  }
  return out;
}

/* Not printf's work: its decimal point depends on the locale. */
size_t polyring__decimal_print(double number, char *out) {
  double scale = 1;
  if (!(number >= 0 && number <= 4294967295.0)) return 0;
  for (int places = 0; places < 16; places++, scale *= 10) {
    double digits = floor(number * scale + 0.5);
    if (digits >= 1e15) return 0;
    if (digits / scale != number) continue;
    int size = snprintf(out, 24, "%0*.0f", places + 1, digits);
    if (!places) return (size_t)size;
    memmove(out + size - places + 1, out + size - places, (size_t)places + 1);
    out[size - places] = '.';
    return (size_t)size + 1;
  }
  return 0;
}

static void put(maker *self, const char *text, size_t size) {
  if (size) memcpy(self->out, text, size);
  self->out += size;
}

static void put_encoded(maker *self, polyring__span text, const char *extra) {
  self->out = polyring__topology_encode(text.at, text.size, extra, self->out);
}

static void put_address(maker *self, polyring__span address) {
  int is_ipv6 = memchr(address.at, ':', address.size) != NULL;
  if (is_ipv6) put(self, "[", 1);
  put_encoded(self, address, ":");
  if (is_ipv6) put(self, "]", 1);
}

static void put_number(maker *self, unsigned number) {
  char digits[12];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  put(self, digits + at, sizeof digits - at);
}

static polyring__span part(const maker *self, const char *start) {
  return (polyring__span){start, (size_t)(self->out - start)};
}

static void put_place(maker *self, const polyring__server *server) {
  if (server->place == POLYRING__PLACE_UNIX) {
    put(self, "unix:", 5);
    put_encoded(self, server->host, "/");
  } else if (server->place == POLYRING__PLACE_IPV6) {
    put_address(self, server->host);
  } else {
    put_encoded(self, server->host, "");
  }
  if (server->ip_beside) {
    put(self, "/", 1);
    put_address(self, server->ip);
  }
  if (server->port == POLYRING__NO_PORT) return;
  put(self, ":", 1);
  put_number(self, (unsigned)server->port);
}

/* A weight without zeros that say nothing. */
static void put_weight(maker *self, const char *weight, const char *end) {
  if (memchr(weight, '.', (size_t)(end - weight)))
    while (end[-1] == '0' || end[-1] == '.')
      if (*--end == '.') break;
  while (end - weight > 1 && *weight == '0' && weight[1] != '.') weight++;
  put(self, weight, (size_t)(end - weight));
}

static polyring_status refuse(const maker *self, size_t i, const char *rule) {
  *self->fault = (polyring__fault){POLYRING__FAULT_SERVER, i};
  return polyring__server_refuse(&self->servers.at[i], self->error, rule);
}

/* Encodes one attribute, name=value, which was valid for polyring__servers_parse. The text of
 * *attribute is the name afterwards. Returns the end of the whole. */
static char *encode_attribute(const char *start, const char *end, char *out,
                              polyring__named *attribute) {
  const char *equal = memchr(start, '=', (size_t)(end - start));
  char *decoded = out + 3 * (end - start); /* where it is not overtaken */
  attribute->text.at = out;
  size_t size = polyring_percent_decode(start, (size_t)(equal - start), decoded, NULL);
  out = polyring__topology_encode(decoded, size, "/", out);
  attribute->text.size = (size_t)(out - attribute->text.at);
  *out++ = '=';
  size = polyring_percent_decode(equal + 1, (size_t)(end - equal - 1), decoded, NULL);
  return polyring__topology_encode(decoded, size, "/+", out);
}

/* ;name=value, ascending by name. What was written of server i is from at to end. */
static polyring_status put_attributes(maker *self, size_t i, const char *at, const char *end) {
  polyring__named attributes[POLYRING__ATTRIBUTES_MAX];
  size_t count = 0;
  char *scratch = self->scratch;
  while (at < end) {
    const char *start = ++at;
    while (at < end && *at != ';') at++;
    if (count == POLYRING__ATTRIBUTES_MAX) return refuse(self, i, "it has more than 64 attributes");
    char *next = encode_attribute(start, at, scratch, &attributes[count]);
    attributes[count++].index = (size_t)(next - scratch);
    scratch = next;
  }
  qsort(attributes, count, sizeof *attributes, polyring__named_compare);
  for (size_t a = 0; a < count; a++) {
    if (a && polyring__span_compare(attributes[a - 1].text, attributes[a].text) == 0)
      return refuse(self, i, "it has an attribute twice");
    put(self, ";", 1);
    put(self, attributes[a].text.at, attributes[a].index);
  }
  return POLYRING_OK;
}

/* Server i, of which this was written. */
static polyring_status put_server(maker *self, size_t i, polyring__span written) {
  const polyring__server *server = &self->servers.at[i];
  polyring__member *member = &self->made->servers[i];
  const char *end = memchr(written.at, ';', written.size), *start = self->out, *from;
  if (!end) end = written.at + written.size;
  if (server->name.size) {
    put_encoded(self, server->name, "");
    member->name = part(self, start);
    put(self, "=", 1);
  }
  from = self->out;
  put_place(self, server);
  member->place = part(self, from);
  if (server->has_weight) {
    const char *weight = end;
    while (weight[-1] != ':') weight--;
    put(self, ":", 1);
    from = self->out;
    put_weight(self, weight, end);
    member->weight = part(self, from);
  }
  from = self->out;
  polyring_status status = put_attributes(self, i, end, written.at + written.size);
  if (self->out > from) member->attributes = part(self, from);
  member->text = part(self, start);
  put(self, "", 1);
  return status;
}

/* The texts of the servers, one by one, as polyring__servers_parse saw them. */
static polyring_status put_servers(maker *self) {
  const polyring__servers_input *input = &self->draft->servers;
  polyring_status status = POLYRING_OK;
  size_t start = 0, end = 0;
  for (size_t i = 0; i < self->servers.count && status >= 0; i++, start = end) {
    if (input->ends) {
      end = input->ends[i];
    } else {
      while (polyring__is_blank(input->at[start])) start++;
      for (end = start; end < input->size && !polyring__is_blank(input->at[end]);) end++;
    }
    status = put_server(self, i, (polyring__span){input->at + start, end - start});
  }
  return status;
}

static polyring__span put_copy(maker *self, polyring__span text) {
  const char *start = self->out;
  put(self, text.at, text.size);
  put(self, "", 1);
  return (polyring__span){start, text.size};
}

static int compare_settings(const void *left, const void *right) {
  const polyring__setting *a = left, *b = right;
  return polyring__span_compare(a->name, b->name);
}

static void put_settings(maker *self) {
  for (size_t i = 0; i < self->draft->setting_count; i++) {
    const polyring__setting *given = &self->draft->settings[i];
    self->made->settings[i] = (polyring__setting){
        put_copy(self, given->name), put_copy(self, given->value), given->kind, given->number};
  }
  qsort(self->made->settings, self->draft->setting_count, sizeof *self->made->settings,
        compare_settings);
}

/* A name stands for one server. */
static polyring_status check_names(maker *self) {
  size_t named = 0, count = self->made->server_count;
  polyring__named *names = polyring__allocate(&self->made->allocator, count * sizeof *names);
  polyring_status status = POLYRING_OK;
  if (!names)
    return polyring__fail(self->error, POLYRING_NO_MEMORY, POLYRING_NOWHERE,
                          "no memory for %u servers", (unsigned)count);
  for (size_t i = 0; i < count; i++)
    if (self->made->servers[i].name.at)
      names[named++] = (polyring__named){self->made->servers[i].name, i};
  qsort(names, named, sizeof *names, polyring__named_compare);
  for (size_t i = 1; i < named && status >= 0; i++)
    if (polyring__span_compare(names[i - 1].text, names[i].text) == 0)
      status = refuse(self, names[i].index, "another server has the same name");
  polyring__release(&self->made->allocator, names, count * sizeof *names);
  return status;
}

static size_t written(const maker *self) {
  const polyring__servers_input *input = &self->draft->servers;
  return input->ends ? input->ends[input->count - 1] : input->size;
}

/* The room for all texts. Encoding makes at most three bytes of one. */
static size_t measure(const maker *self) {
  const polyring__draft *draft = self->draft;
  size_t size = strlen(polyring_profile_name(self->profile)) + 1;
  size += 3 * written(self) + SERVER_ROOM * self->servers.count;
  for (size_t i = 0; i < draft->setting_count; i++)
    size += draft->settings[i].name.size + draft->settings[i].value.size + 2;
  return size;
}

static polyring_status fill(maker *self) {
  polyring_topology *made = self->made;
  const polyring_allocator *memory = &made->allocator;
  made->epoch = self->draft->epoch;
  made->server_count = self->servers.count;
  made->setting_count = self->draft->setting_count;
  made->settings_at = self->draft->settings_at;
  made->text_size = measure(self);
  made->servers = polyring__allocate(memory, made->server_count * sizeof *made->servers);
  made->settings = polyring__allocate(memory, made->setting_count * sizeof *made->settings);
  made->text = polyring__allocate(memory, made->text_size);
  size_t scratch_size = 4 * written(self);
  self->scratch = polyring__allocate(memory, scratch_size);
  polyring_status status = POLYRING_OK;
  if (!made->servers || !made->settings || !made->text || !self->scratch) {
    status = polyring__fail(self->error, POLYRING_NO_MEMORY, POLYRING_NOWHERE,
                            "no memory for %u servers", (unsigned)self->servers.count);
  } else {
    memset(made->servers, 0, made->server_count * sizeof *made->servers);
    self->out = made->text;
    const char *profile = polyring_profile_name(self->profile);
    made->profile = put_copy(self, (polyring__span){profile, strlen(profile)}).at;
    put_settings(self);
    status = put_servers(self);
    if (status >= 0) status = check_names(self);
  }
  polyring__release(memory, self->scratch, scratch_size);
  return status;
}

/* The server that an error in the list is about. */
static void find_fault(maker *self, size_t position) {
  const polyring__servers_input *input = &self->draft->servers;
  size_t i = 0;
  if (!input->ends || position == POLYRING_NOWHERE) return;
  while (i + 1 < input->count && input->ends[i] <= position) i++;
  *self->fault = (polyring__fault){POLYRING__FAULT_SERVER, i};
}

static polyring_status read_parts(maker *self) {
  const polyring__draft *draft = self->draft;
  const polyring_allocator *memory = &self->made->allocator;
  polyring_error error = {.position = POLYRING_NOWHERE};
  const uint8_t *at = (const uint8_t *)draft->profile.at, *end = at + draft->profile.size;
  polyring_status status = POLYRING_OK;
  self->fault->part = POLYRING__FAULT_PROFILE;
  while (at < end && status >= 0)
    if (polyring__next_code_point(&at, end) < 0)
      status = polyring__fail(
          &error, POLYRING_INVALID_PROFILE, (size_t)((const char *)at - draft->profile.at),
          "the profile %q is not valid UTF-8", draft->profile.at, draft->profile.size);
  if (status >= 0)
    status = polyring_profile_new(memory, draft->profile.at, draft->profile.size, &self->profile,
                                  &error);
  if (status >= 0) {
    self->fault->part = POLYRING__FAULT_WHOLE;
    status = polyring__servers_parse(memory, draft->servers, &self->servers, &error);
    if (status < 0) find_fault(self, error.position);
  }
  if (status < 0 && self->error) *self->error = error;
  return status;
}

polyring_status polyring__topology_make(const polyring_allocator *allocator,
                                        const polyring__draft *draft, polyring_topology **topology,
                                        polyring__fault *fault, polyring_error *error) {
  polyring_allocator memory = polyring__allocator_or_libc(allocator);
  polyring_topology *made = polyring__allocate(&memory, sizeof *made);
  *topology = NULL;
  *fault = (polyring__fault){POLYRING__FAULT_WHOLE, 0};
  if (!made)
    return polyring__fail(error, POLYRING_NO_MEMORY, POLYRING_NOWHERE, "no memory for a topology");
  *made = (polyring_topology){.allocator = memory};
  maker self = {.draft = draft, .made = made, .fault = fault, .error = error};
  polyring_status status = read_parts(&self);
  if (status >= 0) status = fill(&self);
  polyring__servers_done(&memory, &self.servers);
  polyring_profile_free(self.profile);
  if (status < 0)
    polyring_topology_free(made);
  else
    *topology = made;
  return status;
}

polyring_status polyring_topology_new(const polyring_allocator *allocator, const char *profile,
                                      size_t profile_size, const char *servers, size_t servers_size,
                                      uint64_t epoch, polyring_topology **topology,
                                      polyring_error *error) {
  polyring__fault ignored;
  polyring__draft draft = {
      epoch, {profile, profile_size}, {servers, servers_size, NULL, 0}, NULL, 0, 0};
  *topology = NULL;
  if (!profile_size)
    draft.profile = (polyring__span){POLYRING_PROFILE_DEFAULT, strlen(POLYRING_PROFILE_DEFAULT)};
  if (epoch > POLYRING_EPOCH_MAX)
    return polyring__fail(error, POLYRING_INVALID_ARGUMENT, POLYRING_NOWHERE,
                          "an epoch is at most 9007199254740991");
  return polyring__topology_make(allocator, &draft, topology, &ignored, error);
}

void polyring_topology_free(polyring_topology *topology) {
  if (!topology) return;
  polyring_allocator memory = topology->allocator;
  polyring__release(&memory, topology->servers, topology->server_count * sizeof *topology->servers);
  polyring__release(&memory, topology->settings,
                    topology->setting_count * sizeof *topology->settings);
  polyring__release(&memory, topology->text, topology->text_size);
  polyring__release(&memory, topology, sizeof *topology);
}
