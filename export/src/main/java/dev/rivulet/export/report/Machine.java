package dev.rivulet.export.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine that a run was trained on, as its processes see it.
 *
 * @param cores that this process may use
 * @param memoryBytes that this machine or container has
 */
public record Machine(String processor, int cores, long memoryBytes, String system, String jvm) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** The one that this process runs on. */
  public static Machine here() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        processorName().orElse(system.getArch()),
        Runtime.getRuntime().availableProcessors(),
        system.getTotalMemorySize(),
        "%s %s (%s)".formatted(system.getName(), system.getVersion(), system.getArch()),
        "%s %s".formatted(System.getProperty("java.vm.name"), Runtime.version()));
  }

  /** Linux tells it; other systems, and some processors, do not. */
  private static Optional<String> processorName() {
    if (!Files.isReadable(CPU_INFO)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
