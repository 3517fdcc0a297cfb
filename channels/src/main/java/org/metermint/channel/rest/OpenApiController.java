package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The description of this interface, for everybody. */
@RestController
@Hidden
final class OpenApiController {
    static final String PATH = "/v1/openapi.json";

    private final Resource description = new ClassPathResource("openapi.json", OpenApiController.class);

    @GetMapping(PATH)
    ResponseEntity<Resource> description() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(description);
    }
}
