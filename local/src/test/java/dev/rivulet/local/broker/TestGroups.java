package dev.rivulet.local.broker;

import dev.rivulet.events.kafka.KafkaConnection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;

/** Takes their turn from the services that a test is about, and sees whether they noticed. */
public final class TestGroups {
  private TestGroups() {}

  /** Throws every member out of a group; they may join it again. */
  public static void removeMembers(KafkaConnection kafka, String group)
      throws ExecutionException, InterruptedException {
    try (Admin admin = kafka.admin()) {
      admin
          .removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
    }
  }

  /** Changes with each producer that is opened under the id, and with each transaction. */
  public static int producerEpoch(KafkaConnection kafka, String transactionalId)
      throws ExecutionException, InterruptedException {
    try (Admin admin = kafka.admin()) {
      return admin
          .describeTransactions(List.of(transactionalId))
          .description(transactionalId)
          .get()
          .producerEpoch();
    }
  }
}
