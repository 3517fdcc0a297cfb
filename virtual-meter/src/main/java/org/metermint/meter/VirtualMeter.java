package org.metermint.meter;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.metermint.meter.internal.MeterFile;
import org.metermint.meter.internal.MeterState;
import org.metermint.meter.internal.PaymentMeter;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.decode.DecoderState;
import org.metermint.token.decode.TidMemory;

/**
 * A payment meter in software: it takes 20 digits as a keypad meter does, holds credit, lets a load run until the credit
 * is used up, and keeps its state in a file.
 *
 * <p>Every call that changes something is one atomic and durable step: credit, used token identifiers, key and key change
 * progress change together or not at all, however the program or the power dies, and have reached the disk before the
 * call returns. A call that throws {@link MeterFileException} has answered nothing; whether it took effect shows when the
 * meter is opened again, and entering the token once more is always safe.
 *
 * <p>The file holds the meter's own decoder key in clear, as the memory of a real meter does. It is made so that only its
 * owner can read it, and refused if others can; the key shows nowhere else.
 *
 * <p>One process at a time can have a meter open. Threads may share one.
 */
public final class VirtualMeter implements AutoCloseable {
    private final MeterFile file;
    private final PaymentMeter meter;
    private final InstantSource clock;

    private VirtualMeter(MeterFile file, Ea07Tables tables, InstantSource clock) {
        this.file = file;
        this.meter = new PaymentMeter(file.specification(), tables);
        this.clock = clock;
    }

    /**
     * Makes a meter, without credit, and opens it.
     *
     * @param file where it keeps its state; must not exist, and its directory must
     * @param specification how it is built
     * @param register the decoder key that it is commissioned with, and what belongs to the key
     * @param made the minute of making under the base date of the key: tokens from then on are accepted
     * @param tables the EA07 tables that it is built with; other algorithms do not use them
     * @param clock how late it is, which decides when a key change set has taken too long
     * @throws MeterFileException if the file exists, is in use or cannot be written
     * @throws IllegalArgumentException if the key is for another algorithm
     */
    public static VirtualMeter create(
            Path file,
            MeterSpecification specification,
            DecoderKeyRegister register,
            TokenIdentifier made,
            Ea07Tables tables,
            InstantSource clock)
            throws MeterFileException {
        if (register.key().algorithm() != specification.algorithm()) {
            throw new IllegalArgumentException("decoder key is for "
                    + register.key().algorithm() + "; the meter is built with " + specification.algorithm());
        }
        DecoderState decoder = new DecoderState(register, TidMemory.ofNewMeter(specification.tidMemory(), made));
        MeterState state = MeterState.ofNewMeter(specification, decoder);
        return new VirtualMeter(MeterFile.create(file, specification, tables, state), tables, clock);
    }

    /**
     * Opens the meter that keeps its state in a file.
     *
     * @param file the file
     * @param tables the EA07 tables that the meter was built with
     * @param clock how late it is
     * @throws MeterFileException if there is no such file, it is in use, can be read by others, or is damaged
     */
    public static VirtualMeter open(Path file, Ea07Tables tables, InstantSource clock) throws MeterFileException {
        return new VirtualMeter(MeterFile.open(file, tables), tables, clock);
    }

    /** How the meter is built. */
    public MeterSpecification specification() {
        return file.specification();
    }

    /** How the meter stands. */
    public synchronized MeterStatus status() {
        return meter.status(file.state());
    }

    /**
     * Enters the digits of a token, as a customer would. Spaces and dashes between digits are left out. Anything that is no
     * token is answered, not thrown.
     *
     * @throws MeterFileException if the new state could not be stored; then there is no answer
     */
    public synchronized Answer enter(String digits) throws MeterFileException {
        return keep(meter.enter(digits, file.state(), clock.instant()));
    }

    /**
     * Lets a load draw a quantity, as far as the credit reaches.
     *
     * @throws MeterFileException if the new state could not be stored; then nothing was drawn
     * @throws IllegalArgumentException if the quantity is not of what this meter measures, or more than it can count
     */
    public synchronized Consumption consume(Quantity quantity) throws MeterFileException {
        return keep(meter.consume(quantity, file.state()));
    }

    /**
     * Lets a load of a power run for a time, as far as the credit reaches. A power above the maximum power limit opens the
     * switch at once; the next load that is not above it closes the switch again.
     *
     * @param watts not negative
     * @param duration in whole milliseconds
     * @throws MeterFileException if the new state could not be stored; then nothing was drawn
     * @throws IllegalArgumentException if an argument is out of range, or the meter does not measure electricity
     */
    public synchronized Consumption run(long watts, Duration duration) throws MeterFileException {
        return keep(meter.run(watts, Quantity.of(watts, duration), file.state()));
    }

    /**
     * Tampers with the meter, as one who opens its cover does.
     *
     * @throws MeterFileException if the new state could not be stored
     */
    public synchronized void tamper() throws MeterFileException {
        file.store(meter.tamper(file.state()));
    }

    private <A> A keep(PaymentMeter.Step<A> step) throws MeterFileException {
        file.store(step.after());
        return step.answer();
    }

    /** Closes the file and lets others open the meter. */
    @Override
    public synchronized void close() throws MeterFileException {
        file.close();
    }

    /** Names the meter by its file, not by its number. */
    @Override
    public String toString() {
        return "VirtualMeter[" + file + "]";
    }
}
