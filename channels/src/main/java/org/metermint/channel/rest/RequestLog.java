package org.metermint.channel.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.metermint.vending.vendor.ClientIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/** One line for every request: method, route, status, time and client. Ids, queries and bodies stay out of it. */
final class RequestLog extends OncePerRequestFilter {
    private static final Logger LOG = LoggerFactory.getLogger("org.metermint.http");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long start = System.nanoTime();
        try {
            chain.doFilter(request, response);
        } finally {
            if (LOG.isInfoEnabled()) {
                LOG.info(
                        "{} {} {} {} ms client {}",
                        request.getMethod(),
                        route(request),
                        response.getStatus(),
                        (System.nanoTime() - start) / 1_000_000,
                        request.getAttribute(ClientFilter.CLIENT) instanceof ClientIdentity client
                                ? client.clientId()
                                : "-");
            }
        }
    }

    /** The pattern of the path, which names no record. */
    static String route(HttpServletRequest request) {
        return request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String pattern
                ? pattern
                : "-";
    }
}
