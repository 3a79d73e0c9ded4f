package dev.rivulet.hostile;

/**
 * A checkpoint that nobody may serve.
 *
 * @param kind what is wrong with it, for the table
 * @param key the key that it is published under
 */
record DamagedCheckpoint(String kind, String key, byte[] blob) {}
