package dev.rivulet.local.launch;

import dev.rivulet.local.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The built project: where the services and this module's own class path are.
 *
 * @param root the project's folder
 */
public record ProjectBuild(Path root) {
  /** The system property by which the launcher script tells the project's folder. */
  public static final String HOME = "rivulet.home";

  /**
   * The project that this program belongs to.
   *
   * @throws CommandFailedException if the program was started in another way than by the script
   */
  public static ProjectBuild current() {
    String home = System.getProperty(HOME);
    if (home == null) {
      throw new CommandFailedException("start it by the script ./rivulet, which sets " + HOME);
    }
    return new ProjectBuild(Path.of(home).toAbsolutePath());
  }

  /**
   * Makes sure that services can run from here.
   *
   * @throws CommandFailedException if the path has what Quarkus 3 reads wrongly in its jars' places
   */
  public void requireFitForServices() {
    if (root.toString().matches(".*[\\[\\]+].*")) {
      throw new CommandFailedException(
          "the services cannot start from %s: Quarkus cannot read its files in a path with [, ] or +; move the project"
              .formatted(root));
    }
  }

  /** The runnable jar of a service. */
  Path service(String name) {
    Path jar = root.resolve(name).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new CommandFailedException(
          "%s is not built (%s is missing); run mvn -DskipTests package".formatted(name, jar));
    }
    return jar;
  }

  /** The class path of this very process. */
  String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /** The jar, or folder, with the classes of this module alone. */
  Path ownClasses() {
    try {
      return Path.of(ProjectBuild.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toRealPath();
    } catch (java.net.URISyntaxException | IOException e) {
      throw new IllegalStateException("the classes of this program have no place on disk", e);
    }
  }
}
