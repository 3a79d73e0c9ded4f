package dev.rivulet.performance.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rivulet.export.AtomicFile;
import dev.rivulet.export.report.Machine;
import dev.rivulet.export.report.PngPlots;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The results on disk: a table, all values as JSON, and plots; whole after each benchmark. */
public final class ResultFolder {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path folder;
  private final boolean quick;
  private final Machine machine = Machine.here();
  private final Instant at = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final List<Section> sections = new ArrayList<>();

  /**
   * @param quick whether the numbers mean little, which the results then say
   */
  public ResultFolder(Path folder, boolean quick) {
    this.folder = folder;
    this.quick = quick;
  }

  /** Takes in what a benchmark found, and writes all anew. */
  public void add(Section section) {
    sections.add(section);
    AtomicFile.write(folder.resolve("results.md"), markdown().getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(folder.resolve("results.json"), json().getBytes(StandardCharsets.UTF_8));
    if (section.plots().isEmpty()) {
      return;
    }
    Optional<String> whyNot = PngPlots.whyNot();
    if (whyNot.isPresent()) {
      System.err.println("plots are left out, this Java cannot draw text: " + whyNot.get());
      return;
    }
    for (Figure figure : section.plots()) {
      AtomicFile.write(
          folder.resolve(figure.plot().file() + ".png"),
          PngPlots.of(figure.plot(), figure.xTitle()));
    }
  }

  /** Machine, table, notes. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    if (quick) {
      text.append("**A quick run: it shows that all runs, its numbers mean little.**\n\n");
    }
    text.append(
        "%s, %d processors, %.0f GiB; %s; %s; %s. Medians, and medians of the rounds' ratios.\n\n"
            .formatted(
                machine.processor(),
                machine.cores(),
                machine.memoryBytes() / (double) (1 << 30),
                machine.system(),
                machine.jvm(),
                at));
    text.append(MarkdownTable.of(sections));
    for (Section section : sections) {
      text.append("\n%s (`benchmarks/run %s`):\n\n".formatted(section.title(), section.name()));
      section.notes().forEach(note -> text.append("* ").append(note).append('\n'));
      for (Figure figure : section.plots()) {
        text.append("\n![%s](%s.png)\n".formatted(figure.plot().title(), figure.plot().file()));
      }
    }
    return text.toString();
  }

  /** All values of all rounds. */
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("at", at.toString());
    root.put("quick", quick);
    root.set("machine", JSON.valueToTree(machine));
    ArrayNode all = root.putArray("sections");
    for (Section section : sections) {
      ObjectNode node = all.addObject();
      node.put("name", section.name());
      node.put("title", section.title());
      node.set("notes", JSON.valueToTree(section.notes()));
      ArrayNode rows = node.putArray("rows");
      section.rows().forEach(row -> write(rows.addObject(), row));
    }
    try {
      return JSON.writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results cannot be written", e);
    }
  }

  private static void write(ObjectNode node, Row row) {
    node.put("what", row.what());
    write(node.putObject("rivulet"), row.ours());
    row.peer().ifPresent(peer -> write(node.putObject("peer"), peer));
    row.ratio().ifPresent(ratio -> node.put("ratio", ratio));
    row.goal().ifPresent(goal -> node.put("goal", goal.toString()));
    row.met().ifPresent(met -> node.put("met", met));
  }

  private static void write(ObjectNode node, Reading reading) {
    node.put("program", reading.program());
    node.put("unit", reading.unit());
    node.put("median", reading.median());
    node.set("values", JSON.valueToTree(reading.values()));
  }
}
