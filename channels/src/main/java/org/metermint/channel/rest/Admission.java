package org.metermint.channel.rest;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds how many requests are under way. Threads cost nearly nothing, so that nothing else would: clients that give up
 * and ask again would fill the memory with requests that nobody waits for. Who finds no place is told to come again,
 * before anything of the request is read.
 */
final class Admission extends OncePerRequestFilter {
    private final Semaphore places;

    Admission(int places) {
        this.places = new Semaphore(places);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!places.tryAcquire()) {
            Answers.send(
                    response,
                    Problem.of(new Refusal(RefusalCode.OVERLOADED, "too many requests are under way at this server")));
            return;
        }
        try {
            chain.doFilter(request, response);
        } finally {
            places.release();
        }
    }
}
