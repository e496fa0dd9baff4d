package org.polyring;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Changes as the core says them; made by native code only. Change i has four texts, from 4 i on, and
 * two indexes, from 2 i on; texts may be null, indexes -1.
 */
record ChangeArrays(String[] texts, int[] indexes) {
  List<Change> changes() {
    return IntStream.range(0, indexes.length / 2).mapToObj(this::change).toList();
  }

  static OptionalInt index(int index) {
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }

  private Change change(int i) {
    return new Change(texts[4 * i], Optional.ofNullable(texts[4 * i + 1]),
        Optional.ofNullable(texts[4 * i + 2]), Optional.ofNullable(texts[4 * i + 3]),
        index(indexes[2 * i]), index(indexes[2 * i + 1]));
  }
}
