package org.metermint.app.token.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.metermint.app.Metermint;
import org.metermint.token.cipher.Ea07Tables;

/** How the filter treats its input and output as streams. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TokenBatchStreamTest {
    private static final String TOKEN = "{\"op\":\"token\",\"cls\":0,\"sub\":1,\"ea\":7,\"key\":\"0abc12def3456789\","
            + "\"time\":\"2052-05-11T17:31\",\"base\":2035,\"rnd\":9,\"units\":1818525}\n";
    private static final int LINES = Boolean.getBoolean("metermint.full") ? 20_000_000 : 600_000;

    private static TokenBatch filter() {
        return new TokenBatch(Ea07Tables.sample(), 2);
    }

    @Test
    void requestBeforeAPause_isAnsweredDuringIt() throws IOException {
        PipedOutputStream requests = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(requests);
        PipedInputStream replies = new PipedInputStream();
        PipedOutputStream out = new PipedOutputStream(replies);
        CompletableFuture<Boolean> run = CompletableFuture.supplyAsync(() -> {
            try {
                return filter().run(in, out, line -> {});
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        BufferedReader lines = new BufferedReader(new InputStreamReader(replies, StandardCharsets.UTF_8));
        for (int units = 0; units < 50; units++) {
            requests.write(("{\"op\":\"amount\",\"units\":" + units + "}\n{\"op\":").getBytes(StandardCharsets.UTF_8));
            requests.flush();
            assertThat(lines.readLine()).isEqualTo("{\"field\":" + units + "}");
            requests.write("\"unamount\",\"field\":1}\n".getBytes(StandardCharsets.UTF_8));
            requests.flush();
            assertThat(lines.readLine()).isEqualTo("{\"units\":1}");
        }
        requests.close();
        assertThat(run.join()).isTrue();
    }

    @Test
    void replies_keepTheOrderOfTheRequests() {
        StringBuilder input = new StringBuilder();
        IntStream.range(0, 100_000)
                .forEach(i -> input.append("{\"op\":\"amount\",\"units\":")
                        .append(i % 16_384)
                        .append("}\n"));
        String output = Filter.output(Ea07Tables.sample(), input.toString().getBytes(StandardCharsets.UTF_8));
        int[] line = {0};
        output.lines().forEach(reply -> assertThat(reply).isEqualTo("{\"field\":" + line[0]++ % 16_384 + "}"));
        assertThat(line[0]).isEqualTo(100_000);
    }

    @Test
    void outcome_tellsWhetherEveryRequestWasServed() throws IOException {
        assertThat(run("")).isTrue();
        assertThat(run("{\"op\":\"amount\",\"units\":1}\n")).isTrue();
        assertThat(run("{\"op\":\"amount\",\"units\":1}\nx\n")).isFalse();
        assertThat(run("{\"op\":\"decode\",\"token\":\"1\"}\n")).isFalse();
    }

    private static boolean run(String input) throws IOException {
        InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        return filter().run(in, OutputStream.nullOutputStream(), line -> {});
    }

    @Test
    void readerThatLeaves_endsTheRun() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        byte[] input = TOKEN.repeat(10_000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> filter().run(new ByteArrayInputStream(input), broken, line -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
    }

    /** The program itself, in a heap of which the input alone would take many times the room. */
    @Test
    void endlessInput_takesConstantMemory() throws IOException, InterruptedException {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Metermint.class.getName(),
                        "token",
                        "batch")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            CompletableFuture<Void> requests = CompletableFuture.runAsync(() -> {
                try (BufferedWriter writer = program.outputWriter(StandardCharsets.UTF_8)) {
                    for (int i = 0; i < LINES; i++) {
                        writer.write(TOKEN);
                    }
                    writer.write("x".repeat(50_000_000));
                    writer.write('\n');
                    writer.write(TOKEN);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            long errors = 0;
            long replies = 0;
            try (BufferedReader lines = program.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    replies++;
                    errors += line.startsWith("{\"error\":\"line-too-long: ") ? 1 : 0;
                }
            }
            requests.join();
            assertThat(replies).isEqualTo(LINES + 2);
            assertThat(errors).isEqualTo(1);
            assertThat(program.waitFor()).isEqualTo(1);
        } finally {
            program.destroyForcibly();
        }
    }
}
