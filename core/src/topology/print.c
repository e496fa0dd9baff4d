/* The canonical text of a topology, its digest, and its parts. */
#include <inttypes.h>
#include <stdio.h>

#include "hash/sha256.h"
#include "topology/topology.h"

/* Where the text goes: into memory up to its end, or into a digest. */
typedef struct writer {
  char *out;
  size_t capacity, size;
  polyring__sha256 *sha;
} writer;

static void put(writer *to, const char *text, size_t size) {
  if (to->sha) polyring__sha256_add(to->sha, text, size);
  size_t room = to->capacity > to->size ? to->capacity - to->size : 0;
  if (room && size) memcpy(to->out + to->size, text, size < room ? size : room);
  to->size += size;
}

static void put_text(writer *to, const char *text) { put(to, text, strlen(text)); }

/* As JSON: only what must be escaped is, in the shortest way. */
static void put_string(writer *to, polyring__span text) {
  static const char controls[] = "\b\t\n\f\r", letters[] = "btnfr";
  put_text(to, "\"");
  for (size_t i = 0; i < text.size; i++) {
    char c = text.at[i], escape[8];
    const char *control = c ? strchr(controls, c) : NULL;
    if (c == '"' || c == '\\')
      snprintf(escape, sizeof escape, "\\%c", c);
    else if (control)
      snprintf(escape, sizeof escape, "\\%c", letters[control - controls]);
    else if ((uint8_t)c < 0x20)
      snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
    else
      snprintf(escape, sizeof escape, "%c", c);
    put_text(to, escape);
  }
  put_text(to, "\"");
}

static void print(const polyring_topology *topology, writer *to) {
  char epoch[64];
  snprintf(epoch, sizeof epoch, "{\n  \"polyring\": 1,\n  \"epoch\": %" PRIu64, topology->epoch);
  put_text(to, epoch);
  put_text(to, ",\n  \"profile\": ");
  put_string(to, (polyring__span){topology->profile, strlen(topology->profile)});
  put_text(to, ",\n  \"servers\": [");
  for (size_t i = 0; i < topology->server_count; i++) {
    put_text(to, i ? ",\n    " : "\n    ");
    put_string(to, topology->servers[i].text);
  }
  put_text(to, "\n  ]");
  for (size_t i = 0; i < topology->setting_count; i++) {
    const polyring__setting *setting = &topology->settings[i];
    put_text(to, i ? ",\n    " : ",\n  \"settings\": {\n    ");
    put_string(to, setting->name);
    put_text(to, ": ");
    if (setting->kind == POLYRING__SETTING_TEXT)
      put_string(to, setting->value);
    else
      put(to, setting->value.at, setting->value.size);
  }
  put_text(to, topology->setting_count ? "\n  }\n}\n" : "\n}\n");
}

size_t polyring_topology_text(const polyring_topology *topology, char *out, size_t capacity) {
  writer to = {out, capacity, 0, NULL};
  print(topology, &to);
  return to.size;
}

void polyring_topology_digest(const polyring_topology *topology, char out[POLYRING_DIGEST_SIZE]) {
  polyring__sha256 sha;
  polyring__sha256_init(&sha);
  writer to = {NULL, 0, 0, &sha};
  print(topology, &to);
  polyring__sha256_hex(&sha, out);
}

uint64_t polyring_topology_epoch(const polyring_topology *topology) { return topology->epoch; }

const char *polyring_topology_profile(const polyring_topology *topology) {
  return topology->profile;
}

size_t polyring_topology_server_count(const polyring_topology *topology) {
  return topology->server_count;
}

const char *polyring_topology_server(const polyring_topology *topology, size_t i) {
  return i < topology->server_count ? topology->servers[i].text.at : NULL;
}

size_t polyring_topology_setting_count(const polyring_topology *topology) {
  return topology->setting_count;
}

const char *polyring_topology_setting(const polyring_topology *topology, size_t i,
                                      const char **value) {
  if (i >= topology->setting_count) return NULL;
  if (value) *value = topology->settings[i].value.at;
  return topology->settings[i].name.at;
}
