/* Java: how values cross the border, for the typemaps of java.i.
 *
 * A function that fails has thrown: its caller returns at once. Classes are looked up when they
 * are needed, which is on slow paths only; a reference kept here would keep the class loader of
 * the library alive for ever. */
#ifndef POLYRING_JAVA_H
#define POLYRING_JAVA_H

#include <jni.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facade.h"

/* Java keeps the servers' texts itself. */
static int texts_new(handle *self) { return self != NULL; }
static void texts_free(handle *self) { (void)self; }

static void throw_no_memory(JNIEnv *env) {
  jclass class = (*env)->FindClass(env, "java/lang/OutOfMemoryError");
  if (class) (*env)->ThrowNew(env, class, "polyring: no native memory");
}

static jobject make(JNIEnv *env, const char *name, const char *signature, ...) {
  jclass class = (*env)->FindClass(env, name);
  if (!class) return NULL;
  jmethodID constructor = (*env)->GetMethodID(env, class, "<init>", signature);
  if (!constructor) return NULL;
  va_list arguments;
  va_start(arguments, signature);
  jobject made = (*env)->NewObjectV(env, class, constructor, arguments);
  va_end(arguments);
  (*env)->DeleteLocalRef(env, class);
  return (*env)->ExceptionCheck(env) ? NULL : made;
}

static jbyteArray bytes_out(JNIEnv *env, const void *bytes, size_t size) {
  jbyteArray array = (*env)->NewByteArray(env, (jsize)size);
  if (array) (*env)->SetByteArrayRegion(env, array, 0, (jsize)size, bytes);
  return array;
}

/* Not NewStringUTF: that one reads modified UTF-8, where an emoji or a NUL is spelled otherwise. */
static jstring string_out(JNIEnv *env, const char *text, size_t size) {
  jbyteArray bytes = bytes_out(env, text, size);
  if (!bytes) return NULL;
  jstring charset = (*env)->NewStringUTF(env, "UTF-8");
  if (!charset) return NULL;
  jstring string = make(env, "java/lang/String", "([BLjava/lang/String;)V", bytes, charset);
  (*env)->DeleteLocalRef(env, charset);
  (*env)->DeleteLocalRef(env, bytes);
  return string;
}

static jstring text_out(JNIEnv *env, const char *text) {
  size_t size = 0;
  while (text[size] && !(text[size] & 0x80)) size++;
  if (!text[size]) return (*env)->NewStringUTF(env, text); /* of ASCII there is but one spelling */
  return string_out(env, text, strlen(text));
}

/* The Java class of a failure. */
static const char *failure_class(polyring_status status) {
  static const char *const names[POLYRING_CLASS_MEMORY + 1] = {
      [POLYRING_CLASS_OUTCOME] = "PolyringException",
      [POLYRING_CLASS_ARGUMENT] = "InvalidArgumentException",
      [POLYRING_CLASS_KEY] = "InvalidKeyException",
      [POLYRING_CLASS_SERVERS] = "InvalidServersException",
      [POLYRING_CLASS_PROFILE] = "InvalidProfileException",
      [POLYRING_CLASS_UNAVAILABLE] = "UnavailableException",
      [POLYRING_CLASS_UNKNOWN] = "UnknownException",
      [POLYRING_CLASS_PROTOCOL] = "ProtocolException",
      [POLYRING_CLASS_SERVER] = "ServerException",
      [POLYRING_CLASS_VALUE] = "InvalidValueException",
      [POLYRING_CLASS_MISMATCH] = "MismatchException",
      [POLYRING_CLASS_MEMORY] = "OutOfMemoryError"};
  if (status == POLYRING_INVALID_TOPOLOGY) return "InvalidTopologyException";
  return names[polyring_status_class_of(status)];
}

static jint failure_position(const polyring_error *error) {
  return error->position > INT32_MAX ? -1 : (jint)error->position;
}

/* Throws what org.polyring.Failures makes of it. */
static void throw_failure(JNIEnv *env, const polyring_error *error) {
  const char *const words[] = {failure_class(error->status), polyring_status_name(error->status),
                               error->text, error->server, polyring_stage_name(error->stage)};
  jstring texts[5];
  if (polyring_status_class_of(error->status) == POLYRING_CLASS_MEMORY) {
    throw_no_memory(env);
    return;
  }
  for (size_t i = 0; i < 5; i++)
    if (!(texts[i] = text_out(env, words[i]))) return;
  jclass class = (*env)->FindClass(env, "org/polyring/Failures");
  if (!class) return;
  jmethodID maker = (*env)->GetStaticMethodID(
      env, class, "of",
      "(Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;Ljava/lang/String;I"
      "Ljava/lang/String;JI)Lorg/polyring/PolyringException;");
  if (!maker) return;
  jthrowable made = (*env)->CallStaticObjectMethod(
      env, class, maker, texts[0], texts[1], texts[2], texts[3], failure_position(error), texts[4],
      (jlong)error->spent, (jint)error->system_error);
  if (made && !(*env)->ExceptionCheck(env)) (*env)->Throw(env, made);
}

/* A copy of an array, to be freed; its last byte is followed by one more, so that an empty array
 * has an address too. */
static char *bytes_in(JNIEnv *env, jbyteArray array, size_t *size) {
  jsize length = (*env)->GetArrayLength(env, array);
  char *bytes = malloc((size_t)length + 1);
  if (!bytes) {
    throw_no_memory(env);
    return NULL;
  }
  (*env)->GetByteArrayRegion(env, array, 0, length, (jbyte *)bytes);
  *size = (size_t)length;
  return bytes;
}

/* The first end that breaks the rule, or count. */
static size_t first_bad_end(const uint32_t *ends, size_t count, size_t size) {
  uint32_t start = 0;
  for (size_t i = 0; i < count; start = ends[i++]) {
    if (ends[i] < start || ends[i] > size) return i;
  }
  return count;
}

static void throw_bad_end(JNIEnv *env, const uint32_t *ends, size_t i, size_t size) {
  polyring_error error = {.status = POLYRING_INVALID_ARGUMENT, .position = POLYRING_NOWHERE};
  snprintf(error.text, sizeof error.text,
           "ends[%zu] is %ld: it must lie from %lu, where the part before it ends, to %zu, the "
           "number of bytes",
           i, (long)(int32_t)ends[i], i ? (unsigned long)ends[i - 1] : 0, size);
  throw_failure(env, &error);
}

/* The copy is what is checked: another thread may write to the arrays meanwhile. */
static uint32_t *ends_in(JNIEnv *env, jintArray array, size_t size, size_t *count) {
  jsize length = (*env)->GetArrayLength(env, array);
  uint32_t *ends = malloc((size_t)length * sizeof *ends + 1);
  if (!ends) {
    throw_no_memory(env);
    return NULL;
  }
  (*env)->GetIntArrayRegion(env, array, 0, length, (jint *)ends);
  *count = (size_t)length;
  size_t bad = first_bad_end(ends, *count, size);
  if (bad == *count) return ends;
  throw_bad_end(env, ends, bad, size);
  free(ends);
  return NULL;
}

static void flat_free(const char *bytes, const uint32_t *ends) {
  free((void *)bytes);
  free((void *)ends);
}

/* Bytes with the ends of their parts, or (end_array is null) one text; NULL if it has thrown.
 * byte_count may be NULL. */
static char *flat_in(JNIEnv *env, jbyteArray byte_array, jintArray end_array, const uint32_t **ends,
                     size_t *count, size_t *byte_count) {
  size_t size;
  char *bytes = bytes_in(env, byte_array, &size);
  if (!bytes) return NULL;
  if (byte_count) *byte_count = size;
  *count = 0;
  *ends = NULL;
  if (!end_array || (*ends = ends_in(env, end_array, size, count))) return bytes;
  free(bytes);
  return NULL;
}

/* char is Java's 16-bit number without a sign. Frees the indexes. */
static jcharArray indexes_out(JNIEnv *env, uint16_t *indexes, size_t count) {
  if (!indexes) {
    throw_no_memory(env);
    return NULL;
  }
  jcharArray array = (*env)->NewCharArray(env, (jsize)count);
  if (array) (*env)->SetCharArrayRegion(env, array, 0, (jsize)count, indexes);
  free(indexes);
  return array;
}

static jintArray ties_out(JNIEnv *env, const polyring_placement *placement) {
  jint ties[POLYRING_TIES_MAX];
  jsize count = placement->tie_count < POLYRING_TIES_MAX ? placement->tie_count : POLYRING_TIES_MAX;
  for (jsize i = 0; i < count; i++) ties[i] = placement->ties[i];
  jintArray array = (*env)->NewIntArray(env, count);
  if (array) (*env)->SetIntArrayRegion(env, array, 0, count, ties);
  return array;
}

static jobject trace_out(JNIEnv *env, const trace *trace) {
  const polyring_placement *placement = &trace->placement;
  if (trace->status < 0) {
    throw_failure(env, &trace->error);
    return NULL;
  }
  jbyteArray sent_key = bytes_out(env, placement->sent_key, placement->sent_key_size);
  if (!sent_key) return NULL;
  jbyteArray hashed = bytes_out(env, placement->hashed_text, placement->hashed_text_size);
  if (!hashed) return NULL;
  jbyteArray label = bytes_out(env, placement->label, placement->label_size);
  if (!label) return NULL;
  jintArray ties = ties_out(env, placement);
  if (!ties) return NULL;
  jstring why = text_out(env, placement->why), hash = NULL, point = NULL;
  if (!why) return NULL;
  if (placement->has_hash) {
    char digits[POLYRING_NUMBER_SIZE];
    polyring_number_print(placement->hash, digits);
    if (!(hash = text_out(env, digits))) return NULL;
    polyring_number_print(placement->point, digits);
    if (!(point = text_out(env, digits))) return NULL;
  }
  return make(env, "org/polyring/Trace", "([B[BLjava/lang/String;Ljava/lang/String;[BI[ILjava/lang/String;)V", sent_key, hashed,
              hash, point, label, (jint)placement->server, ties, why);
}

/* Puts text i into the array. */
static int put_text(JNIEnv *env, jobjectArray array, size_t i, const char *text) {
  jstring string = text_out(env, text);
  if (!string) return 0;
  (*env)->SetObjectArrayElement(env, array, (jsize)i, string);
  (*env)->DeleteLocalRef(env, string);
  return !(*env)->ExceptionCheck(env);
}

static jobjectArray text_array(JNIEnv *env, size_t count) {
  jclass string = (*env)->FindClass(env, "java/lang/String");
  return string ? (*env)->NewObjectArray(env, (jsize)count, string, NULL) : NULL;
}

static jobjectArray servers_out(JNIEnv *env, const polyring_ring *ring) {
  size_t count = polyring_ring_server_count(ring);
  jobjectArray array = text_array(env, count);
  for (size_t i = 0; array && i < count; i++) {
    if (!put_text(env, array, i, polyring_ring_server(ring, i, NULL))) return NULL;
  }
  return array;
}

static jobjectArray profiles_out(JNIEnv *env) {
  size_t count = 0;
  while (polyring_profile_name_at(count)) count++;
  jobjectArray array = text_array(env, count);
  for (size_t i = 0; array && i < count; i++) {
    if (!put_text(env, array, i, polyring_profile_name_at(i))) return NULL;
  }
  return array;
}

#endif
