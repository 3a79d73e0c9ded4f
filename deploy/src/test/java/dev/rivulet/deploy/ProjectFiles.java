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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** A property of the parent POM. */
  static String pomProperty(String name) {
    return inPom("<" + name + ">([^<]+)</" + name + ">");
  }

  static String version() {
    return inPom("<artifactId>rivulet</artifactId>\\s*<version>([^<]+)</version>");
  }

  private static String inPom(String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(text("pom.xml"));
    if (!found.find()) {
      throw new AssertionError("pom.xml has no " + pattern);
    }
    return found.group(1);
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
