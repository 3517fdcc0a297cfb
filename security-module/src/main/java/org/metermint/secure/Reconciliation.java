package org.metermint.secure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.metermint.secure.internal.TokenDigest;
import org.metermint.token.TokenNumber;

/**
 * Holds what a module says that it issued against what a ledger says that it got. First every message of the module is
 * taken in, then every row of the ledger; what is left over on either side is a difference. Memory: about 300 octets for each token.
 */
public final class Reconciliation {
    /**
     * A token that stands on one side only.
     *
     * @param record the number of the module's record; 0 for a token that the module does not know
     */
    public record Difference(long record, ClientName client, MessageId messageId) {}

    private static final HexFormat HEX = HexFormat.of();

    private final TokenDigest digest;
    private final Map<String, Difference> unmatched = new HashMap<>();
    private final List<Difference> unknown = new ArrayList<>();

    /** Reconciles what one module issued. */
    public Reconciliation(UUID module) {
        this.digest = new TokenDigest(module);
    }

    /** Takes in a message of the module, from {@link IssuedExport#read(java.nio.file.Path, java.util.function.Consumer)}. */
    public void issued(IssuedExport.Message message) {
        for (String token : message.tokens()) {
            unmatched.put(token, new Difference(message.record(), message.client(), message.messageId()));
        }
    }

    /** Takes in a row of the ledger: the tokens that it holds under a message id; after all messages of the module. */
    public void booked(ClientName client, MessageId messageId, Collection<TokenNumber> tokens) {
        for (TokenNumber token : tokens) {
            if (unmatched.remove(HEX.formatHex(digest.of(client, messageId, token))) == null) {
                unknown.add(new Difference(0, client, messageId));
            }
        }
    }

    /** What the module issued and the ledger does not hold, or holds with other digits; by record. */
    public List<Difference> notBooked() {
        return unmatched.values().stream()
                .sorted(Comparator.comparingLong(Difference::record))
                .toList();
    }

    /** What the ledger holds and the module did not issue under that message id; in the order of the rows. */
    public List<Difference> notIssued() {
        return List.copyOf(unknown);
    }
}
