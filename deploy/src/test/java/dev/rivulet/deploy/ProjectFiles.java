package dev.rivulet.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the files of the project that tests of this module are about. */
final class ProjectFiles {
  static final Path HOME = Path.of(System.getProperty("rivulet.home"));
  private static final ObjectMapper YAML = new YAMLMapper();

  private ProjectFiles() {}

  static Path path(String relative) {
    return HOME.resolve(relative);
  }

  static String text(String relative) {
    try {
      return Files.readString(path(relative));
    } catch (IOException e) {
      throw new UncheckedIOException(relative + " cannot be read", e);
    }
  }

  /** The one document of a YAML or JSON file. */
  static JsonNode yaml(String relative) {
    List<JsonNode> documents = documents(relative);
    if (documents.size() != 1) {
      throw new AssertionError(relative + " has " + documents.size() + " documents");
    }
    return documents.get(0);
  }

  /** All documents of a YAML file. */
  static List<JsonNode> documents(String relative) {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(path(relative).toFile())) {
      return documents.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(relative + " is no YAML", e);
    }
  }
}
