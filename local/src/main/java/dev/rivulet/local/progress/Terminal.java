package dev.rivulet.local.progress;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command prints to, and what that place can show.
 *
 * @param interactive whether a line can be redrawn
 * @param colours whether colours are wanted
 * @param unicode whether block characters can be shown
 * @param columns its width in characters
 */
public record Terminal(
    PrintStream out, boolean interactive, boolean colours, boolean unicode, int columns) {
  private static final int USUAL_COLUMNS = 100;

  /** Standard output, as the launcher script and the environment describe it. */
  public static Terminal standard() {
    Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, charset);
    return of(out, charset, System.getenv());
  }

  static Terminal of(PrintStream out, Charset charset, Map<String, String> environment) {
    boolean interactive =
        "true".equals(environment.get("RIVULET_TERMINAL"))
            && !"dumb".equals(environment.get("TERM"));
    boolean colours = interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(
        out, interactive, colours, StandardCharsets.UTF_8.equals(charset), columns(environment));
  }

  private static int columns(Map<String, String> environment) {
    String columns = environment.getOrDefault("RIVULET_COLUMNS", "");
    return columns.matches("[1-9][0-9]{1,4}") ? Integer.parseInt(columns) : USUAL_COLUMNS;
  }

  /** A line that should not be overlooked. */
  public void warn(String line) {
    out.println(colours ? "\u001b[33m" + line + "\u001b[0m" : line);
  }

  public void print(String line) {
    out.println(line);
  }
}
