package org.metermint.channel.rest;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** Problems as answers: status, headers and body. */
final class Answers {
    private static final String CHALLENGE = "Basic realm=\"metermint\", charset=\"UTF-8\"";
    private static final String BEARER_CHALLENGE = "Bearer realm=\"metermint\"";

    private Answers() {}

    static ResponseEntity<Problem> of(Problem problem) {
        return of(problem, HttpHeaders.EMPTY);
    }

    static ResponseEntity<Problem> of(Problem problem, HttpHeaders more) {
        HttpHeaders headers = headers(problem);
        headers.putAll(more);
        return ResponseEntity.status(problem.status())
                .headers(headers)
                .contentType(Problem.MEDIA_TYPE)
                .body(problem);
    }

    /** Answers from outside the controllers. */
    static void send(HttpServletResponse response, Problem problem) throws IOException {
        byte[] body = StrictJson.write(problem);
        response.setStatus(problem.status());
        headers(problem).forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
        response.setContentType(Problem.MEDIA_TYPE.toString());
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static HttpHeaders headers(Problem problem) {
        HttpHeaders headers = new HttpHeaders();
        headers.setCacheControl("no-store");
        problem.retryAfterSeconds().ifPresent(seconds -> headers.set(HttpHeaders.RETRY_AFTER, seconds.toString()));
        if (problem.status() == HttpStatus.UNAUTHORIZED.value()) {
            headers.add(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
            headers.add(HttpHeaders.WWW_AUTHENTICATE, BEARER_CHALLENGE);
        }
        return headers;
    }
}
