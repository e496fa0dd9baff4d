package org.polyring;

import java.nio.ByteBuffer;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A map that finds keys by the bytes that are in them, in the order in which they came. */
final class BytesMap<V> extends AbstractMap<byte[], V> {
  private final Map<ByteBuffer, V> map;
  private final Set<Map.Entry<byte[], V>> entries = new Entries();

  BytesMap(int size) {
    map = new LinkedHashMap<>(size + size / 3 + 1);
  }

  @Override
  public V put(byte[] key, V value) {
    return map.put(ByteBuffer.wrap(key), value);
  }

  @Override
  public V get(Object key) {
    return key instanceof byte[] bytes ? map.get(ByteBuffer.wrap(bytes)) : null;
  }

  @Override
  public boolean containsKey(Object key) {
    return key instanceof byte[] bytes && map.containsKey(ByteBuffer.wrap(bytes));
  }

  @Override
  public V remove(Object key) {
    return key instanceof byte[] bytes ? map.remove(ByteBuffer.wrap(bytes)) : null;
  }

  @Override
  public int hashCode() {
    return map.hashCode();
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public Set<Map.Entry<byte[], V>> entrySet() {
    return entries;
  }

  private final class Entries extends AbstractSet<Map.Entry<byte[], V>> {
    @Override
    public int size() {
      return map.size();
    }

    @Override
    public Iterator<Map.Entry<byte[], V>> iterator() {
      return map.entrySet().stream().map(Entries::shown).iterator();
    }

    private static <V> Map.Entry<byte[], V> shown(Map.Entry<ByteBuffer, V> entry) {
      return new SimpleImmutableEntry<>(entry.getKey().array(), entry.getValue());
    }
  }
}
