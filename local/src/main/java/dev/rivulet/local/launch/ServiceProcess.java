package dev.rivulet.local.launch;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;

/** The main class of a service that the launcher started: the service, ending with its launcher. */
public final class ServiceProcess {
  private static final String ENTRY_POINT = "io.quarkus.bootstrap.runner.QuarkusEntryPoint";

  private ServiceProcess() {}

  /** Runs the Quarkus application that is on the class path; ends the process if it cannot. */
  public static void main(String[] args) throws ReflectiveOperationException {
    ParentWatch.start(Duration.ZERO);
    try {
      Class.forName(ENTRY_POINT).getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      e.getCause().printStackTrace();
      // threads that the application has already started would keep the process
      System.exit(1);
    }
  }
}
