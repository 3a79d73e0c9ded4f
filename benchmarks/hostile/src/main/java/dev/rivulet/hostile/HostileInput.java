package dev.rivulet.hostile;

/**
 * One input.
 *
 * @param kind what is hostile about it, for the table
 * @param bytes null for a record without a value
 */
record HostileInput(String kind, byte[] bytes) {}
