package org.polyring;

import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Speaks to memcached servers, and to each about the keys that its ring has there.
 *
 * <pre>{@code
 * try (Client client = Client.connect("memcached://10.0.0.1,10.0.0.2/?timeout=250ms")) {
 *   client.set("user:17", Map.of("name", "Ada"), Duration.ofHours(1));
 *   Object user = client.get("user:17");
 * }
 * }</pre>
 *
 * <p><b>Keys</b> are bytes, 1 to 250 of them. A {@link String} stands for its UTF-8 bytes.
 *
 * <p><b>Values</b> are null, {@link Boolean}, {@link Byte}, {@link Short}, {@link Integer} and
 * {@link Long}, {@link Float} and {@link Double}, {@link String}, {@code byte[]}, and
 * {@link List}s of values and {@link Map}s from Strings to values, at most 64 in each other. Whole
 * numbers are read back as Long, the other ones as Double, lists and maps as mutable ones. Another
 * class is refused by name with {@link InvalidValueException}, and nothing is sent.
 *
 * <p><b>Times to live</b> count from now, in whole seconds; a part of one counts as one. Zero, and a
 * store without a time: for ever. A negative one: the item is gone at once.
 *
 * <p><b>Outcomes and failures.</b> What a completed operation came to is an {@link Outcome}, or a
 * value or nothing. What could not be completed throws, and never looks like a miss:
 * {@link InvalidKeyException} (the key is refused), {@link InvalidValueException},
 * {@link InvalidArgumentException} (with the status "TOO_LARGE": the value is above the limit; with
 * "NOT_SUPPORTED": the server's protocol cannot say it), {@link UnavailableException},
 * {@link UnknownException}, {@link ProtocolException}, {@link ServerException},
 * {@link MismatchException}. Calls on many keys or servers throw a {@link PartialException} if at
 * least one failed; it has what completed. With the setting on_error=miss reads of keys show as
 * misses what servers, the network or values that cannot be read are to blame for, but never a
 * refused key or argument. Every method throws {@link IllegalStateException} once the client is closed.
 *
 * <p>Any number of threads may use one client at the same time.
 */
public final class Client implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final long LEFT_OUT = Long.MIN_VALUE;
  private static final byte[] NOTHING = {};

  private final Session session;
  private final boolean missOnError;

  Client(byte[] servers, byte[] settings) {
    session = new Session(servers, settings);
    CLEANER.register(this, session::close);
    missOnError = "miss".equals(setting("on_error"));
  }

  /**
   * Makes a client with the default settings, or those of a URL. It connects when it is first used.
   *
   * @param servers servers, separated by blanks, as a {@link Ring} takes them; or the text of a
   *     topology; or {@code memcached://server,server/?name=value&name=value}
   * @return the client
   * @throws InvalidServersException as {@link ClientBuilder#build()}
   * @throws InvalidArgumentException as {@link ClientBuilder#build()}
   */
  public static Client connect(String servers) {
    return new Client(Text.encode(Objects.requireNonNull(servers, "servers"), "servers"), NOTHING);
  }

  /**
   * Makes a client with settings.
   *
   * @return a builder without servers
   */
  public static ClientBuilder builder() {
    return new ClientBuilder();
  }

  /**
   * Reads a value.
   *
   * @param key the key
   * @return it; null: a miss, or a null that was stored
   */
  public Object get(String key) {
    return get(bytes(key));
  }

  /**
   * Reads a value.
   *
   * @param key the key, in bytes
   * @return it; null: a miss, or a null that was stored
   */
  public Object get(byte[] key) {
    byte[] found = found(key);
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
  public <T> T get(String key, Class<T> type) {
    return get(bytes(key), type);
  }

  /**
   * Reads a value of one class.
   *
   * @param <T> the class of the value
   * @param key the key, in bytes
   * @param type the class that the value must have; whole numbers also fit Integer, Short and Byte if
   *     they are in their range, and the others Float
   * @return it; null: a miss, or a null that was stored
   */
  public <T> T get(byte[] key, Class<T> type) {
    Objects.requireNonNull(type, "type");
    try {
      return Answer.as(get(key), type);
    } catch (InvalidValueException failure) {
      throw failure.about(key);
    }
  }

  /**
   * Reads a value.
   *
   * @param key the key
   * @param otherwise what a miss gives
   * @return it, or otherwise
   */
  public Object get(String key, Object otherwise) {
    return get(bytes(key), otherwise);
  }

  /**
   * Reads a value.
   *
   * @param key the key, in bytes
   * @param otherwise what a miss gives
   * @return it, or otherwise
   */
  public Object get(byte[] key, Object otherwise) {
    byte[] found = found(key);
    return found == null ? otherwise : new Answer(found).value();
  }

  /**
   * Reads a value and gives it a new time to live.
   *
   * @param key the key
   * @param ttl how long it is to live from now on
   * @return it; null: a miss, or a null that was stored
   */
  public Object getAndTouch(String key, Duration ttl) {
    return getAndTouch(bytes(key), ttl);
  }

  /**
   * Reads a value and gives it a new time to live.
   *
   * @param key the key, in bytes
   * @param ttl how long it is to live from now on
   * @return it; null: a miss, or a null that was stored
   */
  public Object getAndTouch(byte[] key, Duration ttl) {
    long seconds = seconds(ttl, "ttl");
    byte[] found = read(key, it -> NativeMethods.Client_get_and_touch(it, key, seconds));
    return found == null ? null : new Answer(found).value();
  }

  /**
   * Reads a value with what {@link #cas(String, Object, long)} needs.
   *
   * @param key the key
   * @return value, cas and flags; null: a miss
   */
  public Item gets(String key) {
    return gets(bytes(key));
  }

  /**
   * Reads a value with what {@link #cas(String, Object, long)} needs.
   *
   * @param key the key, in bytes
   * @return value, cas and flags; null: a miss
   */
  public Item gets(byte[] key) {
    byte[] found = read(key, it -> NativeMethods.Client_gets(it, key));
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
  public Item item(String key, Duration vivify, Duration recache) {
    return item(bytes(key), vivify, recache);
  }

  /**
   * Reads a value with all that its server tells of it. It needs a server that speaks meta.
   *
   * @param key the key, in bytes
   * @param vivify of a miss an empty item is made, which lives so long, and this client has won the right
   *     to make it anew; null: a miss is a miss
   * @param recache this client wins if the item has less than that to live; null: it does not
   * @return the item; null: a miss
   */
  public Item item(byte[] key, Duration vivify, Duration recache) {
    long made = vivify == null ? LEFT_OUT : seconds(vivify, "vivify");
    long early = recache == null ? LEFT_OUT : seconds(recache, "recache");
    byte[] found = read(key, it -> NativeMethods.Client_item(it, key, made, early));
    return found == null ? null : Item.of(found, true);
  }

  /**
   * Stores a value, for ever.
   *
   * @param key the key
   * @param value the value
   * @return OK
   */
  public Outcome set(String key, Object value) {
    return set(bytes(key), value);
  }

  /**
   * Stores a value, for ever.
   *
   * @param key the key, in bytes
   * @param value the value
   * @return OK
   */
  public Outcome set(byte[] key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, it -> NativeMethods.Client_set(it, key, sequence, 0));
  }

  /**
   * Stores a value.
   *
   * @param key the key
   * @param value the value
   * @param ttl how long it is to live
   * @return OK
   */
  public Outcome set(String key, Object value, Duration ttl) {
    return set(bytes(key), value, ttl);
  }

  /**
   * Stores a value.
   *
   * @param key the key, in bytes
   * @param value the value
   * @param ttl how long it is to live
   * @return OK
   */
  public Outcome set(byte[] key, Object value, Duration ttl) {
    byte[] sequence = Sequence.of(value);
    long seconds = seconds(ttl, "ttl");
    return change(key, it -> NativeMethods.Client_set(it, key, sequence, seconds));
  }

  /**
   * Stores a value if there is none, for ever.
   *
   * @param key the key
   * @param value the value
   * @return OK or NOT_STORED
   */
  public Outcome add(String key, Object value) {
    return add(bytes(key), value);
  }

  /**
   * Stores a value if there is none, for ever.
   *
   * @param key the key, in bytes
   * @param value the value
   * @return OK or NOT_STORED
   */
  public Outcome add(byte[] key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, it -> NativeMethods.Client_add(it, key, sequence, 0));
  }

  /**
   * Stores a value if there is none.
   *
   * @param key the key
   * @param value the value
   * @param ttl how long it is to live
   * @return OK or NOT_STORED
   */
  public Outcome add(String key, Object value, Duration ttl) {
    return add(bytes(key), value, ttl);
  }

  /**
   * Stores a value if there is none.
   *
   * @param key the key, in bytes
   * @param value the value
   * @param ttl how long it is to live
   * @return OK or NOT_STORED
   */
  public Outcome add(byte[] key, Object value, Duration ttl) {
    byte[] sequence = Sequence.of(value);
    long seconds = seconds(ttl, "ttl");
    return change(key, it -> NativeMethods.Client_add(it, key, sequence, seconds));
  }

  /**
   * Stores a value if there is one, for ever.
   *
   * @param key the key
   * @param value the value
   * @return OK or NOT_STORED
   */
  public Outcome replace(String key, Object value) {
    return replace(bytes(key), value);
  }

  /**
   * Stores a value if there is one, for ever.
   *
   * @param key the key, in bytes
   * @param value the value
   * @return OK or NOT_STORED
   */
  public Outcome replace(byte[] key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, it -> NativeMethods.Client_replace(it, key, sequence, 0));
  }

  /**
   * Stores a value if there is one.
   *
   * @param key the key
   * @param value the value
   * @param ttl how long it is to live
   * @return OK or NOT_STORED
   */
  public Outcome replace(String key, Object value, Duration ttl) {
    return replace(bytes(key), value, ttl);
  }

  /**
   * Stores a value if there is one.
   *
   * @param key the key, in bytes
   * @param value the value
   * @param ttl how long it is to live
   * @return OK or NOT_STORED
   */
  public Outcome replace(byte[] key, Object value, Duration ttl) {
    byte[] sequence = Sequence.of(value);
    long seconds = seconds(ttl, "ttl");
    return change(key, it -> NativeMethods.Client_replace(it, key, sequence, seconds));
  }

  /**
   * Puts text or bytes behind the value that is there. One that was compressed can afterwards not be
   * read.
   *
   * @param key the key
   * @param value a String or bytes
   * @return OK or NOT_STORED
   */
  public Outcome append(String key, Object value) {
    return append(bytes(key), value);
  }

  /**
   * Puts text or bytes behind the value that is there. One that was compressed can afterwards not be
   * read.
   *
   * @param key the key, in bytes
   * @param value a String or bytes
   * @return OK or NOT_STORED
   */
  public Outcome append(byte[] key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, it -> NativeMethods.Client_append(it, key, sequence));
  }

  /**
   * Puts text or bytes before the value that is there. One that was compressed can afterwards not be
   * read.
   *
   * @param key the key
   * @param value a String or bytes
   * @return OK or NOT_STORED
   */
  public Outcome prepend(String key, Object value) {
    return prepend(bytes(key), value);
  }

  /**
   * Puts text or bytes before the value that is there. One that was compressed can afterwards not be
   * read.
   *
   * @param key the key, in bytes
   * @param value a String or bytes
   * @return OK or NOT_STORED
   */
  public Outcome prepend(byte[] key, Object value) {
    byte[] sequence = Sequence.of(value);
    return change(key, it -> NativeMethods.Client_prepend(it, key, sequence));
  }

  /**
   * Stores a value, for ever, if nobody changed the item since it was read.
   *
   * @param key the key
   * @param value the value
   * @param cas the cas of the {@link Item} that was read
   * @return OK, EXISTS or MISS
   */
  public Outcome cas(String key, Object value, long cas) {
    return cas(bytes(key), value, cas);
  }

  /**
   * Stores a value, for ever, if nobody changed the item since it was read.
   *
   * @param key the key, in bytes
   * @param value the value
   * @param cas the cas of the {@link Item} that was read
   * @return OK, EXISTS or MISS
   */
  public Outcome cas(byte[] key, Object value, long cas) {
    byte[] sequence = Sequence.of(value);
    return change(key, it -> NativeMethods.Client_cas(it, key, sequence, cas, 0));
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
  public Outcome cas(String key, Object value, long cas, Duration ttl) {
    return cas(bytes(key), value, cas, ttl);
  }

  /**
   * Stores a value if nobody changed the item since it was read.
   *
   * @param key the key, in bytes
   * @param value the value
   * @param cas the cas of the {@link Item} that was read
   * @param ttl how long it is to live
   * @return OK, EXISTS or MISS
   */
  public Outcome cas(byte[] key, Object value, long cas, Duration ttl) {
    byte[] sequence = Sequence.of(value);
    long seconds = seconds(ttl, "ttl");
    return change(key, it -> NativeMethods.Client_cas(it, key, sequence, cas, seconds));
  }

  /**
   * Deletes an item.
   *
   * @param key the key
   * @return OK or MISS
   */
  public Outcome delete(String key) {
    return delete(bytes(key));
  }

  /**
   * Deletes an item.
   *
   * @param key the key, in bytes
   * @return OK or MISS
   */
  public Outcome delete(byte[] key) {
    return change(key, it -> NativeMethods.Client_remove(it, key));
  }

  /**
   * Keeps an item as stale: {@link #item} shows it so, and one client wins the right to make it anew.
   * It needs a server that speaks meta.
   *
   * @param key the key
   * @param ttl how long it stays
   * @return OK or MISS
   */
  public Outcome invalidate(String key, Duration ttl) {
    return invalidate(bytes(key), ttl);
  }

  /**
   * Keeps an item as stale: {@link #item} shows it so, and one client wins the right to make it anew.
   * It needs a server that speaks meta.
   *
   * @param key the key, in bytes
   * @param ttl how long it stays
   * @return OK or MISS
   */
  public Outcome invalidate(byte[] key, Duration ttl) {
    long seconds = seconds(ttl, "ttl");
    return change(key, it -> NativeMethods.Client_invalidate(it, key, seconds));
  }

  /**
   * Gives an item a new time to live.
   *
   * @param key the key
   * @param ttl how long it is to live from now on
   * @return OK or MISS
   */
  public Outcome touch(String key, Duration ttl) {
    return touch(bytes(key), ttl);
  }

  /**
   * Gives an item a new time to live.
   *
   * @param key the key, in bytes
   * @param ttl how long it is to live from now on
   * @return OK or MISS
   */
  public Outcome touch(byte[] key, Duration ttl) {
    long seconds = seconds(ttl, "ttl");
    return change(key, it -> NativeMethods.Client_touch(it, key, seconds));
  }

  /**
   * Adds to a counter, modulo 2^64.
   *
   * @param key the key
   * @param delta how much; not negative
   * @return what it is now, 64 bits without a sign; nothing: a miss
   */
  public OptionalLong incr(String key, long delta) {
    return incr(bytes(key), delta);
  }

  /**
   * Adds to a counter, modulo 2^64.
   *
   * @param key the key, in bytes
   * @param delta how much; not negative
   * @return what it is now, 64 bits without a sign; nothing: a miss
   */
  public OptionalLong incr(byte[] key, long delta) {
    return count(key, it -> NativeMethods.Client_incr(it, key, delta, LEFT_OUT, 0));
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
  public OptionalLong incr(String key, long delta, long initial, Duration ttl) {
    return incr(bytes(key), delta, initial, ttl);
  }

  /**
   * Adds to a counter, modulo 2^64, and makes a missing one. It needs a server that speaks
   * meta.
   *
   * @param key the key, in bytes
   * @param delta how much; not negative
   * @param initial what a missing counter becomes; not negative
   * @param ttl how long that one is to live
   * @return what it is now, 64 bits without a sign
   */
  public OptionalLong incr(byte[] key, long delta, long initial, Duration ttl) {
    long seconds = seconds(ttl, "ttl");
    return count(key, it -> NativeMethods.Client_incr(it, key, delta, initial, seconds));
  }

  /**
   * Takes from a counter, which does not go below 0.
   *
   * @param key the key
   * @param delta how much; not negative
   * @return what it is now, 64 bits without a sign; nothing: a miss
   */
  public OptionalLong decr(String key, long delta) {
    return decr(bytes(key), delta);
  }

  /**
   * Takes from a counter, which does not go below 0.
   *
   * @param key the key, in bytes
   * @param delta how much; not negative
   * @return what it is now, 64 bits without a sign; nothing: a miss
   */
  public OptionalLong decr(byte[] key, long delta) {
    return count(key, it -> NativeMethods.Client_decr(it, key, delta, LEFT_OUT, 0));
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
  public OptionalLong decr(String key, long delta, long initial, Duration ttl) {
    return decr(bytes(key), delta, initial, ttl);
  }

  /**
   * Takes from a counter, which does not go below 0, and makes a missing one. It needs a server
   * that speaks meta.
   *
   * @param key the key, in bytes
   * @param delta how much; not negative
   * @param initial what a missing counter becomes; not negative
   * @param ttl how long that one is to live
   * @return what it is now, 64 bits without a sign
   */
  public OptionalLong decr(byte[] key, long delta, long initial, Duration ttl) {
    long seconds = seconds(ttl, "ttl");
    return count(key, it -> NativeMethods.Client_decr(it, key, delta, initial, seconds));
  }

  /**
   * Sets a counter: plain digits, whatever the dialect, for ever.
   *
   * @param key the key
   * @param number what it is to be; not negative
   * @return OK
   */
  public Outcome setCounter(String key, long number) {
    return setCounter(bytes(key), number);
  }

  /**
   * Sets a counter: plain digits, whatever the dialect, for ever.
   *
   * @param key the key, in bytes
   * @param number what it is to be; not negative
   * @return OK
   */
  public Outcome setCounter(byte[] key, long number) {
    return change(key, it -> NativeMethods.Client_set_counter(it, key, number, 0));
  }

  /**
   * Sets a counter: plain digits, whatever the dialect.
   *
   * @param key the key
   * @param number what it is to be; not negative
   * @param ttl how long it is to live
   * @return OK
   */
  public Outcome setCounter(String key, long number, Duration ttl) {
    return setCounter(bytes(key), number, ttl);
  }

  /**
   * Sets a counter: plain digits, whatever the dialect.
   *
   * @param key the key, in bytes
   * @param number what it is to be; not negative
   * @param ttl how long it is to live
   * @return OK
   */
  public Outcome setCounter(byte[] key, long number, Duration ttl) {
    long seconds = seconds(ttl, "ttl");
    return change(key, it -> NativeMethods.Client_set_counter(it, key, number, seconds));
  }

  /**
   * Reads a counter.
   *
   * @param key the key
   * @return what it is; nothing: a miss
   */
  public OptionalLong counter(String key) {
    return counter(bytes(key));
  }

  /**
   * Reads a counter.
   *
   * @param key the key, in bytes
   * @return what it is; nothing: a miss
   */
  public OptionalLong counter(byte[] key) {
    byte[] found = read(key, it -> NativeMethods.Client_counter(it, key));
    try {
      return found == null ? OptionalLong.empty()
          : OptionalLong.of(Answer.as(new Answer(found).value(), Long.class));
    } catch (InvalidValueException failure) {
      throw failure.about(key);
    }
  }

  /**
   * Reads many values in the time of one.
   *
   * @param keys the keys
   * @return the values of those that are there, in the order of the keys
   * @throws PartialException if at least one failed
   */
  public Map<String, Object> getMany(Collection<String> keys) {
    String[] names = Ring.texts(keys, "keys");
    Packed packed = Packed.of(names, "keys");
    byte[] bytes = call(it -> NativeMethods.Client_get_many(it, packed.bytes(), packed.ends()));
    return many(bytes, names, missOnError, Answer::value);
  }

  /**
   * Stores many values, for ever, in the time of one.
   *
   * @param items the values by their keys
   * @return the outcomes: all OK
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> setMany(Map<String, ?> items) {
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
  public Map<String, Outcome> setMany(Map<String, ?> items, Duration ttl) {
    List<String> names = new ArrayList<>();
    List<byte[]> sequences = new ArrayList<>();
    items.forEach((key, value) -> {
      names.add(key);
      sequences.add(valueOf(key, value));
    });
    String[] keys = Ring.texts(names, "keys");
    Packed packed = Packed.of(keys, "keys");
    Packed values = Packed.of(sequences.toArray(new byte[0][]), "values");
    long seconds = seconds(ttl, "ttl");
    return outcomes(keys, it -> NativeMethods.Client_set_many(it, packed.bytes(), packed.ends(),
        values.bytes(), values.ends(), seconds));
  }

  /**
   * Deletes many items in the time of one.
   *
   * @param keys the keys
   * @return the outcomes, each OK or MISS
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> deleteMany(Collection<String> keys) {
    String[] names = Ring.texts(keys, "keys");
    Packed packed = Packed.of(names, "keys");
    return outcomes(names,
        it -> NativeMethods.Client_remove_many(it, packed.bytes(), packed.ends()));
  }

  /**
   * Gives many items a new time to live in the time of one.
   *
   * @param keys the keys
   * @param ttl how long they are to live from now on
   * @return the outcomes, each OK or MISS
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> touchMany(Collection<String> keys, Duration ttl) {
    String[] names = Ring.texts(keys, "keys");
    Packed packed = Packed.of(names, "keys");
    long seconds = seconds(ttl, "ttl");
    return outcomes(names,
        it -> NativeMethods.Client_touch_many(it, packed.bytes(), packed.ends(), seconds));
  }

  /**
   * Deletes all items of every server.
   *
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> flushAll() {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_flush_all(it, 0, name), null);
  }

  /**
   * Deletes all items of every server.
   *
   * @param delay when: so long from now
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> flushAll(Duration delay) {
    byte[] name = NOTHING;
    long seconds = seconds(delay, "delay");
    return told(it -> NativeMethods.Client_flush_all(it, seconds, name), null);
  }

  /**
   * Deletes all items of one server.
   *
   * @param delay when: so long from now
   * @param server the server as it is spelled, or its name
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> flushAll(Duration delay, String server) {
    byte[] name = named(server);
    long seconds = seconds(delay, "delay");
    return told(it -> NativeMethods.Client_flush_all(it, seconds, name), null);
  }

  /**
   * Asks every server for its statistics.
   *
   * @param arguments what: "" for the general ones, or items, slabs, sizes, settings, ...
   * @return names and values, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Map<String, String>> stats(String arguments) {
    byte[] name = NOTHING;
    byte[] what = Text.encode(Objects.requireNonNull(arguments, "arguments"), "arguments");
    return told(it -> NativeMethods.Client_stats(it, what, name), Client::lines);
  }

  /**
   * Asks one server for its statistics.
   *
   * @param arguments what: "" for the general ones, or items, slabs, sizes, settings, ...
   * @param server the server as it is spelled, or its name
   * @return names and values, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Map<String, String>> stats(String arguments, String server) {
    byte[] name = named(server);
    byte[] what = Text.encode(Objects.requireNonNull(arguments, "arguments"), "arguments");
    return told(it -> NativeMethods.Client_stats(it, what, name), Client::lines);
  }

  /**
   * Asks every server for its version.
   *
   * @return the versions, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, String> version() {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_version(it, name), String::valueOf);
  }

  /**
   * Asks one server for its version.
   *
   * @param server the server as it is spelled, or its name
   * @return the versions, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, String> version(String server) {
    byte[] name = named(server);
    return told(it -> NativeMethods.Client_version(it, name), String::valueOf);
  }

  /**
   * Asks every server for what it knows of each item, without the values.
   *
   * @return a text of a line a key, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, String> dump() {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_dump(it, name), String::valueOf);
  }

  /**
   * Asks one server for what it knows of each item, without the values.
   *
   * @param server the server as it is spelled, or its name
   * @return a text of a line a key, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, String> dump(String server) {
    byte[] name = named(server);
    return told(it -> NativeMethods.Client_dump(it, name), String::valueOf);
  }

  /**
   * Tells every server how much to log.
   *
   * @param level how much it is to write to its log
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> verbosity(int level) {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_verbosity(it, level, name), null);
  }

  /**
   * Tells one server how much to log.
   *
   * @param level how much it is to write to its log
   * @param server the server as it is spelled, or its name
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> verbosity(int level, String server) {
    byte[] name = named(server);
    return told(it -> NativeMethods.Client_verbosity(it, level, name), null);
  }

  /**
   * Asks every server for nothing but an answer.
   *
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> ping() {
    byte[] name = NOTHING;
    return told(it -> NativeMethods.Client_ping(it, name), null);
  }

  /**
   * Asks one server for nothing but an answer.
   *
   * @param server the server as it is spelled, or its name
   * @return the outcomes, by the server's spelling
   * @throws PartialException if at least one failed
   */
  public Map<String, Outcome> ping(String server) {
    byte[] name = named(server);
    return told(it -> NativeMethods.Client_ping(it, name), null);
  }

  /**
   * Gives the client another topology. Calls of other threads that are running end on the old one;
   * servers that are in both keep their connections and statistics. On failure nothing changes.
   *
   * @param text servers, separated by blanks (the profile stays), or the text of a topology
   * @throws InvalidArgumentException if it is a URL, or has an epoch below the client's; and as
   *     {@link ClientBuilder#build()}
   */
  public void setTopology(String text) {
    byte[] bytes = Text.encode(Objects.requireNonNull(text, "text"), "text");
    call(it -> NativeMethods.Client_set_topology(it, bytes));
  }

  /**
   * Gives the client another topology, as {@link #setTopology(String)} does.
   *
   * @param topology the topology
   * @throws InvalidArgumentException if it has an epoch below the client's
   */
  public void setTopology(Topology topology) {
    setTopology(topology.text());
  }

  /**
   * Adds a server at the end of the list. The epoch grows by one.
   *
   * @param server the server, as a {@link Ring} takes it
   * @throws InvalidServersException as {@link ClientBuilder#build()}
   */
  public void addServer(String server) {
    byte[] name = named(server);
    call(it -> NativeMethods.Client_add_server(it, name));
  }

  /**
   * Removes a server. The epoch grows by one.
   *
   * @param server the server as it is spelled, or its name
   * @throws InvalidArgumentException if there is no such server, more than one, or no other one
   */
  public void removeServer(String server) {
    byte[] name = named(server);
    call(it -> NativeMethods.Client_remove_server(it, name));
  }

  /**
   * Copies the topology that calls use now.
   *
   * @return the topology
   */
  public Topology topology() {
    return new Topology(call(NativeMethods::Client_topology));
  }

  /**
   * Copies the ring that calls use now.
   *
   * @return the ring
   */
  public Ring ring() {
    return new Ring(call(NativeMethods::Client_ring));
  }

  /**
   * Tells what the client did.
   *
   * @return an entry a server, in the order of the list; immutable
   */
  public List<Statistics> statistics() {
    return Statistics.list(call(NativeMethods::Client_statistics));
  }

  /**
   * Takes the events out of their queue. It holds 256; what is older is forgotten.
   *
   * @return the events, the oldest first; immutable
   */
  public List<Event> events() {
    return Event.list(call(NativeMethods::Client_events));
  }

  /**
   * Tells a setting.
   *
   * @param name its name, such as "read_timeout"
   * @return its value in canonical spelling, times in microseconds: "250000us"; null: there is no
   *     such setting
   */
  public String setting(String name) {
    byte[] bytes = Text.encode(Objects.requireNonNull(name, "name"), "name");
    return call(it -> NativeMethods.Client_setting(it, bytes));
  }

  /**
   * Ends the use of the client. Calls that other threads have under way end as if nothing had
   * happened, and the last of them closes the connections. A client that nothing refers to any more
   * is closed too.
   */
  @Override
  public void close() {
    session.close();
  }

  /** {@return a line for people} */
  @Override
  public String toString() {
    return "Client" + (session.isClosed() ? "[closed]" : ring().servers());
  }

  private static byte[] bytes(String key) {
    return Text.encode(Objects.requireNonNull(key, "key"), "key");
  }

  private static byte[] named(String server) {
    if (server.isEmpty()) {
      throw new InvalidArgumentException(PolyringException.INVALID_ARGUMENT,
          "a server is not named by an empty text", "", -1);
    }
    return Text.encode(server, "server");
  }

  private static byte[] valueOf(String key, Object value) {
    try {
      return Sequence.of(value);
    } catch (InvalidArgumentException failure) {
      throw failure.about(bytes(key));
    }
  }

  /** Never nearer to zero than it is: half a second is one, and just past is gone. */
  private static long seconds(Duration time, String name) {
    long seconds = Objects.requireNonNull(time, name).getSeconds();
    return seconds >= 0 && time.getNano() > 0 && seconds < Long.MAX_VALUE ? seconds + 1
        : Math.max(seconds, LEFT_OUT + 1);
  }

  private <T> T call(LongFunction<T> method) {
    long handle = session.enter();
    try {
      return method.apply(handle);
    } finally {
      session.leave();
    }
  }

  private <T> T call(byte[] key, LongFunction<T> method) {
    Objects.requireNonNull(key, "key");
    long handle = session.enter();
    try {
      return method.apply(handle);
    } catch (PolyringException failure) {
      throw failure.about(key);
    } finally {
      session.leave();
    }
  }

  private byte[] found(byte[] key) {
    return read(key, it -> NativeMethods.Client_get(it, key));
  }

  private byte[] read(byte[] key, LongFunction<byte[]> method) {
    try {
      return call(key, method);
    } catch (PolyringException failure) {
      if (missOnError && failure.isFaultOfServers()) {
        return null;
      }
      throw failure;
    }
  }

  private Outcome change(byte[] key, LongFunction<Integer> method) {
    return Outcome.of(call(key, method));
  }

  private OptionalLong count(byte[] key, LongFunction<byte[]> method) {
    byte[] found = call(key, method);
    return found == null ? OptionalLong.empty()
        : OptionalLong.of((Long) new Answer(found).value());
  }

  private Map<String, Outcome> outcomes(String[] names, LongFunction<byte[]> method) {
    return many(call(method), names, false, null);
  }

  /** What a server says is read by a function of it; the outcome, if that is null. */
  private <T> Map<String, T> told(LongFunction<byte[]> method, Function<Object, T> reader) {
    return many(call(method), null, false,
        reader == null ? null : answer -> reader.apply(answer.value()));
  }

  /** Names are those of the keys; if that is null, those of the servers are in the answer. */
  @SuppressWarnings("unchecked") // without a reader T is Outcome
  private static <T> Map<String, T> many(byte[] bytes, String[] names, boolean hides,
      Function<Answer, T> reader) {
    Answer answer = new Answer(bytes);
    Map<String, T> found = new LinkedHashMap<>();
    Map<String, PolyringException> failures = new LinkedHashMap<>();
    int count = 0;
    for (; answer.hasMore(); count++) {
      int status = answer.number();
      String name = names == null ? answer.text() : names[count];
      if (status < 0) {
        PolyringException failure = answer.failure();
        if (hides && failure.isFaultOfServers()) {
          continue;
        }
        failures.put(name, names == null ? failure : failure.about(bytes(name)));
      } else if (reader == null) {
        found.put(name, (T) Outcome.of(status));
      } else if (status == Outcome.OK.ordinal()) {
        found.put(name, reader.apply(answer));
      }
    }
    if (failures.isEmpty()) {
      return found;
    }
    throw new PartialException(found, failures, count);
  }

  private static Map<String, String> lines(Object text) {
    Map<String, String> lines = new LinkedHashMap<>();
    text.toString().lines().forEach(line -> {
      int blank = line.indexOf(' ');
      lines.put(blank < 0 ? line : line.substring(0, blank), line.substring(blank + 1));
    });
    return Collections.unmodifiableMap(lines);
  }
}
