package org.polyring;

/**
 * What the core says of a key's way; made by native code only. hash and point are decimal digits,
 * or null if none was needed.
 */
record Trace(byte[] sentKey, byte[] hashedText, String hash, String point, byte[] label,
    int server, int[] ties, String why) {}
