package dev.rivulet.rest;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Has the OpenAPI document say of each operation that needs the key how it is refused. */
@OpenApiFilter
public class ProtectedOperations implements OASFilter {

  @Override
  public Operation filterOperation(Operation operation) {
    if (needsKey(operation)) {
      operation
          .getResponses()
          .addAPIResponse("401", problem("The API key is missing or another one"))
          .addAPIResponse("403", problem("A web page from elsewhere, and there is no API key"));
    }
    return operation;
  }

  private static boolean needsKey(Operation operation) {
    return operation.getSecurity() != null
        && operation.getSecurity().stream()
            .anyMatch(requirement -> requirement.hasScheme(AccessRule.SCHEME));
  }

  private static APIResponse problem(String description) {
    return OASFactory.createAPIResponse()
        .description(description)
        .content(
            OASFactory.createContent()
                .addMediaType(
                    Problem.MEDIA_TYPE,
                    OASFactory.createMediaType()
                        .schema(OASFactory.createSchema().ref("#/components/schemas/Problem"))));
  }
}
