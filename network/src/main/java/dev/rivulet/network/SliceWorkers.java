package dev.rivulet.network;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that share the slices of a batch among themselves. */
final class SliceWorkers implements AutoCloseable {

  /** What to do with one slice; a worker does one at a time. */
  interface SliceTask {
    void run(int slice, int worker);
  }

  private final int workers;
  private final ExecutorService threads;

  /**
   * @param workers at least 1; work for one is done by the calling thread
   */
  SliceWorkers(int workers) {
    this(workers, named());
  }

  SliceWorkers(int workers, ThreadFactory factory) {
    this.workers = workers;
    threads = Executors.newFixedThreadPool(workers, factory);
  }

  private static ThreadFactory named() {
    AtomicInteger made = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "network-slices-" + made.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  int workers() {
    return workers;
  }

  /** How many of n images a slice has: equal shares for all workers, but at most so many. */
  static int sliceImages(int n, int workers, int most) {
    int slices = (n + most - 1) / most;
    int slicesForAll = (slices + workers - 1) / workers * workers;
    return (n + slicesForAll - 1) / slicesForAll;
  }

  /**
   * Runs the task for the slices from 0 to below count, in any order, and waits for all of them,
   * interrupted or not, and whatever it throws: native memory must not be freed under a running
   * worker.
   */
  void run(int count, SliceTask task) {
    int used = Math.min(workers, count);
    AtomicInteger next = new AtomicInteger();
    if (used <= 1) {
      drain(next, count, task, 0);
      return;
    }
    List<Future<?>> drains = new ArrayList<>();
    ExecutionException failure = null;
    try {
      for (int i = 0; i < used; i++) {
        int worker = i;
        drains.add(threads.submit(() -> drain(next, count, task, worker)));
      }
    } finally {
      // a thread may not have been to be had while others are at work
      for (Future<?> done : drains) {
        ExecutionException failed = await(done);
        failure = failure == null ? failed : failure;
      }
    }
    if (failure != null) {
      throw new IllegalStateException(
          "the engine failed: " + failure.getCause().getMessage(), failure.getCause());
    }
  }

  private static ExecutionException await(Future<?> done) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          done.get();
          return null;
        } catch (ExecutionException e) {
          return e;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void drain(AtomicInteger next, int count, SliceTask task, int worker) {
    for (int slice = next.getAndIncrement(); slice < count; slice = next.getAndIncrement()) {
      task.run(slice, worker);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
