package org.metermint.app.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.metermint.app.client.Credential;

/**
 * The sales that a run asks for. Order number n is a pure function of the seed: which client, which meter, how much,
 * how many copies. So a run keeps nothing of its orders, and what an answer must hold can be told again afterwards.
 *
 * <p>Requests are put together from octets that were made beforehand; that takes a fraction of a microsecond.
 */
final class Orders {

    /** Octets of the longest request. */
    static final int LONGEST_REQUEST = 2 << 10;

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;
    private static final int ORDINAL_DIGITS = 10;
    private static final int MOST_COPIES = 4;

    private static final byte[] KEY_FIELD = ascii("Idempotency-Key: ");
    private static final byte[] LENGTH_FIELD = ascii("\r\nContent-Length: ");
    private static final byte[] END = ascii("\r\n\r\n");
    private static final byte[] METER = ascii("{\"meter\":\"");
    private static final byte[] TENDER = ascii("\",\"tender\":\"");
    private static final byte[] QUESTION = ascii("GET /v1/sales?request=");

    private final MeterList meters;
    private final Tenders tenders;
    private final Mix mix;
    private final String run;
    private final byte[] idPrefix;
    private final byte[] bodyEnd;
    private final List<byte[]> saleHeads = new ArrayList<>();
    private final List<byte[]> questionEnds = new ArrayList<>();
    private final byte[] scratch = new byte[LONGEST_REQUEST];
    private final byte[] body = new byte[128];

    /**
     * What sort of orders.
     *
     * @param seed of everything that is drawn
     * @param hotVendor share of the orders that come from the first client, or a negative number: all alike
     * @param duplicates share of the orders that are sent two to {@value #MOST_COPIES} times at once
     */
    record Mix(long seed, double hotVendor, double duplicates) {}

    /**
     * Orders of clients for meters.
     *
     * @param host as the field Host names the server
     * @param run 1 to 20 characters that begin every request id; another run takes another
     */
    Orders(String host, List<Credential> clients, MeterList meters, Tenders tenders, Mix mix, String run) {
        this.meters = meters;
        this.tenders = tenders;
        this.mix = mix;
        this.run = run;
        this.idPrefix = ascii(run + "-");
        this.bodyEnd = ascii("\",\"currency\":\"" + tenders.currency() + "\",\"payment\":\"CASH\"}");
        for (Credential client : clients) {
            String who = "Host: " + host + "\r\nAuthorization: " + client.header() + "\r\n";
            saleHeads.add(ascii("POST /v1/sales HTTP/1.1\r\n" + who + "Content-Type: application/json\r\n"));
            questionEnds.add(ascii(" HTTP/1.1\r\n" + who + "\r\n"));
        }
    }

    int clients() {
        return saleHeads.size();
    }

    /** What an order pays, in minor units. */
    long tender(long ordinal) {
        return tenders.least() + below(draw(ordinal, 1), tenders.most() - tenders.least() + 1);
    }

    Tenders tenders() {
        return tenders;
    }

    /** Whose order it is: a place in the list of clients. */
    int client(long ordinal) {
        int others = clients() - 1;
        if (mix.hotVendor() < 0 || others == 0) {
            return (int) below(draw(ordinal, 2), clients());
        }
        return fraction(draw(ordinal, 3)) < mix.hotVendor() ? 0 : 1 + (int) below(draw(ordinal, 2), others);
    }

    /** For which meter: a place in the list of meters. */
    int meter(long ordinal) {
        return (int) below(draw(ordinal, 4), meters.size());
    }

    /** How many times the order is sent at once: 1, unless it is a duplicated one. */
    int copies(long ordinal) {
        return fraction(draw(ordinal, 5)) < mix.duplicates() ? 2 + (int) below(draw(ordinal, 6), MOST_COPIES - 1) : 1;
    }

    String requestId(long ordinal) {
        String digits = Long.toString(ordinal);
        return run + "-" + "0".repeat(Math.max(0, ORDINAL_DIGITS - digits.length())) + digits;
    }

    /** Writes the request that asks for the sale, ready to be sent. */
    void writeSale(long ordinal, ByteBuffer into) {
        int length = writeBody(ordinal);
        int at = put(saleHeads.get(client(ordinal)), 0);
        at = put(KEY_FIELD, at);
        at = putRequestId(ordinal, at);
        at = put(LENGTH_FIELD, at);
        if (length >= 100) {
            scratch[at++] = (byte) ('0' + length / 100);
        }
        scratch[at++] = (byte) ('0' + length / 10 % 10);
        scratch[at++] = (byte) ('0' + length % 10);
        at = put(END, at);
        into.clear();
        into.put(scratch, 0, at);
        into.put(body, 0, length);
        into.flip();
    }

    /** Writes the request that asks what became of the order. */
    void writeQuestion(long ordinal, ByteBuffer into) {
        int at = putRequestId(ordinal, put(QUESTION, 0));
        at = put(questionEnds.get(client(ordinal)), at);
        into.clear();
        into.put(scratch, 0, at);
        into.flip();
    }

    /** Whoever sells by units, too, writes another member here instead of the tender. */
    private int writeBody(long ordinal) {
        int at = METER.length;
        System.arraycopy(METER, 0, body, 0, at);
        int meter = meter(ordinal);
        meters.copy(meter, body, at);
        at += meters.length(meter);
        System.arraycopy(TENDER, 0, body, at, TENDER.length);
        at = tenders.write(tender(ordinal), body, at + TENDER.length);
        System.arraycopy(bodyEnd, 0, body, at, bodyEnd.length);
        return at + bodyEnd.length;
    }

    private int putRequestId(long ordinal, int from) {
        int at = put(idPrefix, from);
        long rest = ordinal;
        for (int i = at + ORDINAL_DIGITS - 1; i >= at; i--) {
            scratch[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + ORDINAL_DIGITS;
    }

    private int put(byte[] octets, int at) {
        System.arraycopy(octets, 0, scratch, at, octets.length);
        return at + octets.length;
    }

    /** 64 bits for an order and a purpose: the finalizer of SplitMix64 over a sequence of the seed. */
    private long draw(long ordinal, int purpose) {
        return mixed(mixed(mix.seed() + purpose * GOLDEN) + ordinal * GOLDEN);
    }

    private static long mixed(long bits) {
        long z = (bits ^ bits >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }

    /** A number from 0 to below the bound, out of 64 random bits. */
    private static long below(long bits, long bound) {
        return Math.multiplyHigh(bits >>> 1, bound << 1);
    }

    private static double fraction(long bits) {
        return (bits >>> 11) * 0x1.0p-53;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
