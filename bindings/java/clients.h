/* Java: how a client's calls cross the border, for the typemaps of java.i.
 *
 * Values travel as sequences (polyring/value.h), and results with more parts than one as bytes:
 * numbers little-endian, a text as its size in 4 bytes and its UTF-8. Class Answer reads them. */
#ifndef POLYRING_JAVA_CLIENTS_H
#define POLYRING_JAVA_CLIENTS_H

#include "java.h"
#include "facade_client.h"

/* A native method holds up neither other threads nor the collector. */
static void io_begin(void **state) { (void)state; }
static void io_end(void **state) { (void)state; }

/* --- into the core --- */

/* The value that the sequence is, which must stay where it is. 0: it has thrown. */
static int value_in(JNIEnv *env, const char *sequence, size_t size, polyring_value *value) {
  size_t position = 0;
  polyring_status status = polyring_value_next(sequence, size, &position, value, &failure);
  if (status < 0) {
    throw_failure(env, &failure);
    return 0;
  }
  if (value->tag == POLYRING_VALUE_LIST || value->tag == POLYRING_VALUE_MAP) {
    value->at = sequence;
    value->size = size;
  } else if (position != size) {
    fail(POLYRING_INVALID_ARGUMENT, "%zu bytes are behind the value", size - position);
    throw_failure(env, &failure);
    return 0;
  }
  return 1;
}

static void given_free(const given *given, const char *space) {
  if (given->room.at != (const uint8_t *)space) free(given->room.at);
}

/* Small ones are copied into the caller's space. */
static int given_in(JNIEnv *env, jbyteArray array, char *space, size_t space_size, given *given) {
  jsize size = (*env)->GetArrayLength(env, array);
  char *bytes = (size_t)size <= space_size ? space : malloc((size_t)size);
  memset(given, 0, sizeof *given);
  if (!bytes) {
    throw_no_memory(env);
    return 0;
  }
  given->room.at = (uint8_t *)bytes;
  (*env)->GetByteArrayRegion(env, array, 0, size, (jbyte *)bytes);
  if (value_in(env, bytes, (size_t)size, &given->value)) return 1;
  given_free(given, space);
  return 0;
}

/* Pairs, each the size of a key, the key, the size of a sequence and the sequence, in memory that
 * is used again by later calls: behind the values lie the ends of the keys, the pairs, and the keys
 * once more, without gaps. */
typedef struct pairs_room {
  polyring_results *owner;
  const char *pairs;
  size_t size, at;
} pairs_room;

/* The next part, which goes behind its size; NULL: there is not all of it. */
static const char *pairs_next(pairs_room *room, size_t *size) {
  size_t left = room->size - room->at;
  const uint8_t *head = (const uint8_t *)room->pairs + room->at;
  if (left < 4) return NULL;
  *size = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 | (size_t)head[3] << 24;
  if (*size > left - 4) return NULL;
  room->at += 4 + *size;
  return (const char *)head + 4;
}

static int pairs_read(JNIEnv *env, pairs_room *room, polyring_value *values, uint32_t *ends,
                      char *keys, size_t count) {
  size_t size, keys_size = 0;
  for (size_t i = 0; i < count; i++) {
    const char *part = pairs_next(room, &size);
    if (part) {
      memcpy(keys + keys_size, part, size);
      ends[i] = (uint32_t)(keys_size += size);
      part = pairs_next(room, &size);
    }
    if (!part) {
      fail(POLYRING_INVALID_ARGUMENT, "pair %zu of %zu is not whole", i, count);
      throw_failure(env, &failure);
      return 0;
    }
    if (!value_in(env, part, size, &values[i])) return 0;
  }
  return 1;
}

/* 0: it has thrown. The client's owner is to be returned to it anyway. */
static int pairs_in(JNIEnv *env, jbyteArray array, jint size, jint count, session *self,
                    pairs_room *room, pair_list *list) {
  room->owner = polyring_results_borrow(self->client);
  room->at = 0;
  room->size = (size_t)size;
  list->keys.count = (size_t)count;
  polyring_buffer *buffer = room->owner ? polyring_results_buffer(room->owner) : NULL;
  size_t fixed = list->keys.count * (sizeof(polyring_value) + sizeof(uint32_t));
  uint8_t *at = buffer ? polyring_buffer_more(buffer, fixed + 2 * room->size + 1) : NULL;
  if (!at) {
    throw_no_memory(env);
    return 0;
  }
  polyring_value *values = (polyring_value *)at;
  uint32_t *ends = (uint32_t *)(values + list->keys.count);
  char *pairs = (char *)(ends + list->keys.count), *keys = pairs + room->size;
  (*env)->GetByteArrayRegion(env, array, 0, size, (jbyte *)pairs);
  if ((*env)->ExceptionCheck(env)) return 0;
  room->pairs = pairs;
  list->keys.bytes = keys;
  list->keys.ends = ends;
  list->values = values;
  return pairs_read(env, room, values, ends, keys, list->keys.count);
}

/* --- out of the core: parts of an answer. 0: there is no memory --- */

static int put_number(polyring_buffer *to, int64_t number, size_t size) {
  uint8_t *at = polyring_buffer_more(to, size);
  if (!at) return 0;
  for (size_t i = 0; i < size; i++) at[i] = (uint8_t)((uint64_t)number >> 8 * i);
  to->size += size;
  return 1;
}

static int put_words(polyring_buffer *to, const char *text) {
  size_t size = strlen(text);
  return put_number(to, (int64_t)size, 4) && polyring_buffer_add(to, text, size);
}

static int put_value(polyring_buffer *to, const polyring_value *value) {
  switch (value->tag) {
    case POLYRING_VALUE_FALSE:
    case POLYRING_VALUE_TRUE:
      return polyring_value_put_bool(to, value->tag == POLYRING_VALUE_TRUE);
    case POLYRING_VALUE_INT:
      return polyring_value_put_int(to, value->integer);
    case POLYRING_VALUE_FLOAT:
      return polyring_value_put_float(to, value->number);
    case POLYRING_VALUE_TEXT:
      return polyring_value_put_text(to, value->at, value->size);
    case POLYRING_VALUE_BYTES:
      return polyring_value_put_bytes(to, value->at, value->size);
    case POLYRING_VALUE_LIST:
    case POLYRING_VALUE_MAP:
      return polyring_buffer_add(to, value->at, value->size);
    default:
      return polyring_value_put_none(to);
  }
}

/* What throw_failure gives to Java, in its order. */
static int put_failure(polyring_buffer *to, const polyring_error *error) {
  return put_words(to, failure_class(error->status)) &&
         put_words(to, polyring_status_name(error->status)) && put_words(to, error->text) &&
         put_words(to, error->server) && put_number(to, failure_position(error), 4) &&
         put_words(to, polyring_stage_name(error->stage)) && put_number(to, error->spent, 8) &&
         put_number(to, error->system_error, 4);
}

/* The bytes of a buffer; is_whole: nothing failed while it was filled. */
static jbyteArray buffer_out(JNIEnv *env, const polyring_buffer *buffer, int is_whole) {
  if (!is_whole) {
    throw_no_memory(env);
    return NULL;
  }
  if (buffer->size <= INT32_MAX) return bytes_out(env, buffer->at, buffer->size);
  fail(POLYRING_TOO_LARGE, "%zu bytes were found: an array of Java has at most 2147483647",
       buffer->size);
  throw_failure(env, &failure);
  return NULL;
}

/* --- out of the core: one operation --- */

/* Throws the failure and ends the call, or is 0. */
static int has_failed(JNIEnv *env, call *call) {
  if (call->results && call->operations->status >= 0) return 0;
  if (call->results) call_explain(call, 0);
  call_end(call);
  throw_failure(env, &failure);
  return 1;
}

static jint outcome_out(JNIEnv *env, outcome *call) {
  if (has_failed(env, call)) return 0;
  jint status = call->operations->status;
  call_end(call);
  return status;
}

/* Without a copy on the way: this is the get that must be fast. */
static jbyteArray bytes_found(JNIEnv *env, const polyring_value *value) {
  uint8_t head[5] = {(uint8_t)value->tag};
  for (size_t i = 0; i < 4; i++) head[1 + i] = (uint8_t)(value->size >> 8 * i);
  jbyteArray array = (*env)->NewByteArray(env, (jsize)(sizeof head + value->size));
  if (!array) return NULL;
  (*env)->SetByteArrayRegion(env, array, 0, sizeof head, (const jbyte *)head);
  (*env)->SetByteArrayRegion(env, array, sizeof head, (jsize)value->size, value->at);
  return array;
}

/* A sequence; null: a miss. */
static jbyteArray found_out(JNIEnv *env, found *call) {
  jbyteArray array = NULL;
  if (has_failed(env, call)) return NULL;
  const polyring_value *value = &call->operations->found;
  if (call->operations->status == POLYRING_OK) {
    if (value->tag == POLYRING_VALUE_TEXT || value->tag == POLYRING_VALUE_BYTES) {
      array = bytes_found(env, value);
    } else {
      polyring_buffer *buffer = polyring_results_buffer(call->results);
      int is_whole = buffer && put_value(buffer, value);
      array = buffer_out(env, buffer, is_whole);
    }
  }
  call_end(call);
  return array;
}

static jbyteArray number_found(JNIEnv *env, found_number *call) {
  if (call->results && call->operations->status == POLYRING_OK)
    call->operations->found =
        (polyring_value){.tag = POLYRING_VALUE_INT, .integer = (int64_t)call->operations->number};
  return found_out(env, call);
}

static jbyteArray item_out(JNIEnv *env, found_item *call) {
  jbyteArray array = NULL;
  if (has_failed(env, call)) return NULL;
  const polyring_operation *get = call->operations;
  if (get->status == POLYRING_OK) {
    polyring_buffer *to = polyring_results_buffer(call->results);
    int is_whole = to && put_number(to, (int64_t)get->found_cas, 8) &&
                   put_number(to, get->found_ttl, 8) && put_number(to, get->last_access, 8) &&
                   put_number(to, get->hit_before, 4) &&
                   put_number(to, (int64_t)get->found_size, 8) &&
                   put_number(to, (get->got & POLYRING_WON) != 0, 4) &&
                   put_number(to, (get->got & POLYRING_STALE) != 0, 4) &&
                   put_number(to, (get->got & POLYRING_ALREADY_WON) != 0, 4) &&
                   put_number(to, get->found_flags, 8) && put_value(to, &get->found);
    array = buffer_out(env, to, is_whole);
  }
  call_end(call);
  return array;
}

/* --- out of the core: many operations --- */

enum { WITH_VALUES = 1, WITH_SERVERS = 2 };

static int put_one(polyring_buffer *to, const call *call, size_t i, int with) {
  const polyring_operation *one = &call->operations[i];
  if (!put_number(to, one->status, 4)) return 0;
  if (with & WITH_SERVERS && !put_words(to, polyring_results_server(call->results, one->server)))
    return 0;
  if (one->status < 0) {
    call_explain(call, i);
    return put_failure(to, &failure);
  }
  return !(with & WITH_VALUES) || one->status != POLYRING_OK || put_value(to, &one->found);
}

/* Whether all are OK, so that nothing has to be said. */
static int all_ok(const call *call) {
  size_t i = 0;
  while (i < call->count && call->operations[i].status == POLYRING_OK) i++;
  return i == call->count;
}

/* Of each operation its status; its server; why it failed, or what it found. null: all are OK, and
 * there is nothing else to tell. */
static jbyteArray many_out(JNIEnv *env, call *call, int with) {
  if (!call->results) {
    throw_failure(env, &failure);
    return NULL;
  }
  if (!with && all_ok(call)) {
    call_end(call);
    return NULL;
  }
  polyring_buffer to; /* not that of the results, which explanations may use */
  int is_whole = 1;
  polyring_buffer_init(&to, NULL);
  for (size_t i = 0; is_whole && i < call->count; i++) is_whole = put_one(&to, call, i, with);
  jbyteArray array = buffer_out(env, &to, is_whole);
  polyring_buffer_done(&to);
  call_end(call);
  return array;
}

/* --- statistics and events --- */

static int put_statistics(polyring_buffer *to, const polyring_statistics *of) {
  const uint64_t numbers[] = {of->exchanges, of->operations,       of->hits,
                              of->misses,    of->bytes_sent,       of->bytes_received,
                              of->connects,  of->connect_failures, of->connections,
                              of->mismatches};
  int is_whole = put_words(to, of->server);
  for (size_t i = 0; is_whole && i < sizeof numbers / sizeof *numbers; i++)
    is_whole = put_number(to, (int64_t)numbers[i], 8);
  for (int i = 1; is_whole && i < POLYRING_FAILURES; i++) {
    if (of->failures[i])
      is_whole =
          put_words(to, polyring_status_name(-i)) && put_number(to, (int64_t)of->failures[i], 8);
  }
  is_whole = is_whole && put_words(to, "");
  for (size_t i = 0; is_whole && i < POLYRING_LATENCIES; i++) {
    if (of->latency[i])
      is_whole = put_number(to, polyring_latency_limit(i), 8) &&
                 put_number(to, (int64_t)of->latency[i], 8);
  }
  const uint64_t health[] = {of->in_doubt, of->refused, of->redirected, of->probes};
  is_whole = is_whole && put_number(to, -1, 8) && put_number(to, of->state, 4);
  for (size_t i = 0; is_whole && i < sizeof health / sizeof *health; i++)
    is_whole = put_number(to, (int64_t)health[i], 8);
  return is_whole;
}

static jbyteArray statistics_out(JNIEnv *env, session *self) {
  polyring_buffer buffer;
  polyring_statistics statistics;
  int is_whole = 1;
  polyring_buffer_init(&buffer, NULL);
  for (size_t i = 0; is_whole && polyring_client_statistics(self->client, i, &statistics); i++)
    is_whole = put_statistics(&buffer, &statistics);
  jbyteArray array = buffer_out(env, &buffer, is_whole);
  polyring_buffer_done(&buffer);
  return array;
}

static jbyteArray events_out(JNIEnv *env, session *self) {
  polyring_buffer buffer;
  polyring_event event;
  int is_whole = 1;
  polyring_buffer_init(&buffer, NULL);
  while (is_whole && polyring_client_next_event(self->client, &event))
    is_whole = put_words(&buffer, polyring_event_name(event.kind)) &&
               put_number(&buffer, event.time, 8) &&
               put_number(&buffer, (int64_t)event.number, 8) && put_words(&buffer, event.server) &&
               put_words(&buffer, event.text);
  jbyteArray array = buffer_out(env, &buffer, is_whole);
  polyring_buffer_done(&buffer);
  return array;
}

#endif
