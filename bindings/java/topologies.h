/* Java: how topologies and plans cross the border, for the typemaps of java.i: as a few arrays,
 * of which the Java side makes its records. */
#ifndef POLYRING_JAVA_TOPOLOGIES_H
#define POLYRING_JAVA_TOPOLOGIES_H

#include "java.h"

static jstring canonical_out(JNIEnv *env, const polyring_topology *topology) {
  size_t size = polyring_topology_text(topology, NULL, 0);
  char *text = malloc(size);
  if (!text) {
    throw_no_memory(env);
    return NULL;
  }
  polyring_topology_text(topology, text, size);
  jstring string = string_out(env, text, size);
  free(text);
  return string;
}

static jobjectArray topology_servers_out(JNIEnv *env, const polyring_topology *topology) {
  size_t count = polyring_topology_server_count(topology);
  jobjectArray array = text_array(env, count);
  for (size_t i = 0; array && i < count; i++) {
    if (!put_text(env, array, i, polyring_topology_server(topology, i))) return NULL;
  }
  return array;
}

/* Name, value, name, value ... */
static jobjectArray settings_out(JNIEnv *env, const polyring_topology *topology) {
  size_t count = polyring_topology_setting_count(topology);
  jobjectArray array = text_array(env, 2 * count);
  for (size_t i = 0; array && i < count; i++) {
    const char *value, *name = polyring_topology_setting(topology, i, &value);
    if (!put_text(env, array, 2 * i, name) || !put_text(env, array, 2 * i + 1, value)) return NULL;
  }
  return array;
}

/* The arrays of a result: texts, indexes and shares. */
typedef struct arrays {
  jobjectArray texts;
  jintArray indexes;
  jdoubleArray shares;
} arrays;

/* False if it has thrown. */
static int arrays_new(JNIEnv *env, size_t texts, size_t indexes, size_t shares, arrays *out) {
  return (out->texts = text_array(env, texts)) &&
         (out->indexes = (*env)->NewIntArray(env, (jsize)indexes)) &&
         (out->shares = (*env)->NewDoubleArray(env, (jsize)shares));
}

static int put_change(JNIEnv *env, const arrays *to, size_t i, const polyring_change *change) {
  const char *texts[] = {polyring_change_text(change->kind), change->subject, change->before,
                         change->after};
  jint indexes[] = {change->old_index, change->new_index};
  for (size_t t = 0; t < 4; t++)
    if (texts[t] && !put_text(env, to->texts, 4 * i + t, texts[t])) return 0;
  (*env)->SetIntArrayRegion(env, to->indexes, (jsize)(2 * i), 2, indexes);
  return 1;
}

static jobject changes_made(JNIEnv *env, const polyring_difference *difference) {
  size_t count = polyring_difference_count(difference);
  arrays all;
  if (!arrays_new(env, 4 * count, 2 * count, 0, &all)) return NULL;
  for (size_t i = 0; i < count; i++)
    if (!put_change(env, &all, i, polyring_difference_at(difference, i))) return NULL;
  return make(env, "org/polyring/ChangeArrays", "([Ljava/lang/String;[I)V", all.texts, all.indexes);
}

/* Frees the difference. */
static jobject changes_out(JNIEnv *env, made_difference difference) {
  if (!difference) {
    throw_failure(env, &failure);
    return NULL;
  }
  jobject made = changes_made(env, difference);
  polyring_difference_free(difference);
  return made;
}

static int put_server(JNIEnv *env, const arrays *to, size_t i,
                      const polyring_planned_server *server) {
  jint indexes[] = {server->old_index, server->new_index};
  jdouble shares[] = {server->before, server->after};
  if (!put_text(env, to->texts, i, server->text)) return 0;
  (*env)->SetIntArrayRegion(env, to->indexes, (jsize)(2 * i), 2, indexes);
  (*env)->SetDoubleArrayRegion(env, to->shares, (jsize)(2 * i), 2, shares);
  return 1;
}

static jobject plan_made(JNIEnv *env, const polyring_plan *plan) {
  size_t servers = 0, flows = 0;
  while (polyring_plan_server(plan, servers)) servers++;
  while (polyring_plan_flow(plan, flows)) flows++;
  arrays all;
  if (!arrays_new(env, servers, 2 * servers, 2 * servers, &all)) return NULL;
  for (size_t i = 0; i < servers; i++)
    if (!put_server(env, &all, i, polyring_plan_server(plan, i))) return NULL;
  jintArray ends = (*env)->NewIntArray(env, (jsize)(2 * flows));
  if (!ends) return NULL;
  jdoubleArray moving = (*env)->NewDoubleArray(env, (jsize)flows);
  if (!moving) return NULL;
  for (size_t i = 0; i < flows; i++) {
    const polyring_flow *flow = polyring_plan_flow(plan, i);
    jint between[] = {(jint)flow->from, (jint)flow->to};
    (*env)->SetIntArrayRegion(env, ends, (jsize)(2 * i), 2, between);
    (*env)->SetDoubleArrayRegion(env, moving, (jsize)i, 1, &flow->share);
  }
  return make(env, "org/polyring/PlanArrays", "(DJ[Ljava/lang/String;[I[D[I[D)V",
              polyring_plan_moved(plan), (jlong)polyring_plan_sample(plan), all.texts, all.indexes,
              all.shares, ends, moving);
}

/* Frees the plan. */
static jobject plan_out(JNIEnv *env, made_plan plan) {
  if (!plan) {
    throw_failure(env, &failure);
    return NULL;
  }
  jobject made = plan_made(env, plan);
  polyring_plan_free(plan);
  return made;
}

#endif
