package dev.rivulet.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/**
 * Writes events over HTTP as they stand on the topics, absent values left out; reads only what is
 * small, flat and known.
 */
@Singleton
class JsonSettings implements ObjectMapperCustomizer {
  static final int MAX_DEPTH = 8;
  static final int MAX_STRING_CHARS = 4_096;
  static final int MAX_NAME_CHARS = 100;
  static final int MAX_NUMBER_CHARS = 40;

  @Override
  public int priority() {
    // behind Quarkus' own, which takes fields that nobody knows
    return QUARKUS_CUSTOMIZER_PRIORITY - 1;
  }

  // setters of features are deprecated for a builder, which Quarkus does not have
  @Override
  @SuppressWarnings("deprecation")
  public void customize(ObjectMapper mapper) {
    mapper.setDefaultPropertyInclusion(
        JsonInclude.Value.construct(
            JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT));
    mapper
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxDocumentLength(JsonRequests.MAX_BYTES)
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(MAX_STRING_CHARS)
                .maxNameLength(MAX_NAME_CHARS)
                .maxNumberLength(MAX_NUMBER_CHARS)
                .build());
    mapper
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS);
  }
}
