/**
 * A client of memcached, and where memcached clients put a key.
 *
 * <p>{@link org.polyring.Client} speaks to the servers.
 *
 * <p>{@link org.polyring.Ring} is a list of servers and a profile, which says how one client in
 * one configuration places keys; it tells on which server a key lives, and why. Keys are bytes; a
 * {@link java.lang.String} stands for its UTF-8 bytes. {@link org.polyring.Topology} is what all
 * programs of a pool must agree on; it makes the ring.
 *
 * <p>Failures are {@link org.polyring.PolyringException}s. Beside them, every method throws
 * {@link java.lang.NullPointerException} when it is given a null that it does not speak of.
 */
package org.polyring;
