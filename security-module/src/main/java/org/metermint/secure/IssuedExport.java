package org.metermint.secure;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.ExportReader;
import org.metermint.token.SupplyGroupCode;

/**
 * What a module recorded on a day, as a file that it signed tells. The file needs no secret to be verified; that the public key in it is that
 * of the module, the reader must know from elsewhere, for instance from the first export that it got.
 *
 * @param publicKey of the module that signed it, 64 hexadecimal digits
 * @param day in UTC
 * @param complete whether the day had ended
 * @param firstRecord number of the first record of the day
 * @param lastRecord number of the last one
 * @param chainHashBefore the chain hash of the record before the first; that after the last of the export before
 * @param chainHashAfter the chain hash of the last record
 * @param totals by supply group and kind
 */
public record IssuedExport(
        UUID module,
        String publicKey,
        LocalDate day,
        boolean complete,
        long firstRecord,
        long lastRecord,
        String chainHashBefore,
        String chainHashAfter,
        List<Total> totals) {
    /**
     * What was issued of one kind of token.
     *
     * @param supplyGroup null for tokens of none
     * @param amount tenths of a unit for CREDIT, steps of 0.00001 currency units for CURRENCY_CREDIT, 0 for others
     */
    public record Total(@Nullable SupplyGroupCode supplyGroup, TokenKind kind, long count, BigInteger amount) {}

    /**
     * One message of the day.
     *
     * @param tokens the digest of each token, 64 hexadecimal digits
     */
    public record Message(long record, ClientName client, MessageId messageId, List<String> tokens) {
        public Message {
            tokens = List.copyOf(tokens);
        }
    }

    public IssuedExport {
        totals = List.copyOf(totals);
    }

    /**
     * Reads a file and verifies its signature, the numbers of its records and its totals.
     *
     * @throws SecurityModuleException of kind CORRUPT if it was edited or is no such file, with the line; UNAVAILABLE if
     *     it cannot be read
     */
    public static IssuedExport read(Path file) throws SecurityModuleException {
        return read(file, message -> {});
    }

    /**
     * Reads a file like {@link #read(Path)} and gives every message in it to a consumer, once the signature is verified.
     *
     * @throws SecurityModuleException as {@link #read(Path)}
     */
    public static IssuedExport read(Path file, Consumer<Message> messages) throws SecurityModuleException {
        try {
            return new ExportReader(file, messages).read();
        } catch (IOException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE, "export " + file + " cannot be read; look at the file and its permissions", e);
        }
    }

    /** The end of this day's records, against which {@link AuditVerifier} holds a record. */
    public AuditAnchor anchor() {
        return new AuditAnchor(lastRecord, chainHashAfter);
    }

    /** Whether this export begins where another of the same module ended: no day with records lies between. */
    public boolean follows(IssuedExport before) {
        return module.equals(before.module)
                && publicKey.equals(before.publicKey)
                && firstRecord == before.lastRecord + 1
                && chainHashBefore.equals(before.chainHashAfter);
    }
}
