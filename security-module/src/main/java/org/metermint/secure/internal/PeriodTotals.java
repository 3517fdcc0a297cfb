package org.metermint.secure.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueLimit;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.LimitPeriod;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.TokenKind;
import org.metermint.token.SupplyGroupCode;

/**
 * What was issued in the present hour, day and month, by supply group and kind. All three are kept whatever the limits
 * are, so that a changed limit finds what it needs.
 *
 * <p>A message dated before the period that is being counted, as after a clock set back, counts into that period: turning
 * the clock frees nothing. For one thread at a time.
 */
final class PeriodTotals {
    private static final List<LimitPeriod> PERIODS = List.of(LimitPeriod.values());
    private static final int NO_GROUP = -1;
    private static final int MAX_ENTRIES = 1 << 24;

    /** Of what there is one total: a supply group, or {@link #NO_GROUP}, and a kind of token. */
    private record Subject(int group, TokenKind kind) {}

    /** Amount and count since the start of each period. */
    private static final class Total {
        final long[] start = new long[PERIODS.size()];
        final long[] amount = new long[PERIODS.size()];
        final long[] count = new long[PERIODS.size()];
        /** The time at which the periods were looked at last: those of one frame are the same. */
        private @Nullable Instant lookedAt;

        Total() {
            Arrays.fill(start, Long.MIN_VALUE);
        }

        Total(Total other) {
            System.arraycopy(other.start, 0, start, 0, start.length);
            System.arraycopy(other.amount, 0, amount, 0, amount.length);
            System.arraycopy(other.count, 0, count, 0, count.length);
        }

        void advanceTo(Instant time) {
            if (time.equals(lookedAt)) {
                return;
            }
            lookedAt = time;
            for (int i = 0; i < PERIODS.size(); i++) {
                long begin = PERIODS.get(i).startOf(time).getEpochSecond();
                if (begin > start[i]) {
                    start[i] = begin;
                    amount[i] = 0;
                    count[i] = 0;
                }
            }
        }

        void add(long more) {
            for (int i = 0; i < PERIODS.size(); i++) {
                amount[i] = saturatedSum(amount[i], more);
                count[i]++;
            }
        }
    }

    private final Map<Subject, Total> totals = new HashMap<>();

    /** Totals as they will be once a group of messages is on the disk; nothing counts until {@link #commit}. */
    final class Staged {
        private final Map<Subject, Total> changed = new HashMap<>();

        /** Counts a message, or says why the limits do not allow it and counts nothing. */
        Optional<String> add(IssuePolicy policy, IssuedMessage message) {
            Subject subject = subject(message.request());
            long amount = amount(message.request());
            Total total = changed.computeIfAbsent(subject, s -> {
                Total present = totals.get(s);
                return present == null ? new Total() : new Total(present);
            });
            total.advanceTo(message.result().issuedAt());
            Optional<IssueLimit> limit = policy.limit(subject.kind, group(message.request()));
            Optional<String> excess = limit.flatMap(bound -> excess(bound, total, amount));
            if (excess.isEmpty()) {
                total.add(amount);
            }
            return excess;
        }

        void commit() {
            totals.putAll(changed);
        }
    }

    Staged stage() {
        return new Staged();
    }

    /** Counts a message that is on the disk. */
    void restore(IssuedMessage message) {
        Total total = totals.computeIfAbsent(subject(message.request()), s -> new Total());
        total.advanceTo(message.result().issuedAt());
        total.add(amount(message.request()));
    }

    private static Optional<String> excess(IssueLimit limit, Total total, long amount) {
        int i = PERIODS.indexOf(limit.period());
        String period = limit.period().name().toLowerCase(Locale.ROOT);
        String begin = " since " + Instant.ofEpochSecond(total.start[i]);
        if (total.count[i] >= limit.countPerPeriod()) {
            return Optional.of(total.count[i] + " tokens of kind " + limit.kind() + " were issued" + begin
                    + ", as many as the " + period + " may have");
        }
        if (limit.amountPerPeriod() != IssueLimit.UNLIMITED
                && saturatedSum(total.amount[i], amount) > limit.amountPerPeriod()) {
            return Optional.of("an amount of " + amount + " on top of the " + total.amount[i] + " issued" + begin
                    + " is more than the " + limit.amountPerPeriod() + " that the " + period + " may have");
        }
        return Optional.empty();
    }

    private static Subject subject(IssueRequest request) {
        SupplyGroupCode group = group(request);
        return new Subject(group == null ? NO_GROUP : group.value(), TokenKind.of(request));
    }

    /** The supply group under whose key a request issues; null for a meter test. */
    static @Nullable SupplyGroupCode group(IssueRequest request) {
        MeterKeyState meter = IssuedMessage.meter(request);
        return meter == null ? null : meter.supplyGroup();
    }

    /** Tenths of a unit or steps of currency, at most the greatest long; what takes credit back counts as nothing. */
    static long amount(IssueRequest request) {
        return switch (request) {
            case IssueCredit credit -> credit.amount().tenths();
            case IssueCurrencyCredit credit ->
                credit.amount()
                        .steps()
                        .max(BigInteger.ZERO)
                        .min(BigInteger.valueOf(Long.MAX_VALUE))
                        .longValueExact();
            default -> 0;
        };
    }

    private static long saturatedSum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    /** The totals as octets, for a checkpoint. */
    byte[] encode() {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            out.writeInt(totals.size());
            for (Map.Entry<Subject, Total> entry : totals.entrySet()) {
                out.writeInt(entry.getKey().group);
                out.writeUTF(entry.getKey().kind.name());
                for (int i = 0; i < PERIODS.size(); i++) {
                    out.writeLong(entry.getValue().start[i]);
                    out.writeLong(entry.getValue().amount[i]);
                    out.writeLong(entry.getValue().count[i]);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return octets.toByteArray();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static PeriodTotals decode(byte[] octets) {
        PeriodTotals decoded = new PeriodTotals();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets))) {
            int entries = in.readInt();
            if (entries < 0 || entries > MAX_ENTRIES) {
                throw new IllegalArgumentException(entries + " period totals are outside 0.." + MAX_ENTRIES);
            }
            for (; entries > 0; entries--) {
                Subject subject = new Subject(in.readInt(), TokenKind.valueOf(in.readUTF()));
                Total total = new Total();
                for (int i = 0; i < PERIODS.size(); i++) {
                    total.start[i] = in.readLong();
                    total.amount[i] = in.readLong();
                    total.count[i] = in.readLong();
                }
                decoded.totals.put(subject, total);
            }
            if (in.read() >= 0) {
                throw new IllegalArgumentException("period totals are followed by more");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("period totals end too early", e);
        }
        return decoded;
    }
}
