package org.metermint.app.client;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sells over the REST interface. What went wrong on the way is an {@link IOException}: then nothing is known. */
public final class RestClient implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String url;
    private final Credential credential;

    public RestClient(String url, Credential credential) {
        this.url = url;
        this.credential = credential;
    }

    /**
     * What is asked for.
     *
     * @param tender in major units
     */
    public record Order(String meter, String tender, String currency, String payment) {}

    /**
     * What was answered.
     *
     * @param text the body as it came
     */
    public record Answer(int status, String text) {
        /** Does it hold a completed sale? */
        public boolean sold() {
            return status < 300 && body().path("state").asString("").equals("ISSUED");
        }

        /** May the same request, sent again unchanged, get another answer? */
        public boolean retryable() {
            return status == 429 || status >= 500;
        }

        public JsonNode body() {
            return JSON.readTree(text);
        }
    }

    /**
     * Asks for a sale under a request id, which makes a repetition harmless.
     *
     * @param receipt whether the answer shall carry the receipt
     */
    public Answer sell(String requestId, Order order, boolean receipt) throws IOException, InterruptedException {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("meter", order.meter());
        body.put("tender", order.tender());
        body.put("currency", order.currency());
        body.put("payment", order.payment());
        return send(request("/v1/sales" + (receipt ? "?receipt=true" : ""))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", requestId)
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body))));
    }

    /** What became of a request. */
    public Answer byRequest(String requestId) throws IOException, InterruptedException {
        return send(request("/v1/sales?request=" + URLEncoder.encode(requestId, StandardCharsets.UTF_8)));
    }

    public Answer sale(String id) throws IOException, InterruptedException {
        return send(request("/v1/sales/" + URLEncoder.encode(id, StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(PATIENCE)
                .header("Authorization", credential.header())
                .header("Accept", "application/json, application/problem+json");
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }
}
