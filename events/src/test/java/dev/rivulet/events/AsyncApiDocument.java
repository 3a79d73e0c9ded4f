package dev.rivulet.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The document {@code asyncapi.yaml}, for tests that compare it with the code. */
final class AsyncApiDocument {
  private static final Path FILE = Path.of("asyncapi.yaml");
  private static final ObjectMapper JSON = new ObjectMapper();

  // AsyncAPI 3: a Schema Object is a superset of JSON Schema draft 7
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_7,
          builder ->
              builder.schemaRegistryConfig(
                  SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

  private final JsonNode root;

  private AsyncApiDocument(JsonNode root) {
    this.root = root;
  }

  static AsyncApiDocument read() {
    try {
      return new AsyncApiDocument(new ObjectMapper(new YAMLFactory()).readTree(FILE.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode root() {
    return root;
  }

  /** What a local reference like {@code #/channels/images} points to; missing if nothing. */
  JsonNode resolve(String reference) {
    return root.at(reference.substring(1));
  }

  /** The node itself, or what it refers to. */
  JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? resolve(node.get("$ref").textValue()) : node;
  }

  JsonNode message(String name) {
    return resolve("#/components/messages/" + name);
  }

  /** What the schema at this reference has against the JSON; nothing if it is valid. */
  List<Error> errors(String schemaReference, byte[] json) {
    return schema(schemaReference)
        .validate(new String(json, StandardCharsets.UTF_8), InputFormat.JSON);
  }

  /** The same for a flat object of texts: record headers, metadata. */
  List<Error> errors(String schemaReference, Map<String, String> texts) {
    return errors(schemaReference, bytes(JSON.valueToTree(texts)));
  }

  static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Schema schema(String reference) {
    if (resolve(reference).isMissingNode()) {
      throw new IllegalArgumentException("no schema " + reference);
    }
    ObjectNode whole = JSON.createObjectNode();
    // wrapped, since draft 7 ignores what stands beside a reference
    whole.putArray("allOf").addObject().put("$ref", reference);
    whole.set("components", root.get("components"));
    return SCHEMAS.getSchema(new String(bytes(whole), StandardCharsets.UTF_8), InputFormat.JSON);
  }
}
