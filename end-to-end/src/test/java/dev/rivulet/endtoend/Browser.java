package dev.rivulet.endtoend;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A real Chromium without a window, and what a test wants to know of the page in it. */
final class Browser implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(4);
  private static final long LOOK_UP_MILLIS = 100;
  private static final Pattern TYPE = Pattern.compile("--type=([\\w-]+)");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts one.
   *
   * @param profile a folder of its own
   */
  static Browser start(Path profile) {
    File chromium = required("chromium");
    File chromedriver = required("chromedriver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--window-size=1280,900",
        "--user-data-dir=" + profile);
    LoggingPreferences logging = new LoggingPreferences();
    logging.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logging);
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(chromedriver).build();
    Browser browser = new Browser(new ChromeDriver(service, options));
    // CPU time, which a busy machine does not stretch
    browser.command("Performance.enable", Map.of("timeDomain", "threadTicks"));
    return browser;
  }

  /** Without a browser there is nothing to test; where CI runs, that is a failure. */
  private static File required(String program) {
    Optional<File> found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(folder -> new File(folder, program))
            .filter(File::canExecute)
            .findFirst();
    String message =
        "no %s: install Debian's packages chromium and chromium-driver".formatted(program);
    if (found.isEmpty() && System.getenv("CI") != null) {
      throw new AssertionError(message);
    }
    Assumptions.assumeTrue(found.isPresent(), message);
    return found.get();
  }

  void open(String url) {
    driver.get(url);
  }

  void openAgain() {
    driver.navigate().refresh();
  }

  /** The text that the reader of the page sees there; empty if nothing is there. */
  String text(String selector) {
    return script(
            "const n = document.querySelector(arguments[0]);"
                + "return n && n.checkVisibility() ? n.innerText.trim() : '';",
            selector)
        .toString();
  }

  List<String> texts(String selector) {
    List<String> texts = new ArrayList<>();
    for (Object text :
        (List<?>)
            script(
                "return [...document.querySelectorAll(arguments[0])]"
                    + ".map(n => n.innerText.trim());",
                selector)) {
      texts.add(text.toString());
    }
    return texts;
  }

  int count(String selector) {
    return number("return document.querySelectorAll(arguments[0]).length;", selector);
  }

  int number(String script, Object... arguments) {
    return ((Number) script(script, arguments)).intValue();
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Types the path into a file field, as choosing the file does. */
  void choose(String selector, Path file) {
    driver.findElement(By.cssSelector(selector)).sendKeys(file.toString());
  }

  void click(String selector) {
    script("document.querySelector(arguments[0]).scrollIntoView({block: 'center'});", selector);
    driver.findElement(By.cssSelector(selector)).click();
  }

  void press(CharSequence key) {
    new Actions(driver).sendKeys(key).perform();
  }

  /** Drops a file on the page, as a mouse does that comes from a desktop. */
  void drop(String name, byte[] content) {
    script(
        "const bytes = Uint8Array.from(atob(arguments[1]), c => c.charCodeAt(0));"
            + "const data = new DataTransfer();"
            + "data.items.add(new File([bytes], arguments[0]));"
            + "for (const type of ['dragover', 'drop'])"
            + "  document.getElementById('drop').dispatchEvent("
            + "    new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));",
        name,
        Base64.getEncoder().encodeToString(content));
  }

  /** Pastes a file. */
  void paste(String name, byte[] content) {
    script(
        "const bytes = Uint8Array.from(atob(arguments[1]), c => c.charCodeAt(0));"
            + "const data = new DataTransfer();"
            + "data.items.add(new File([bytes], arguments[0], {type: 'image/png'}));"
            + "document.dispatchEvent("
            + "  new ClipboardEvent('paste', {clipboardData: data, bubbles: true}));",
        name,
        Base64.getEncoder().encodeToString(content));
  }

  void await(String what, Supplier<Boolean> condition) throws InterruptedException {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!condition.get()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("waited in vain for " + what + "; " + diagnosis());
      }
      Thread.sleep(LOOK_UP_MILLIS);
    }
  }

  /** What helps to find out why the page does not show what it should. */
  String diagnosis() {
    return "the page is %s and %s:%n%s%nits console: %s%nwhat it has fetched: %s"
        .formatted(
            script("return document.readyState;"),
            script("return document.visibilityState;"),
            text("body"),
            complaints(),
            script(
                "return performance.getEntriesByType('resource').map(r =>"
                    + " `${r.name} ${r.responseStatus} ${Math.round(r.responseEnd)} ms`)"
                    + ".join(', ');"));
  }

  /** What has been written to the console since the last call, but for notes of the browser. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  void dark(boolean dark) {
    command(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  void size(int width, int height, boolean phone) {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
  }

  /** What axe-core finds wrong for people with disabilities, as one line per finding. */
  List<String> axeViolations() {
    try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
      script(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    driver.manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
    Object found =
        driver.executeAsyncScript(
            "const done = arguments[0];"
                + "axe.run().then(r => done(r.violations.flatMap(v => v.nodes.map(n =>"
                + " `${v.impact} ${v.id}: ${n.target} ${n.failureSummary}`))));");
    return ((List<?>) found).stream().map(Object::toString).toList();
  }

  void screenshot(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Object data =
        command("Page.captureScreenshot", Map.of("format", "png", "optimizeForSpeed", false))
            .get("data");
    Files.write(file, Base64.getDecoder().decode(data.toString()));
  }

  /** A figure of the browser about the page, such as {@code TaskDuration} in seconds. */
  double metric(String name) {
    for (Object metric : (List<?>) command("Performance.getMetrics", Map.of()).get("metrics")) {
      Map<?, ?> entry = (Map<?, ?>) metric;
      if (name.equals(entry.get("name"))) {
        return ((Number) entry.get("value")).doubleValue();
      }
    }
    throw new IllegalArgumentException(name);
  }

  void collectGarbage() {
    command("HeapProfiler.collectGarbage", Map.of());
  }

  /**
   * CPU seconds of all processes of browsers that this test has started, by what they do: {@code
   * renderer}, {@code gpu-process}, {@code utility} (the network) …
   */
  static Map<String, Double> cpuSeconds() {
    Map<String, Double> seconds = new TreeMap<>();
    ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                process.info().command().filter(name -> name.contains("chromium")).isPresent())
        .forEach(
            process ->
                process
                    .info()
                    .totalCpuDuration()
                    .ifPresent(
                        time -> seconds.merge(role(process), time.toMillis() / 1e3, Double::sum)));
    return seconds;
  }

  /** Chromium writes its processes' command lines anew, with spaces, so that Java cannot tell. */
  private static String role(ProcessHandle process) {
    try {
      Matcher type =
          TYPE.matcher(Files.readString(Path.of("/proc/%d/cmdline".formatted(process.pid()))));
      return type.find() ? type.group(1) : "browser";
    } catch (IOException e) {
      // it has ended meanwhile
      return "ended";
    }
  }

  private Map<String, Object> command(String name, Map<String, Object> parameters) {
    return driver.executeCdpCommand(name, parameters);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
