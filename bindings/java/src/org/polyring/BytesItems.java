package org.polyring;

import java.util.Map;
import java.util.Objects;

/** The keys of a client as bytes. */
final class BytesItems extends Items<byte[]> {
  BytesItems(Session session) {
    super(session);
  }

  @Override
  byte[] bytes(byte[] key) {
    return Objects.requireNonNull(key, "key");
  }

  @Override
  <V> Map<byte[], V> map(int size) {
    return new BytesMap<>(size);
  }
}
