package org.polyring;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What a {@link Client} does with items. The keys are Strings, and those of {@link Client#bytes()}
 * {@code byte[]}; for values, times to live, outcomes and failures see {@link Client}.
 *
 * @param <K> the class of the keys
 */
public abstract sealed class Items<K> permits Client, BytesItems {
  final Session session;

  Items(Session session) {
    this.session = session;
  }

  abstract byte[] bytes(K key);

  /** An empty map for so many such keys, which finds them by what is in them, in their order. */
  abstract <V> Map<K, V> map(int size);

  /**
   * Reads a value.
   *
   * @param key the key
   * @return it; null: a miss, or a null that was stored
   */
  public Object get(K key) {
    byte[] found = read(key, NativeMethods::Client_get);
    return found == null ? null : new Answer(found).value();
  }

  /**
   * Reads a value of one class.
   *
   * @param <T> the class of the value
   * @param key the key
   * @param type the class that the value must have; whole numbers also fit Integer, Short and Byte if
   *     they are in their range, and the others Float
   * @return it; null: a miss, or a null that was stored
   */
  public <T> T get(K key, Class<T> type) {
    Objects.requireNonNull(type, "type");
    return as(key, get(key), type);
  }

  /**
   * Reads a value.
   *
   * @param key the key
   * @param otherwise what a miss gives
   * @return it, or otherwise
   */
  public Object get(K key, Object otherwise) {
    byte[] found = read(key, NativeMethods::Client_get);
    return found == null ? otherwise : new Answer(found).value();
  }

  /**
   * Reads a value and gives it a new time to live.
   *
   * @param key the key
   * @param ttl how long it is to live from now on
   * @return it; null: a miss, or a null that was stored
   */
  public Object getAndTouch(K key, Duration ttl) {
    long seconds = Session.seconds(ttl, "ttl");
    byte[] found = read(key, (it, at) -> NativeMethods.Client_get_and_touch(it, at, seconds));
    return found == null ? null : new Answer(found).value();
  }

  /**
   * Reads a value with what {@link #cas(Object, Object, long)} needs.
   *
   * @param key the key
   * @return value, cas and flags; null: a miss
   */
  public Item gets(K key) {
    byte[] found = read(key, NativeMethods::Client_gets);
    return found == null ? null : Item.of(found, false);
  }

  /**
   * Reads a value with all that its server tells of it. It needs a server that speaks meta.
   *
   * @param key the key
   * @param vivify of a miss an empty item is made, which lives so long, and this client has won the right
   *     to make it anew; null: a miss is a miss
   * @param recache this client wins if the item has less than that to live; null: it does not
   * @return the item; null: a miss
   */
  public Item item(K key, Duration vivify, Duration recache) {
    long made = vivify == null ? Session.LEFT_OUT : Session.seconds(vivify, "vivify");
    long early = recache == null ? Session.LEFT_OUT : Session.seconds(recache, "recache");
    byte[] found = read(key, (it, at) -> NativeMethods.Client_item(it, at, made, early));
    return found == null ? null : Item.of(found, true);
  }

  /**
   * Stores a value, for ever.
   *
   * @param key the key
   * @param value the value
   * @return OK
   */
  public Outcome set(K key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, (it, at) -> NativeMethods.Client_set(it, at, sequence, 0));
  }

  /**
   * Stores a value.
   *
   * @param key the key
   * @param value the value
   * @param ttl how long it is to live
   * @return OK
   */
  public Outcome set(K key, Object value, Duration ttl) {
    byte[] sequence = Sequence.of(value);
    long seconds = Session.seconds(ttl, "ttl");
    return change(key, (it, at) -> NativeMethods.Client_set(it, at, sequence, seconds));
  }

  /**
   * Stores a value if there is none, for ever.
   *
   * @param key the key
   * @param value the value
   * @return OK or NOT_STORED
   */
  public Outcome add(K key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, (it, at) -> NativeMethods.Client_add(it, at, sequence, 0));
  }

  /**
   * Stores a value if there is none.
   *
   * @param key the key
   * @param value the value
   * @param ttl how long it is to live
   * @return OK or NOT_STORED
   */
  public Outcome add(K key, Object value, Duration ttl) {
    byte[] sequence = Sequence.of(value);
    long seconds = Session.seconds(ttl, "ttl");
    return change(key, (it, at) -> NativeMethods.Client_add(it, at, sequence, seconds));
  }

  /**
   * Stores a value if there is one, for ever.
   *
   * @param key the key
   * @param value the value
   * @return OK or NOT_STORED
   */
  public Outcome replace(K key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, (it, at) -> NativeMethods.Client_replace(it, at, sequence, 0));
  }

  /**
   * Stores a value if there is one.
   *
   * @param key the key
   * @param value the value
   * @param ttl how long it is to live
   * @return OK or NOT_STORED
   */
  public Outcome replace(K key, Object value, Duration ttl) {
    byte[] sequence = Sequence.of(value);
    long seconds = Session.seconds(ttl, "ttl");
    return change(key, (it, at) -> NativeMethods.Client_replace(it, at, sequence, seconds));
  }

  /**
   * Puts text or bytes behind the value that is there. One that was compressed can afterwards not be
   * read.
   *
   * @param key the key
   * @param value a String or bytes
   * @return OK or NOT_STORED
   */
  public Outcome append(K key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, (it, at) -> NativeMethods.Client_append(it, at, sequence));
  }

  /**
   * Puts text or bytes before the value that is there. One that was compressed can afterwards not be
   * read.
   *
   * @param key the key
   * @param value a String or bytes
   * @return OK or NOT_STORED
   */
  public Outcome prepend(K key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, (it, at) -> NativeMethods.Client_prepend(it, at, sequence));
  }

  /**
   * Stores a value, for ever, if nobody changed the item since it was read.
   *
   * @param key the key
   * @param value the value
   * @param cas the cas of the {@link Item} that was read
   * @return OK, EXISTS or MISS
   */
  public Outcome cas(K key, Object value, long cas) {
    byte[] sequence = Sequence.of(value);
    return change(key, (it, at) -> NativeMethods.Client_cas(it, at, sequence, cas, 0));
  }

  /**
   * Stores a value if nobody changed the item since it was read.
   *
   * @param key the key
   * @param value the value
   * @param cas the cas of the {@link Item} that was read
   * @param ttl how long it is to live
   * @return OK, EXISTS or MISS
   */
  public Outcome cas(K key, Object value, long cas, Duration ttl) {
    byte[] sequence = Sequence.of(value);
    long seconds = Session.seconds(ttl, "ttl");
    return change(key, (it, at) -> NativeMethods.Client_cas(it, at, sequence, cas, seconds));
  }

  /**
   * Deletes an item.
   *
   * @param key the key
   * @return OK or MISS
   */
  public Outcome delete(K key) {
    return change(key, NativeMethods::Client_remove);
  }

  /**
   * Keeps an item as stale: {@link #item} shows it so, and one client wins the right to make it anew.
   * It needs a server that speaks meta.
   *
   * @param key the key
   * @param ttl how long it stays
   * @return OK or MISS
   */
  public Outcome invalidate(K key, Duration ttl) {
    long seconds = Session.seconds(ttl, "ttl");
    return change(key, (it, at) -> NativeMethods.Client_invalidate(it, at, seconds));
  }

  /**
   * Gives an item a new time to live.
   *
   * @param key the key
   * @param ttl how long it is to live from now on
   * @return OK or MISS
   */
  public Outcome touch(K key, Duration ttl) {
    long seconds = Session.seconds(ttl, "ttl");
    return change(key, (it, at) -> NativeMethods.Client_touch(it, at, seconds));
  }

  /**
   * Adds to a counter, modulo 2^64.
   *
   * @param key the key
   * @param delta how much; not negative
   * @return what it is now, 64 bits without a sign; nothing: a miss
   */
  public OptionalLong incr(K key, long delta) {
    return count(key, (it, at) -> NativeMethods.Client_incr(it, at, delta, Session.LEFT_OUT, 0));
  }

  /**
   * Adds to a counter, modulo 2^64, and makes a missing one. It needs a server that speaks
   * meta.
   *
   * @param key the key
   * @param delta how much; not negative
   * @param initial what a missing counter becomes; not negative
   * @param ttl how long that one is to live
   * @return what it is now, 64 bits without a sign
   */
  public OptionalLong incr(K key, long delta, long initial, Duration ttl) {
    long seconds = Session.seconds(ttl, "ttl");
    return count(key, (it, at) -> NativeMethods.Client_incr(it, at, delta, initial, seconds));
  }

  /**
   * Takes from a counter, which does not go below 0.
   *
   * @param key the key
   * @param delta how much; not negative
   * @return what it is now, 64 bits without a sign; nothing: a miss
   */
  public OptionalLong decr(K key, long delta) {
    return count(key, (it, at) -> NativeMethods.Client_decr(it, at, delta, Session.LEFT_OUT, 0));
  }

  /**
   * Takes from a counter, which does not go below 0, and makes a missing one. It needs a server
   * that speaks meta.
   *
   * @param key the key
   * @param delta how much; not negative
   * @param initial what a missing counter becomes; not negative
   * @param ttl how long that one is to live
   * @return what it is now, 64 bits without a sign
   */
  public OptionalLong decr(K key, long delta, long initial, Duration ttl) {
    long seconds = Session.seconds(ttl, "ttl");
    return count(key, (it, at) -> NativeMethods.Client_decr(it, at, delta, initial, seconds));
  }

  /**
   * Sets a counter: plain digits, whatever the dialect, for ever.
   *
   * @param key the key
   * @param number what it is to be; not negative
   * @return OK
   */
  public Outcome setCounter(K key, long number) {
    return change(key, (it, at) -> NativeMethods.Client_set_counter(it, at, number, 0));
  }

  /**
   * Sets a counter: plain digits, whatever the dialect.
   *
   * @param key the key
   * @param number what it is to be; not negative
   * @param ttl how long it is to live
   * @return OK
   */
  public Outcome setCounter(K key, long number, Duration ttl) {
    long seconds = Session.seconds(ttl, "ttl");
    return change(key, (it, at) -> NativeMethods.Client_set_counter(it, at, number, seconds));
  }

  /**
   * Reads a counter.
   *
   * @param key the key
   * @return what it is; nothing: a miss
   */
  public OptionalLong counter(K key) {
    byte[] found = read(key, NativeMethods::Client_counter);
    return found == null ? OptionalLong.empty()
        : OptionalLong.of(as(key, new Answer(found).value(), Long.class));
  }

  /**
   * Reads many values in the time of one.
   *
   * @param keys the keys
   * @return the values of those that are there, in the order of the keys
   * @throws PartialException if at least one failed
   */
  public Map<K, Object> getMany(Collection<? extends K> keys) {
    Batch<K> batch = Batch.of(this, keys);
    Packed packed = batch.packed();
    return batch.read(session.call(it -> NativeMethods.Client_get_many(it, packed.bytes(),
        packed.ends())), session.missOnError(), Answer::value);
  }

  /**
   * Stores many values, for ever, in the time of one.
   *
   * @param items the values by their keys
   * @return the outcomes: all OK
   * @throws PartialException if at least one failed
   */
  public Map<K, Outcome> setMany(Map<? extends K, ?> items) {
    return setMany(items, Duration.ZERO);
  }

  /**
   * Stores many values in the time of one.
   *
   * @param items the values by their keys
   * @param ttl how long they are to live
   * @return the outcomes: all OK
   * @throws PartialException if at least one failed
   */
  public Map<K, Outcome> setMany(Map<? extends K, ?> items, Duration ttl) {
    Batch<K> batch = new Batch<>(this, items.size());
    Sequence pairs = new Sequence(session.takeRoom());
    items.forEach((name, value) -> {
      byte[] key = batch.add(name);
      try {
        pairs.pair(key, value);
      } catch (InvalidArgumentException failure) {
        throw failure.about(key);
      }
    });
    long seconds = Session.seconds(ttl, "ttl");
    byte[] said = session.call(it -> NativeMethods.Client_set_many(it, pairs.bytes(), pairs.size(),
        batch.size(), seconds));
    session.giveRoom(pairs.bytes());
    return batch.outcomes(said);
  }

  /**
   * Deletes many items in the time of one.
   *
   * @param keys the keys
   * @return the outcomes, each OK or MISS
   * @throws PartialException if at least one failed
   */
  public Map<K, Outcome> deleteMany(Collection<? extends K> keys) {
    Batch<K> batch = Batch.of(this, keys);
    Packed packed = batch.packed();
    return batch.outcomes(session.call(it -> NativeMethods.Client_remove_many(it, packed.bytes(),
        packed.ends())));
  }

  /**
   * Gives many items a new time to live in the time of one.
   *
   * @param keys the keys
   * @param ttl how long they are to live from now on
   * @return the outcomes, each OK or MISS
   * @throws PartialException if at least one failed
   */
  public Map<K, Outcome> touchMany(Collection<? extends K> keys, Duration ttl) {
    Batch<K> batch = Batch.of(this, keys);
    Packed packed = batch.packed();
    long seconds = Session.seconds(ttl, "ttl");
    return batch.outcomes(session.call(it -> NativeMethods.Client_touch_many(it, packed.bytes(),
        packed.ends(), seconds)));
  }

  private <T> T as(K key, Object value, Class<T> type) {
    try {
      return Answer.as(value, type);
    } catch (InvalidValueException failure) {
      throw failure.about(bytes(key));
    }
  }

  private byte[] read(K key, Session.OnKey<byte[]> method) {
    return session.read(bytes(key), method);
  }

  private Outcome change(K key, Session.OnKey<Integer> method) {
    return Outcome.of(session.call(bytes(key), method));
  }

  private OptionalLong count(K key, Session.OnKey<byte[]> method) {
    byte[] found = session.call(bytes(key), method);
    return found == null ? OptionalLong.empty()
        : OptionalLong.of((Long) new Answer(found).value());
  }
}
