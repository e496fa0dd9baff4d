#include "polyring/status.h"

#include "polyring/version.h"

static const struct {
  int number;
  polyring_status_class class_of;
  const char *name, *text;
} statuses[] = {
#define XX(number, name, class, text) {number, POLYRING_CLASS_##class, #name, text},
    POLYRING_STATUS_MAP(XX)
#undef XX
        {0, POLYRING_CLASS_ARGUMENT, "NO_STATUS", "no such status"}};

static size_t find(int status) {
  size_t last = sizeof statuses / sizeof *statuses - 1, i = 0;
  while (i < last && statuses[i].number != status) i++;
  return i;
}

const char *polyring_status_name(int status) { return statuses[find(status)].name; }
const char *polyring_status_text(int status) { return statuses[find(status)].text; }
polyring_status_class polyring_status_class_of(int status) {
  return statuses[find(status)].class_of;
}

static const struct {
  const char *name, *text;
} stages[] = {
#define XX(name, text) {#name, text},
    POLYRING_STAGE_MAP(XX)
#undef XX
};

static int stage_of(int stage) {
  return stage > 0 && stage < (int)(sizeof stages / sizeof *stages) ? stage : 0;
}

const char *polyring_stage_name(int stage) { return stages[stage_of(stage)].name; }
const char *polyring_stage_text(int stage) { return stages[stage_of(stage)].text; }

const char *polyring_version(void) { return POLYRING_VERSION; }
