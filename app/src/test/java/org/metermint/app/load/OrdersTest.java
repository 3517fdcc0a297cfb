package org.metermint.app.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandFailure;
import org.metermint.app.client.Credential;
import org.metermint.token.DecoderReferenceNumber;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OrdersTest {

    private static final int DRAWN = 20_000;

    @TempDir
    Path directory;

    private static Orders orders(long seed, double hot, double duplicates) {
        List<Credential> clients =
                List.of(new Credential("a", "s1"), new Credential("b", "s2"), new Credential("c", "s3"));
        return new Orders(
                "till.example:8080",
                clients,
                MeterList.of("0712:500"),
                Tenders.parse("9.50-1200.00", "ZAR"),
                new Orders.Mix(seed, hot, duplicates),
                "run");
    }

    @Test
    void order_isAFunctionOfTheSeed() {
        Orders one = orders(5, -1, 0.5);
        Orders same = orders(5, -1, 0.5);
        Orders other = orders(6, -1, 0.5);
        assertThat(LongStream.range(0, 1_000))
                .allMatch(i -> one.tender(i) == same.tender(i)
                        && one.meter(i) == same.meter(i)
                        && one.client(i) == same.client(i)
                        && one.copies(i) == same.copies(i));
        assertThat(LongStream.range(0, 1_000).filter(i -> one.tender(i) == other.tender(i)))
                .hasSizeLessThan(20);
    }

    @Test
    void shares_areWhatWasAskedFor() {
        Orders uniform = orders(1, -1, 0);
        Orders hot = orders(1, 0.9, 0.25);
        for (int client = 0; client < 3; client++) {
            int wanted = client;
            assertThat(share(i -> uniform.client(i) == wanted)).isCloseTo(1 / 3.0, within(0.02));
        }
        assertThat(share(i -> hot.client(i) == 0)).isCloseTo(0.9, within(0.02));
        assertThat(share(i -> hot.client(i) == 1)).isCloseTo(0.05, within(0.02));
        assertThat(share(i -> hot.copies(i) > 1)).isCloseTo(0.25, within(0.02));
        assertThat(share(i -> uniform.copies(i) > 1)).isZero();
        assertThat(LongStream.range(0, DRAWN).map(hot::tender)).allMatch(tender -> tender >= 950 && tender <= 120_000);
        assertThat(LongStream.range(0, DRAWN).map(hot::meter).distinct()).hasSize(500);
    }

    private static double share(LongPredicate predicate) {
        return LongStream.range(0, DRAWN).filter(predicate).count() / (double) DRAWN;
    }

    @Test
    void writeSale_isARequestInHttp() {
        Orders orders = orders(3, -1, 0);
        ByteBuffer request = ByteBuffer.allocate(Orders.LONGEST_REQUEST);
        for (long ordinal = 0; ordinal < 500; ordinal++) {
            orders.writeSale(ordinal, request);
            String text = StandardCharsets.US_ASCII.decode(request).toString();
            String head = text.substring(0, text.indexOf("\r\n\r\n"));
            String body = text.substring(head.length() + 4);
            assertThat(head)
                    .startsWith("POST /v1/sales HTTP/1.1\r\nHost: till.example:8080\r\nAuthorization: Basic ")
                    .contains("\r\nIdempotency-Key: " + orders.requestId(ordinal) + "\r\n")
                    .endsWith("\r\nContent-Length: " + body.length());
            JsonNode json = JsonMapper.shared().readTree(body);
            assertThat(json.path("meter").stringValue())
                    .isEqualTo(MeterList.number("0712", orders.meter(ordinal)).digits());
            assertThat(json.path("tender").stringValue())
                    .isEqualTo(orders.tenders().decimal(orders.tender(ordinal)));
            assertThat(json.path("currency").stringValue()).isEqualTo("ZAR");
        }
        orders.writeQuestion(42, request);
        assertThat(StandardCharsets.US_ASCII.decode(request).toString())
                .startsWith("GET /v1/sales?request=run-0000000042 HTTP/1.1\r\nHost: ")
                .endsWith("\r\n\r\n");
    }

    @Test
    void tenders_areWrittenAsDecimals() {
        Random random = new Random(7);
        byte[] text = new byte[32];
        for (int i = 0; i < 10_000; i++) {
            int digits = random.nextInt(5);
            long minor = 1 + (random.nextLong() >>> (20 + random.nextInt(40)));
            Tenders tenders = new Tenders(1, Long.MAX_VALUE, digits, "KES");
            String written = new String(text, 0, tenders.write(minor, text, 0), StandardCharsets.US_ASCII);
            assertThat(written).isEqualTo(BigDecimal.valueOf(minor, digits).toPlainString());
        }
        assertThatExceptionOfType(CommandFailure.class).isThrownBy(() -> Tenders.parse("5.00-4.00", "ZAR"));
        assertThatExceptionOfType(CommandFailure.class).isThrownBy(() -> Tenders.parse("0-4", "ZAR"));
        assertThatExceptionOfType(CommandFailure.class).isThrownBy(() -> Tenders.parse("1-4", "zar"));
    }

    @Test
    void meters_ofAFileOrARange_areNumbersOfMeters() throws IOException {
        byte[] number = new byte[18];
        MeterList range = MeterList.of("0712:1000");
        for (int place = 0; place < range.size(); place++) {
            range.copy(place, number, 0);
            assertThat(new DecoderReferenceNumber(new String(number, 0, 11, StandardCharsets.US_ASCII)))
                    .isEqualTo(MeterList.number("0712", place));
        }
        Path file = Files.writeString(directory.resolve("meters"), "01000000016\n\n600727010000000164\n");
        MeterList mixed = MeterList.of(file.toString());
        assertThat(mixed.size()).isEqualTo(2);
        mixed.copy(1, number, 0);
        assertThat(new String(number, 0, mixed.length(1), StandardCharsets.US_ASCII))
                .isEqualTo("600727010000000164");
        Files.writeString(file, "01000000016\n01000000017\n");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> MeterList.of(file.toString()))
                .withMessageContaining("line 2");
        assertThatExceptionOfType(CommandFailure.class).isThrownBy(() -> MeterList.of("071234567:11"));
    }

    @Test
    void clientsFile_isReadAsItWasWritten_andIsItsOwnersOnly() throws IOException {
        Path file = directory.resolve("clients");
        List<Credential> clients = List.of(new Credential("a.x", "s-1"), new Credential("b.y", "s:2"));
        ClientsFile.write(file, clients);
        ClientsFile.write(file, clients);
        assertThat(ClientsFile.read(file)).isEqualTo(clients);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}
