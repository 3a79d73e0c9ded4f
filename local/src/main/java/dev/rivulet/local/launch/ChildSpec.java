package dev.rivulet.local.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Java process to start.
 *
 * @param name for messages, and the name of its log file
 * @param jvm options of the virtual machine
 * @param environment variables in addition to this process's own
 * @param niceness from 0 to 19: how far others go before it when all processors are busy
 */
public record ChildSpec(
    String name,
    List<String> jvm,
    String classPath,
    String mainClass,
    List<String> arguments,
    Map<String, String> environment,
    int niceness) {

  /** Ctrl-C and the like reach all processes at once; the launcher stops them in order. */
  private static final String IGNORING_SIGNALS = "trap '' INT HUP TERM; exec \"$@\"";

  public ChildSpec {
    jvm = List.copyOf(jvm);
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /** The same under another name, with more environment variables. */
  public ChildSpec as(String otherName, Map<String, String> moreEnvironment) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(moreEnvironment);
    return new ChildSpec(otherName, jvm, classPath, mainClass, arguments, all, niceness);
  }

  /** The same, but others go before it. */
  ChildSpec nice(int otherNiceness) {
    return new ChildSpec(name, jvm, classPath, mainClass, arguments, environment, otherNiceness);
  }

  /** The command line. */
  List<String> command() {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", IGNORING_SIGNALS, name));
    if (niceness > 0) {
      command.addAll(List.of("nice", "-n", String.valueOf(niceness)));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    return command;
  }
}
