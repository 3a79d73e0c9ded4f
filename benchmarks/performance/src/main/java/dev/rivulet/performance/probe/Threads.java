package dev.rivulet.performance.probe;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Does the same on several threads at once, and adds up how fast they went. */
final class Threads {
  private Threads() {}

  /**
   * @param rates what each thread, from 0, does: it returns its rate
   */
  static double sumOfRates(int threads, IntFunction<Callable<Double>> rates)
      throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      double sum = 0;
      for (Future<Double> rate :
          workers.invokeAll(IntStream.range(0, threads).mapToObj(rates).toList())) {
        sum += rate.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause().toString(), e.getCause());
    } finally {
      workers.shutdown();
    }
  }
}
