package dev.rivulet.events.kafka;

import java.util.Map;

/**
 * A topic with the settings that its role asks for.
 *
 * @param partitions how many it is created with; a topic of one partition keeps its order by it
 * @param settings the topic configuration it is created with
 */
public record TopicSpec(String name, int partitions, Map<String, String> settings) {}
