package org.metermint.secure.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.RecordedEvent;
import org.metermint.secure.internal.record.Journal;
import org.metermint.token.BaseDate;
import org.metermint.token.MeterPan;
import org.metermint.token.TokenIdentifier;

/**
 * What has come of all records so far: the last identifier of every meter, the totals of the periods, how many messages
 * there were, and the last event of each kind. A checkpoint is this in octets.
 *
 * <p>A module that was made from the backup of another begins with the state in the backup, and with a floor: what the
 * other issued after its backup is not known, so no identifier of a time before the restoration is given to any meter.
 */
final class RegisterState {
    private static final int VERSION = 2;
    private static final long NO_FLOOR = Long.MIN_VALUE;

    private final TidMemory identifiers = new TidMemory();
    private PeriodTotals totals = new PeriodTotals();
    private long messages;
    private volatile long floorMillis = NO_FLOOR;
    private final Map<EventKind, RecordedEvent> events = new EnumMap<>(EventKind.class);
    /** All of them, for transcripts: a module has a few ceremonies in its life. */
    private final List<RecordedEvent> ceremonySteps = new ArrayList<>();

    PeriodTotals totals() {
        return totals;
    }

    long messages() {
        return messages;
    }

    /** The last identifier of a meter that counts from a base date, as minutes; {@link TidMemory#NONE} if there is none. */
    int lastIdentifier(MeterPan pan, BaseDate baseDate) {
        return Math.max(identifiers.last(TidMemory.key(pan, baseDate)), floor(baseDate));
    }

    /** The least that the next identifier of any meter must be greater than, as minutes. */
    int floor(BaseDate baseDate) {
        if (floorMillis == NO_FLOOR) {
            return TidMemory.NONE;
        }
        Instant floor = Instant.ofEpochMilli(floorMillis);
        if (floor.isBefore(baseDate.start())) {
            return TidMemory.NONE;
        }
        long minutes = Duration.between(baseDate.start(), floor).toMinutes();
        return minutes >= TokenIdentifier.MAX_MINUTES
                ? TokenIdentifier.MAX_MINUTES
                : TokenIdentifier.at(floor, baseDate).minutes();
    }

    /** The instant of the floor, for a message; the earliest of all if there is none. */
    Instant floorTime() {
        return Instant.ofEpochMilli(floorMillis);
    }

    Optional<RecordedEvent> lastEvent(EventKind kind) {
        return Optional.ofNullable(events.get(kind));
    }

    /** Takes note of a message that is on the disk, without its part in the totals. */
    void add(IssuedMessage message) {
        messages++;
        message.claim().ifPresent(claim -> identifiers.record(claim.meter(), claim.tid()));
    }

    List<RecordedEvent> ceremonySteps() {
        return List.copyOf(ceremonySteps);
    }

    void add(RecordedEvent event) {
        events.put(event.event().kind(), event);
        if (event.event().kind() == EventKind.CEREMONY_STEP) {
            ceremonySteps.add(event);
        }
    }

    /** Takes note of a record that is read again. */
    void restore(Journal.Entry entry) {
        if (EventLine.isEvent(entry.clear())) {
            add(new RecordedEvent(entry.number(), entry.time(), EventLine.read(entry.clear())));
        } else {
            IssuedMessage message = IssuedMessage.read(entry.number(), entry.time(), entry.clear(), null)
                    .message();
            add(message);
            totals.restore(message);
        }
    }

    /** This state as the checkpoint of a segment. */
    byte[] encode() {
        return encode(floorMillis);
    }

    /** This state as the beginning of another record, in which no identifier of a time before the floor is given. */
    byte[] encode(Instant floor) {
        return encode(Math.max(floorMillis, floor.toEpochMilli()));
    }

    /**
     * What the record of a restored module begins with, out of the state in a backup: the identifiers and totals, and no event
     * or message, for these are of another record.
     *
     * @param floor no identifier of a time before is given
     */
    static byte[] beginning(byte[] backedUp, Instant floor) {
        RegisterState state = new RegisterState();
        state.decode(backedUp);
        state.messages = 0;
        state.events.clear();
        state.ceremonySteps.clear();
        return state.encode(floor);
    }

    private byte[] encode(long floor) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            out.writeInt(VERSION);
            out.writeLong(messages);
            out.writeLong(floor);
            identifiers.write(out);
            write(out, totals.encode());
            write(out, ceremonySteps);
            write(out, events.values());
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return octets.toByteArray();
    }

    private static void write(DataOutputStream out, Collection<RecordedEvent> events) throws IOException {
        out.writeInt(events.size());
        for (RecordedEvent event : events) {
            out.writeLong(event.record());
            out.writeLong(event.time().toEpochMilli());
            write(out, new EventLine(event.event()).octets());
        }
    }

    private static void write(DataOutputStream out, byte[] octets) throws IOException {
        out.writeInt(octets.length);
        out.write(octets);
    }

    /**
     * Takes over what {@link #encode} wrote; called on a new state.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    void decode(byte[] octets) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets))) {
            int version = in.readInt();
            if (version < 1 || version > VERSION) {
                throw new IllegalArgumentException("version " + version + " of a checkpoint is outside 1.." + VERSION);
            }
            messages = in.readLong();
            floorMillis = in.readLong();
            identifiers.read(in);
            totals = PeriodTotals.decode(in.readNBytes(in.readInt()));
            if (version > 1) {
                ceremonySteps.addAll(readEvents(in));
            }
            for (RecordedEvent event : readEvents(in)) {
                events.put(event.event().kind(), event);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("a checkpoint of " + octets.length + " octets is too short", e);
        }
    }

    private static List<RecordedEvent> readEvents(DataInputStream in) throws IOException {
        List<RecordedEvent> events = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            long record = in.readLong();
            Instant time = Instant.ofEpochMilli(in.readLong());
            AuditEvent event = EventLine.read(in.readNBytes(in.readInt()));
            events.add(new RecordedEvent(record, time, event));
        }
        return events;
    }
}
