package org.metermint.channel.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Every write carries one Idempotency-Key of proper form; checked before the body is read. */
final class IdempotencyKeys implements HandlerInterceptor {
    static final String HEADER = "Idempotency-Key";

    private static final Set<String> WRITES =
            Set.of(HttpMethod.POST.name(), HttpMethod.PUT.name(), HttpMethod.PATCH.name(), HttpMethod.DELETE.name());

    static final Pattern FORM = Pattern.compile("[!-~]{1,64}");

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (WRITES.contains(request.getMethod())) {
            check(Collections.list(request.getHeaders(HEADER)));
        }
        return true;
    }

    private static void check(List<String> keys) {
        if (keys.isEmpty()) {
            throw new ProblemException(Problem.of(
                    Fault.IDEMPOTENCY_KEY_MISSING,
                    "a write needs the header " + HEADER,
                    Optional.of(HEADER),
                    Optional.empty()));
        }
        if (keys.size() > 1 || !FORM.matcher(keys.getFirst()).matches()) {
            throw new ProblemException(Problem.of(new Refusal(
                    RefusalCode.REQUEST_ID_INVALID,
                    "the header " + HEADER
                            + (keys.size() > 1
                                    ? " stands " + keys.size() + " times"
                                    : " has " + keys.getFirst().length()
                                            + " characters; it needs 1 to 64, printable ASCII without spaces"))));
        }
    }
}
