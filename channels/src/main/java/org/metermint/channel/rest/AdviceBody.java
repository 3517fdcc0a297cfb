package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.media.Schema;

/** Which request a client asks about. */
record AdviceBody(
        @Schema(description = "The Idempotency-Key of the sale.", example = "till-7-000123")
        String request) {}
