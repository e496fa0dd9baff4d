/* Java: how a health crosses the border, for the typemaps of java.i: as arrays of numbers, of which
 * the Java side makes its records. */
#ifndef POLYRING_JAVA_HEALTHS_H
#define POLYRING_JAVA_HEALTHS_H

#include "facade_health.h"
#include "java.h"

/* What Java gives for a column that was left out. */
#define LEFT_OUT INT64_MIN

/* The columns, in the order of the facade's table. It cannot fail: a negative count becomes one
 * that is above every limit, and is refused as that. */
static policy policy_in(JNIEnv *env, jlongArray array) {
  jlong numbers[POLICY_COLUMNS];
  policy given;
  polyring_health_policy_init(&given);
  (*env)->GetLongArrayRegion(env, array, 0, POLICY_COLUMNS, numbers);
  for (size_t i = 0; i < POLICY_COLUMNS; i++) {
    if (numbers[i] == LEFT_OUT) continue;
    int is_length = policy_columns[i].kind == COLUMN_LENGTH;
    policy_count(&given, i, is_length ? numbers[i] : (uint32_t)numbers[i]);
  }
  return given;
}

static jlongArray longs_out(JNIEnv *env, const jlong *numbers, jsize count) {
  jlongArray array = (*env)->NewLongArray(env, count);
  if (array) (*env)->SetLongArrayRegion(env, array, 0, count, numbers);
  return array;
}

static jlongArray signs_out(JNIEnv *env, const signs_of *found) {
  const polyring_vital_signs *signs = &found->signs;
  if (found->status < 0) {
    throw_failure(env, &failure);
    return NULL;
  }
  const jlong numbers[] = {signs->state,         signs->reason,     signs->work,
                           signs->since,         signs->down_since, signs->next_probe,
                           signs->probes_failed, signs->unanswered};
  return longs_out(env, numbers, sizeof numbers / sizeof *numbers);
}

static jlongArray route_out(JNIEnv *env, const routed *found) {
  const polyring_route *route = &found->route;
  if (found->status < 0) {
    throw_failure(env, &failure);
    return NULL;
  }
  const jlong numbers[] = {route->kind, route->home, route->server, route->ttl_most};
  return longs_out(env, numbers, sizeof numbers / sizeof *numbers);
}

/* Frees the lines. */
static jstring log_out(JNIEnv *env, log_lines *taken) {
  jstring string = NULL;
  if (taken->status < 0)
    throw_failure(env, &failure);
  else
    string =
        string_out(env, taken->lines.size ? (const char *)taken->lines.at : "", taken->lines.size);
  polyring_buffer_done(&taken->lines);
  return string;
}

#endif
