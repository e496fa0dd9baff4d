package org.polyring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The keys of one call, as they were given and as they cross the border. */
final class Batch<K> {
  private final Items<K> items;
  private final List<K> names;
  private final List<byte[]> keys;

  Batch(Items<K> items, int room) {
    this.items = items;
    names = new ArrayList<>(room);
    keys = new ArrayList<>(room);
  }

  static <K> Batch<K> of(Items<K> items, Collection<? extends K> names) {
    Batch<K> batch = new Batch<>(items, Objects.requireNonNull(names, "keys").size());
    for (K name : names) {
      batch.add(name);
    }
    return batch;
  }

  /** The bytes of the key. */
  byte[] add(K name) {
    byte[] key = items.bytes(Packed.present(name, "keys", keys.size()));
    names.add(name);
    keys.add(key);
    return key;
  }

  int size() {
    return keys.size();
  }

  Packed packed() {
    return Packed.of(keys.toArray(new byte[0][]), "keys");
  }

  /** The outcomes; nothing was said: all is OK. */
  Map<K, Outcome> outcomes(byte[] said) {
    if (said != null) {
      return read(said, false, null);
    }
    Map<K, Outcome> outcomes = items.map(names.size());
    names.forEach(name -> outcomes.put(name, Outcome.OK));
    return outcomes;
  }

  /** What keys have, read by a function; those that servers are to blame for may be hidden. */
  <T> Map<K, T> read(byte[] said, boolean hides, Function<Answer, T> reader) {
    Results<K, T> results =
        new Results<>(items.map(names.size()), items.map(0), hides, reader);
    Answer answer = new Answer(said);
    for (int i = 0; i < keys.size(); i++) {
      results.add(names.get(i), keys.get(i), answer.number(), answer);
    }
    return results.whole(keys.size());
  }
}
