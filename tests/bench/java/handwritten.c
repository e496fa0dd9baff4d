/* JNI as one would write it by hand: the least that Handwritten.java needs for locate. */
#include <jni.h>
#include <string.h>

#include "polyring/polyring.h"

static polyring_ring *ring_of(jlong handle) { return (polyring_ring *)(intptr_t)handle; }

JNIEXPORT jlong JNICALL Java_Handwritten_open(JNIEnv *env, jclass class, jstring servers,
                                              jstring profile);
JNIEXPORT jint JNICALL Java_Handwritten_at(JNIEnv *env, jclass class, jlong handle, jbyteArray key);

/* The texts of the benchmark are ASCII, where modified UTF-8 is UTF-8. */
jlong Java_Handwritten_open(JNIEnv *env, jclass class, jstring servers, jstring profile) {
  (void)class;
  polyring_ring *ring = NULL;
  const char *list = (*env)->GetStringUTFChars(env, servers, NULL);
  const char *name = (*env)->GetStringUTFChars(env, profile, NULL);
  if (list && name) polyring_ring_new(NULL, name, strlen(name), list, strlen(list), &ring, NULL);
  if (name) (*env)->ReleaseStringUTFChars(env, profile, name);
  if (list) (*env)->ReleaseStringUTFChars(env, servers, list);
  return (jlong)(intptr_t)ring;
}

jint Java_Handwritten_at(JNIEnv *env, jclass class, jlong handle, jbyteArray key) {
  (void)class;
  jbyte bytes[POLYRING_KEY_MAX];
  jsize size = (*env)->GetArrayLength(env, key);
  if (size > (jsize)sizeof bytes) return POLYRING_INVALID_KEY;
  (*env)->GetByteArrayRegion(env, key, 0, size, bytes);
  return polyring_ring_locate(ring_of(handle), bytes, (size_t)size);
}
