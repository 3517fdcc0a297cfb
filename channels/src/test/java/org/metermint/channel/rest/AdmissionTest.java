package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.SaleAnswer;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;

/** A server with three places: who comes too many is sent away at once, and every place is given back. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AdmissionTest {
    private static final int PLACES = 3;
    private static final int TILLS = 20;
    private static final String SALE = "{\"meter\":\"01234567897\",\"tender\":\"100.00\",\"currency\":\"ZAR\"}";
    private static final FakeVending VENDING = new FakeVending();

    private static TestServer server;

    private final AtomicInteger credentialsAsked = new AtomicInteger();

    /** The filter as the server registers it, with fewer places. */
    @Configuration(proxyBeanMethods = false)
    static class FewPlaces {
        @Bean
        static BeanPostProcessor fewPlaces() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessBeforeInitialization(Object bean, String name) {
                    if (bean instanceof FilterRegistrationBean<?> whole && whole.getFilter() instanceof Admission) {
                        FilterRegistrationBean<Admission> few = new FilterRegistrationBean<>(new Admission(PLACES));
                        few.setUrlPatterns(whole.getUrlPatterns());
                        few.setOrder(whole.getOrder());
                        return few;
                    }
                    return bean;
                }
            };
        }
    }

    private record Answered(String key, HttpResponse<String> answer) {}

    @BeforeAll
    static void start() {
        server = TestServer.start(VENDING.parts(), FakeVending.CREDENTIAL, Map.of(), FewPlaces.class);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void reset() {
        VENDING.asked.set(0);
        VENDING.desk = request -> new SaleAnswer.Sold(FakeVending.sale(request));
        VENDING.credentials = id -> {
            credentialsAsked.incrementAndGet();
            return Optional.of(FakeVending.client(id));
        };
    }

    @Test
    void requests_moreThanPlaces_areSentAwayUntouched_andServedOnceThereIsPlace() throws Exception {
        CountDownLatch inside = new CountDownLatch(PLACES);
        CountDownLatch release = new CountDownLatch(1);
        VENDING.desk = request -> {
            inside.countDown();
            awaitLatch(release);
            return new SaleAnswer.Sold(FakeVending.sale(request));
        };
        BlockingQueue<Answered> answers = new LinkedBlockingQueue<>();
        try (ExecutorService tills = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < TILLS; i++) {
                String key = "till-" + i;
                tills.execute(() -> answers.add(new Answered(key, server.post("/v1/sales", key, SALE))));
            }
            String sentAway = "";
            try {
                awaitLatch(inside);
                for (int i = PLACES; i < TILLS; i++) {
                    Answered answered = next(answers);
                    isToComeAgain(answered.answer());
                    sentAway = answered.key();
                }
                isToComeAgain(server.post("/v1/sales", sentAway, SALE));
                isToComeAgain(server.get("/v1/tariffs"));
                isToComeAgain(TestServer.send(server.anonymous("/v1/sales")));
                assertThat(answers).as("the held ones wait").isEmpty();
                assertThat(VENDING.asked).as("sales that reached the desk").hasValue(PLACES);
                assertThat(credentialsAsked)
                        .as("requests that were looked into")
                        .hasValue(PLACES);
            } finally {
                release.countDown();
            }
            for (int i = 0; i < PLACES; i++) {
                assertThat(next(answers).answer().statusCode()).isEqualTo(201);
            }
            String again = sentAway;
            HttpResponse<String> sold = patiently(() -> server.post("/v1/sales", again, SALE));
            assertThat(sold.statusCode()).as(sold.body()).isEqualTo(201);
            assertThat(VENDING.asked).hasValue(PLACES + 1);
        }
    }

    @Test
    void request_thatFails_givesItsPlaceBack() {
        VENDING.desk = request -> {
            throw new IllegalStateException("a bug behind the desk");
        };
        eachOfMany(500, () -> server.post("/v1/sales", "fails", SALE));
        VENDING.desk = request -> {
            throw new StackOverflowError("worse than a bug");
        };
        eachOfMany(500, () -> server.post("/v1/sales", "fails", SALE));
        eachOfMany(400, () -> server.post("/v1/sales", "fails", "no JSON"));
        VENDING.credentials = id -> {
            throw new IllegalStateException("a bug in a filter, which no controller sees");
        };
        eachOfMany(500, () -> server.get("/v1/tariffs"));
        reset();
        eachOfMany(201, () -> server.post("/v1/sales", "works", SALE));
    }

    /** Its body never comes: it holds its place as long as it is there, and no longer. */
    @Test
    void client_thatGoesAwayInTheMiddle_givesItsPlaceBack() throws Exception {
        List<Socket> halves = new ArrayList<>();
        try {
            for (int i = 1; i <= PLACES; i++) {
                halves.add(half());
                int admitted = i;
                await(() -> credentialsAsked.get() == admitted);
            }
            isToComeAgain(server.get("/v1/tariffs"));
        } finally {
            for (Socket half : halves) {
                half.close();
            }
        }
        eachOfMany(201, () -> server.post("/v1/sales", "works", SALE));
        assertThat(VENDING.asked).as("no half request reached the desk").hasValue(2 * PLACES);
    }

    /** Head and first octet of a request. */
    private static Socket half() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        String credential = Base64.getEncoder().encodeToString(FakeVending.CREDENTIAL.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().write("""
                POST /v1/sales HTTP/1.1\r
                Host: localhost\r
                Authorization: Basic %s\r
                Idempotency-Key: half\r
                Content-Type: application/json\r
                Content-Length: 100\r
                \r
                {""".formatted(credential).getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private static void isToComeAgain(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        JsonNode problem = TestServer.json(answer);
        assertThat(problem.path("type").asString()).isEqualTo("urn:metermint:problem:OVERLOADED");
        assertThat(problem.path("code").asString()).isEqualTo(RefusalCode.OVERLOADED.name());
        assertThat(problem.path("remedy").asString()).isEqualTo(RefusalCode.OVERLOADED.remedy());
        assertThat(problem.path("retryable").asBoolean()).isTrue();
    }

    /** Twice as many as there are places, one after the other: with one place lost each time, the last find none. */
    private static void eachOfMany(int status, Supplier<HttpResponse<String>> request) {
        for (int i = 0; i < 2 * PLACES; i++) {
            HttpResponse<String> answer = patiently(request);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        }
    }

    /** As a client does: sent away, it comes again. A place is free a moment after its answer has left. */
    private static HttpResponse<String> patiently(Supplier<HttpResponse<String>> request) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        HttpResponse<String> answer = request.get();
        while (answer.statusCode() == 503 && System.nanoTime() < deadline) {
            answer = request.get();
        }
        return answer;
    }

    private static Answered next(BlockingQueue<Answered> answers) throws InterruptedException {
        return Optional.ofNullable(answers.poll(30, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no answer within 30 s"));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(Supplier<Boolean> condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.get()) {
            assertThat(System.nanoTime()).as("it happens in time").isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
