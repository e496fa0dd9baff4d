package org.polyring;

/** What the core says of a key's way; made by native code only. */
record Trace(byte[] sentKey, byte[] hashedText, boolean hasHash, long hash, long point,
    byte[] label, int server, int[] ties, String why) {}
