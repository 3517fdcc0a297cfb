package org.metermint.app.load;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of a server as a client of sales sees: it remembers what it answered to each request. A test overrides {@link
 * #sell} or {@link #find}, and so makes it err as a server might.
 */
class FakeServer implements AutoCloseable {

    /** An answer; null for a body says that the connection is closed without one. */
    record Answer(int status, String body) {
        static Answer problem(int status, String code) {
            return new Answer(status, "{\"status\":" + status + ",\"code\":\"" + code + "\",\"retryable\":false}");
        }

        static final Answer NONE = new Answer(0, "");
    }

    private static final Pattern TENDER = Pattern.compile("\"tender\":\"([0-9.]+)\"");
    private static final int LONGEST_HEAD = 8 << 10;

    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong tokens = new AtomicLong();

    /** What was answered, by request id. */
    final Map<String, Answer> answers = new ConcurrentHashMap<>();

    FakeServer() throws IOException {
        socket = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    /** Answers a request for a sale. */
    Answer sell(String request, String tender) {
        return answers.computeIfAbsent(request, id -> sale(id, tender));
    }

    /** Answers what became of a request. */
    Answer find(String request) {
        Answer known = answers.get(request);
        return known == null ? Answer.problem(404, "NOT_FOUND") : known;
    }

    /** A new sale with a token that no other has. */
    final Answer sale(String request, String tender) {
        return new Answer(201, """
                {"id":"%s","state":"COMPLETED","request_id":"%s","tender":"%s","currency":"ZAR",\
                "tokens":[{"number":1,"of":1,"kind":"CREDIT","digits":"%020d","grouped":"-"}],\
                "lines":[{"code":"ENERGY","label":"\\"id\\":\\"x\\"","amount":"%3$s"}]}\
                """.formatted(UUID.randomUUID(), request, tender, tokens.incrementAndGet()));
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                Answer answer = answer(head, in);
                if (answer.status() == 0) {
                    return;
                }
                write(client.getOutputStream(), answer);
            }
        } catch (IOException e) {
            // the client went away
        }
    }

    private Answer answer(String head, InputStream in) throws IOException {
        if (head.startsWith("GET /v1/sales?request=")) {
            Answer found = find(head.substring(head.indexOf('=') + 1, head.indexOf(" HTTP")));
            return found.status() == 201 ? new Answer(200, found.body()) : found;
        }
        int length = Integer.parseInt(field(head, "Content-Length"));
        String body = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
        Matcher tender = TENDER.matcher(body);
        if (!tender.find()) {
            return Answer.problem(400, "MEMBER_MISSING");
        }
        return sell(field(head, "Idempotency-Key"), tender.group(1));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int octet = in.read(); octet >= 0 && head.length() < LONGEST_HEAD; octet = in.read()) {
            head.append((char) octet);
            if (octet == '\n' && head.length() > 3 && head.charAt(head.length() - 3) == '\n') {
                return head.toString();
            }
        }
        return "";
    }

    private static String field(String head, String name) {
        int at = head.indexOf("\r\n" + name + ": ") + name.length() + 4;
        return head.substring(at, head.indexOf("\r\n", at));
    }

    /** Chunked or with its length, as it comes. */
    private static void write(OutputStream out, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + answer.status() + " \r\nContent-Type: application/json\r\n";
        if (body.length % 2 == 0) {
            out.write((head + "Content-Length: " + body.length + "\r\n\r\n" + answer.body())
                    .getBytes(StandardCharsets.UTF_8));
        } else {
            String size = HexFormat.of().toHexDigits(body.length, 4);
            out.write((head + "Transfer-Encoding: chunked\r\n\r\n" + size + "\r\n" + answer.body() + "\r\n0\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
