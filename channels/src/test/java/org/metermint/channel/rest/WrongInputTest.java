package org.metermint.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever is wrong with a message: a problem that names it, and no call of the desk. */
class WrongInputTest {
    private static final FakeVending VENDING = new FakeVending();
    private static final String GOOD = "{\"meter\":\"01234567897\",\"tender\":\"100.00\",\"currency\":\"ZAR\"}";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(VENDING.parts(), FakeVending.CREDENTIAL, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Status, code, field and a part of the detail for a body of a sale; '' stands for a quote. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'meter':'01234567897','tender':'100.00'                         | 400 | JSON_MALFORMED   |                | line 1, column
        {'meter':'01234567897',,}                                        | 400 | JSON_MALFORMED   |                | line 1, column 24
        not json                                                         | 400 | JSON_MALFORMED   |                | line 1, column
        `{'meter':'01234567897','tender':'100.00','currency':'ZAR'} {}`  | 400 | JSON_MALFORMED   |                | more follows
        ``                                                               | 400 | JSON_MALFORMED   |                | missing
        null                                                             | 400 | MEMBER_TYPE      |                | object
        []                                                               | 400 | MEMBER_TYPE      |                | object
        'text'                                                           | 400 | MEMBER_TYPE      |                | object
        {}                                                               | 400 | MEMBER_MISSING   | meter          | missing
        {'meter':null,'tender':'1','currency':'ZAR'}                     | 400 | MEMBER_MISSING   | meter          | missing
        {'meter':'01234567897','currency':'ZAR'}                         | 400 | MEMBER_MISSING   | tender         | needs tender and currency, or units
        {'meter':'01234567897','tender':'1'}                             | 400 | MEMBER_MISSING   | currency       | needs its currency
        {'meter':'01234567897','tender':'1','units':'1'}                 | 422 | FIELD_INVALID    | tender         | not by both
        {'meter':'01234567897','currency':'ZAR','units':'1'}             | 422 | FIELD_INVALID    | currency       | belongs to a tender
        {'meter':'01234567897','units':'1,5'}                            | 422 | FIELD_INVALID    | units          | decimal
        {'meter':'01234567897','units':1.5}                              | 400 | MEMBER_TYPE      | units          | a string
        {'meter':'01234567897','units':'1.5','operator':' '}             | 422 | FIELD_INVALID    | operator       | 1 to 32
        {'meter':'01234567897','units':'1.5','terminal':'a23456789012345678901234567890123'} | 422 | FIELD_INVALID | terminal | 33 characters
        {'meter':'01234567897','tender':'1','currency':'ZAR','tip':'1'}  | 400 | MEMBER_UNKNOWN   | tip            | tender
        {'meter':'01234567897','tender':'1','tender':'2'}                | 400 | MEMBER_DUPLICATE |                | line 1, column
        {'meter':1234567897,'tender':'1','currency':'ZAR'}               | 400 | MEMBER_TYPE      | meter          | a string
        {'meter':'01234567897','tender':100.00,'currency':'ZAR'}         | 400 | MEMBER_TYPE      | tender         | a string
        {'meter':'01234567897','tender':true,'currency':'ZAR'}           | 400 | MEMBER_TYPE      | tender         | a string
        {'meter':{'a':1},'tender':'1','currency':'ZAR'}                  | 400 | MEMBER_TYPE      | meter          | a string
        {'meter':['1'],'tender':'1','currency':'ZAR'}                    | 400 | MEMBER_TYPE      | meter          | a string
        {'meter':'01234567897','tender':'1','currency':'ZAR','payment':'GOLD'} | 400 | MEMBER_TYPE | payment       | MOBILE_MONEY
        {'meter':'01234567897','tender':'1','currency':'ZAR','payment':0}      | 400 | MEMBER_TYPE | payment       | MOBILE_MONEY
        {'meter':'01234567897','tender':'1e5','currency':'ZAR'}          | 422 | FIELD_INVALID    | tender         | decimal
        {'meter':'01234567897','tender':'','currency':'ZAR'}             | 422 | FIELD_INVALID    | tender         | decimal
        {'meter':'01234567897','tender':'NaN','currency':'ZAR'}          | 422 | FIELD_INVALID    | tender         | decimal
        {'meter':'01234567897','tender':'1,00','currency':'ZAR'}         | 422 | FIELD_INVALID    | tender         | decimal
        {'meter':'01234567897','tender':'1234567890123456789','currency':'ZAR'} | 422 | FIELD_INVALID | tender    | 18 digits
        {'meter':'01234567897','tender':'1.00000000001','currency':'ZAR'} | 422 | FIELD_INVALID   | tender         | 10 decimals
        {'meter':'01234567897','tender':'1','currency':'rand'}           | 422 | FIELD_INVALID    | currency       | ISO 4217
        {'meter':'0123456\\u00007897','tender':'1','currency':'ZAR'}     | 422 | FIELD_INVALID    | meter          | U+0000
        {'meter':'01234567897','tender':'1','currency':'ZAR','\\ud800':1} | 422 | FIELD_INVALID   | ?              | U+D800
        {'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':{'a':1}}}}}}}}}          | 400 | JSON_MALFORMED   |                | depth
        """)
    void saleBody_wrong_isAProblemThatNamesIt(String body, int status, String code, String field, String detail) {
        int asked = VENDING.asked.get();
        HttpResponse<String> answer = server.post("/v1/sales", "key-1", body.replace('\'', '"'));
        JsonNode problem = problem(answer, status, code);
        assertThat(problem.path("field").asString("")).isEqualTo(field == null ? "" : field);
        assertThat(problem.path("detail").asString()).contains(detail);
        assertThat(VENDING.asked).hasValue(asked);
    }

    @Test
    void body_notUtf8_isAProblem() {
        byte[] latin = GOOD.replace("ZAR", "Z\u00c4R").getBytes(StandardCharsets.ISO_8859_1);
        HttpResponse<String> answer = TestServer.send(server.to("/v1/sales")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "key-1")
                .POST(BodyPublishers.ofByteArray(latin)));
        assertThat(problem(answer, 400, "JSON_MALFORMED").path("detail").asString())
                .contains("UTF-8");
    }

    @Test
    void body_ofTenMegabytes_isRefusedWithoutBeingHeld() {
        byte[] large = new byte[10_000_000];
        java.util.Arrays.fill(large, (byte) ' ');
        HttpResponse<String> announced = TestServer.send(server.to("/v1/sales")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "key-1")
                .POST(BodyPublishers.ofByteArray(large)));
        assertThat(problem(announced, 413, "BODY_TOO_LARGE").path("detail").asString())
                .contains("10000000", "65536");
        HttpResponse<String> chunked = TestServer.send(server.to("/v1/sales")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "key-1")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large))));
        problem(chunked, 413, "BODY_TOO_LARGE");
    }

    @Test
    void key_missing_isAProblem() {
        HttpResponse<String> answer = TestServer.send(server.to("/v1/sales")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(GOOD)));
        problem(answer, 400, "IDEMPOTENCY_KEY_MISSING");
    }

    @Test
    void key_twice_isAProblem() {
        HttpResponse<String> answer = TestServer.send(server.to("/v1/sales")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "a")
                .header("Idempotency-Key", "b")
                .POST(BodyPublishers.ofString(GOOD)));
        problem(answer, 422, "REQUEST_ID_INVALID");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"two words", "tab\there", "12345678901234567890123456789012345678901234567890123456789012345", ""
            })
    void key_odd_isAProblem(String key) {
        problem(server.post("/v1/sales", key, GOOD), 422, "REQUEST_ID_INVALID");
        problem(server.post("/v1/customers", key, "{}"), 422, "REQUEST_ID_INVALID");
    }

    @Test
    void path_unknown_isAProblem() {
        problem(server.get("/v1/sale"), 404, "PATH_UNKNOWN");
        problem(server.get("/nothing/here"), 404, "PATH_UNKNOWN");
        problem(server.get("/error"), 404, "PATH_UNKNOWN");
        problem(server.get("/v1/sales/not-an-id"), 404, "PATH_UNKNOWN");
    }

    @Test
    void method_wrong_isAProblemThatNamesTheRightOnes() {
        HttpResponse<String> answer = TestServer.send(server.to("/v1/sales").DELETE());
        problem(answer, 405, "METHOD_NOT_ALLOWED");
        assertThat(answer.headers().firstValue("Allow").orElseThrow()).contains("GET", "POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense"})
    void mediaType_wrong_isAProblem(String type) {
        HttpResponse<String> answer = TestServer.send(server.to("/v1/sales")
                .header("Content-Type", type)
                .header("Idempotency-Key", "key-1")
                .POST(BodyPublishers.ofString(GOOD)));
        problem(answer, 415, "MEDIA_TYPE_UNSUPPORTED");
    }

    @Test
    void answer_inAnUnknownForm_isAProblem() {
        problem(
                TestServer.send(server.to("/v1/sales?request=none").header("Accept", "image/png")),
                406,
                "NOT_ACCEPTABLE");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/sales,request",
        "/v1/sales?request=two%20words,request",
        "/v1/supply-points,q",
        "/v1/supply-points?q=%20,q",
        "/v1/supply-points?q=a%00b,q",
        "/v1/supply-points?q=a&limit=0,limit",
        "/v1/supply-points?q=a&limit=many,limit",
        "/v1/tariffs?limit=101,limit",
        "/v1/tariffs?cursor=*,cursor",
    })
    void parameter_wrong_isAProblemThatNamesIt(String path, String parameter) {
        assertThat(problem(server.get(path), 400, "PARAMETER_INVALID")
                        .path("field")
                        .asString())
                .isEqualTo(parameter);
    }

    /** The request that a client asks about: its form is checked before the desk looks for it. */
    @ParameterizedTest
    @ValueSource(strings = {"two words", "", "12345678901234567890123456789012345678901234567890123456789012345"})
    void adviceBody_oddRequest_isAProblemThatNamesIt(String request) {
        HttpResponse<String> answer = server.post("/v1/sales/advice", "key-1", "{\"request\":\"" + request + "\"}");
        JsonNode problem = problem(answer, 422, "FIELD_INVALID");
        assertThat(problem.path("field").asString()).isEqualTo("request");
        assertThat(problem.path("detail").asString()).contains(request.length() + " characters");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Basic",
                "Basic !!!",
                "Basic dGlsbC0xOndyb25n",
                "Basic dGlsbC0x",
                "Bearer till-1.wrong",
                "Bearer nopoint",
                "Digest x",
            })
    void credential_wrong_isUnauthorizedBeforeAnythingElse(String header) {
        HttpResponse<String> answer = TestServer.send(
                server.anonymous("/v1/nothing").header("Authorization", header).POST(BodyPublishers.ofString("junk")));
        problem(answer, 401, "CREDENTIAL_INVALID");
        assertThat(answer.headers().allValues("WWW-Authenticate")).hasSize(2).anyMatch(c -> c.startsWith("Basic"));
    }

    @Test
    void credential_asBearer_isTaken() {
        HttpResponse<String> answer = TestServer.send(
                server.anonymous("/v1/sales?request=none").header("Authorization", "Bearer till-1.secret"));
        problem(answer, 404, "NOT_FOUND");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/sales/%2e%2e/%2e%2e/x HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/a|b<>{} HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n",
                "TRACE /v1/sales HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/sales HTTP/1.1\r\n\r\n",
                "JUNK\r\n\r\n",
                "POST /v1/sales HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
                "POST /v1/sales HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: odd\r\n\r\n",
            })
    void http_improper_showsNothingOfTheServer(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(
                    request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 ");
            assertThat(answer).doesNotContainIgnoringCase("tomcat", "java", "exception", "<html");
        }
    }

    private static JsonNode problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.body()).doesNotContain("Exception", "\tat ", "org.", "tools.");
        JsonNode problem = TestServer.json(answer);
        assertThat(problem.path("code").asString()).as(answer.body()).isEqualTo(code);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("type").asString()).isEqualTo("urn:metermint:problem:" + code);
        assertThat(problem.path("title").asString()).isNotBlank();
        assertThat(problem.path("detail").asString()).isNotBlank();
        assertThat(problem.path("remedy").asString()).isNotBlank();
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After").isPresent())
                .isEqualTo(problem.path("retryable").asBoolean());
        return problem;
    }
}
