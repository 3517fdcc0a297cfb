package org.metermint.secure;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.metermint.token.SupplyGroupCode;

/**
 * What one client may ask for.
 *
 * @param kinds of tokens that it may have
 * @param supplyGroups for whose meters; null for all
 * @param tokensPerSecond over the network, in the long run; 0 for no bound
 * @param password with which it signs in over the network; null if it cannot
 */
public record ClientPolicy(
        ClientName name,
        Set<TokenKind> kinds,
        @Nullable Set<SupplyGroupCode> supplyGroups,
        int tokensPerSecond,
        @Nullable PasswordHash password) {
    public ClientPolicy {
        kinds = Set.copyOf(kinds);
        supplyGroups = supplyGroups == null ? null : Set.copyOf(supplyGroups);
        if (tokensPerSecond < 0) {
            throw new IllegalArgumentException("rate of " + tokensPerSecond + " tokens a second is below 0");
        }
    }

    /** Whether meters of a supply group are among those that it may have tokens for. */
    public boolean covers(SupplyGroupCode group) {
        return supplyGroups == null || supplyGroups.contains(group);
    }
}
