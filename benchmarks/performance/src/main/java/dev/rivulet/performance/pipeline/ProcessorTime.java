package dev.rivulet.performance.pipeline;

import dev.rivulet.chaos.Pipeline;
import java.util.HashMap;
import java.util.Map;

/** How much of the machine's processors each process of a pipeline has used, up to some moment. */
record ProcessorTime(Map<String, Double> secondsByProcess) {

  static ProcessorTime of(Pipeline pipeline) {
    Map<String, Double> seconds = new HashMap<>();
    for (String name : pipeline.names()) {
      ProcessHandle.of(pipeline.pid(name))
          .flatMap(process -> process.info().totalCpuDuration())
          .ifPresent(used -> seconds.put(name, used.toNanos() / 1e9));
    }
    return new ProcessorTime(seconds);
  }

  /** The share of all processors, from 0 to 1, that a process has used in the seconds since. */
  double shareSince(ProcessorTime earlier, String process, double seconds) {
    double used = secondsByProcess.get(process) - earlier.secondsByProcess.get(process);
    return used / (seconds * Runtime.getRuntime().availableProcessors());
  }
}
