package dev.rivulet.rest;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * Has the OpenAPI document say what the key is, and of each operation that needs it how it is
 * refused.
 */
@OpenApiFilter
public class ProtectedOperations implements OASFilter {

  @Override
  public void filterOpenAPI(OpenAPI document) {
    if (document.getComponents() == null) {
      document.setComponents(OASFactory.createComponents());
    }
    document
        .getComponents()
        .addSecurityScheme(
            AccessRule.SCHEME,
            OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description("rivulet.api-key of the service; not needed where it has none"));
  }

  @Override
  public Operation filterOperation(Operation operation) {
    if (needsKey(operation)) {
      operation
          .getResponses()
          .addAPIResponse("401", problem("The API key is missing or another one"))
          .addAPIResponse("403", problem("A web page from elsewhere, and there is no API key"))
          // what they do is publish an event
          .addAPIResponse("503", problem("Kafka has not confirmed it; see Retry-After"));
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
