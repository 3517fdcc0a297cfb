package org.metermint.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.metermint.app.client.Credential;

/** The traffic on a clock of the test's own: which instants count. */
class SaleTrafficTest {

    private static final long MILLI = 1_000_000;
    private static final String SOLD = """
            {"id":"018f2c1e-7a3b-7c4d-8e5f-0123456789ab","tender":"1","tokens":[{"digits":"98765432109876543210"}]}\
            """;

    private final Faults faults = new Faults();
    private final Journal journal = new Journal();
    private final Orders orders = new Orders(
            "h",
            List.of(new Credential("a", "b")),
            MeterList.of("08:10"),
            Tenders.parse("1-1", "ZAR"),
            new Orders.Mix(1, -1, 0),
            "r");

    private SaleTraffic traffic(Optional<Arrivals> arrivals, Duration timeout) {
        SaleTraffic.Plan plan = new SaleTraffic.Plan(
                Duration.ofSeconds(1), Duration.ofSeconds(2), 1, arrivals, false, Duration.ofSeconds(10), timeout);
        return new SaleTraffic(orders, journal, faults, plan, (second, warm, tally) -> {});
    }

    private static AnswerParser sold() throws MalformedAnswerException {
        AnswerParser parser = new AnswerParser();
        String text = "HTTP/1.1 201 \r\nContent-Length: " + SOLD.length() + "\r\n\r\n" + SOLD;
        assertThat(parser.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII))))
                .isTrue();
        return parser;
    }

    /** One connection; the server answers within 1 ms but for one answer, which takes 800 ms. */
    private static long run(SaleTraffic traffic) throws MalformedAnswerException {
        Exchange exchange = new Exchange();
        long now = 0;
        boolean stalled = false;
        while (!traffic.isOver(now)) {
            if (traffic.next(now, exchange)) {
                exchange.sent = now;
                boolean stalls = !stalled && now >= 1_500 * MILLI;
                stalled |= stalls;
                now += stalls ? 800 * MILLI : MILLI;
                traffic.answered(exchange, sold(), now);
            } else {
                now += MILLI;
            }
            traffic.tick(now);
        }
        return now;
    }

    @Test
    void openLoop_countsTheWaitBehindAStall() throws MalformedAnswerException {
        SaleTraffic traffic = traffic(Optional.of(new Arrivals(Arrivals.Kind.FIXED, 100, 1)), Duration.ofSeconds(30));
        run(traffic);
        assertThat(traffic.total().orders()).isEqualTo(200);
        assertThat(traffic.total().sold().getValueAtPercentile(70)).isGreaterThan(100_000);
        assertThat(traffic.total().soldFromSending().getValueAtPercentile(99)).isLessThan(2_000);
        assertThat(traffic.total().sold().getMaxValue()).isBetween(800_000L, 802_000L);
        assertThat(traffic.soldInTime()).isBetween(199L, 201L);
    }

    @Test
    void closedLoop_asksAStallingServerLess() throws MalformedAnswerException {
        SaleTraffic traffic = traffic(Optional.empty(), Duration.ofSeconds(30));
        run(traffic);
        assertThat(traffic.total().orders()).isBetween(1_150L, 1_250L);
        assertThat(traffic.total().sold().getValueAtPercentile(99)).isLessThan(2_000);
        assertThat(traffic.total().sold().getMaxValue()).isGreaterThan(790_000);
    }

    @Test
    void openLoop_ordersThatWaitTooLong_areGivenUpUnsent() throws MalformedAnswerException {
        SaleTraffic traffic = traffic(Optional.of(new Arrivals(Arrivals.Kind.FIXED, 100, 1)), Duration.ofMillis(300));
        long end = run(traffic);
        traffic.finish(end);
        assertThat(traffic.total().orders()).isEqualTo(200);
        assertThat(traffic.total().count(SaleTraffic.NOT_SENT)).isBetween(45L, 55L);
        assertThat(traffic.total().count(Tally.SOLD) + traffic.total().count(SaleTraffic.NOT_SENT))
                .isEqualTo(200);
        assertThat(journal.size()).isEqualTo(300); // with the warm-up
        assertThat(faults.count()).isZero();
    }

    @Test
    void poissonArrivals_comeAtTheRate_andNotEvenly() {
        Arrivals arrivals = new Arrivals(Arrivals.Kind.POISSON, 1_000, 9);
        long last = 0;
        int brief = 0;
        for (int i = 0; i < 100_000; i++) {
            arrivals.advance();
            brief += arrivals.next() - last < MILLI / 2 ? 1 : 0;
            last = arrivals.next();
        }
        assertThat(last).isBetween(98_000 * MILLI, 102_000 * MILLI);
        assertThat(brief).isBetween(38_500, 40_200); // 1 - 1/sqrt(e) of 100,000 is 39,347
    }
}
