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
  private final byte[][] keys;
  private final Packed packed;

  Batch(Items<K> items, Collection<? extends K> names) {
    this.items = items;
    this.names = new ArrayList<>(Objects.requireNonNull(names, "keys"));
    keys = new byte[this.names.size()][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = items.bytes(Packed.present(this.names.get(i), "keys", i));
    }
    packed = Packed.of(keys, "keys");
  }

  byte[] bytes() {
    return packed.bytes();
  }

  int[] ends() {
    return packed.ends();
  }

  Map<K, Outcome> outcomes(byte[] said) {
    return results(said, (Function<Answer, Outcome>) null).whole(keys.length);
  }

  /** What keys have, read by a function; the keys that failed are missing, if they shall be. */
  <T> Map<K, T> read(byte[] said, boolean skipsFailures, Function<Answer, T> reader) {
    Results<K, T> results = results(said, reader);
    return skipsFailures ? results.found() : results.whole(keys.length);
  }

  private <T> Results<K, T> results(byte[] said, Function<Answer, T> reader) {
    Results<K, T> results = new Results<>(items.map(), items.map(), reader);
    Answer answer = new Answer(said);
    for (int i = 0; i < keys.length; i++) {
      results.add(names.get(i), keys[i], answer.number(), answer);
    }
    return results;
  }
}
