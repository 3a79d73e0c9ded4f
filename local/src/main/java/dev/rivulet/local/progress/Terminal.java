package dev.rivulet.local.progress;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command prints to, and what that place can show: results go to standard output, so that
 * they can be piped; progress, notices and warnings to standard error.
 *
 * @param out for results
 * @param err for everything else
 * @param interactive whether a line of {@code err} can be redrawn
 * @param colours whether colours are wanted on {@code err}
 * @param unicode whether block characters can be shown
 * @param columns its width in characters
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    boolean interactive,
    boolean colours,
    boolean unicode,
    int columns) {
  private static final int USUAL_COLUMNS = 100;

  /** Standard output and error, as the launcher script and the environment describe them. */
  public static Terminal standard() {
    Charset charset = Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    return of(
        stream(FileDescriptor.out, charset),
        stream(FileDescriptor.err, charset),
        charset,
        System.getenv());
  }

  private static PrintStream stream(FileDescriptor where, Charset charset) {
    return new PrintStream(new FileOutputStream(where), true, charset);
  }

  static Terminal of(
      PrintStream out, PrintStream err, Charset charset, Map<String, String> environment) {
    boolean interactive =
        "true".equals(environment.get("RIVULET_TERMINAL"))
            && !"dumb".equals(environment.get("TERM"));
    boolean colours = interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(
        out,
        err,
        interactive,
        colours,
        StandardCharsets.UTF_8.equals(charset),
        columns(environment));
  }

  private static int columns(Map<String, String> environment) {
    String columns = environment.getOrDefault("RIVULET_COLUMNS", "");
    return columns.matches("[1-9][0-9]{1,4}") ? Integer.parseInt(columns) : USUAL_COLUMNS;
  }

  /** A result for people. */
  public void print(String text) {
    out.println(PlainText.lines(text));
  }

  /** A result for machines: UTF-8, whatever the locale. */
  public void printJson(String document) {
    byte[] utf8 = document.getBytes(StandardCharsets.UTF_8);
    out.write(utf8, 0, utf8.length);
    out.println();
  }

  /** What a user should know meanwhile. */
  public void note(String line) {
    err.println(PlainText.line(line));
  }

  /** A line that should not be overlooked. */
  public void warn(String line) {
    String plain = PlainText.line(line);
    err.println(colours ? "\u001b[33m" + plain + "\u001b[0m" : plain);
  }

  /** Replaces the present line, which is not ended. */
  void redraw(String line) {
    err.print("\r\u001b[K" + PlainText.line(line));
    err.flush();
  }
}
