package org.metermint.vending.sale.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.vending.database.UtilityId;
import org.metermint.vending.refusal.Refusal;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.sale.Sale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries single sales to their end, whatever became of them: the security module is asked to recover the sale's id,
 * and its answer decides. One run at a time for each sale; whoever needs the same sale waits for it.
 */
final class Endings {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private record SaleKey(UtilityId utility, UUID id) {}

    private final Map<SaleKey, CompletableFuture<Sale>> underWay = new ConcurrentHashMap<>();
    private final Sales sales;
    private final SecurityModule module;
    private final Supplier<Instant> now;

    Endings(Sales sales, SecurityModule module, Supplier<Instant> now) {
        this.sales = sales;
        this.module = module;
        this.now = now;
    }

    /**
     * Carries a sale to its end as far as the module lets.
     *
     * @throws RefusedException if the database cannot be reached
     */
    Sale end(UtilityId utility, UUID id) {
        SaleKey key = new SaleKey(utility, id);
        CompletableFuture<Sale> ending = new CompletableFuture<>();
        CompletableFuture<Sale> other = underWay.putIfAbsent(key, ending);
        if (other != null) {
            return join(other);
        }
        // taken off the map before it is known: who asks after the answer must get a run of its own, not this answer
        try {
            Sale sale = recover(utility, id);
            underWay.remove(key);
            ending.complete(sale);
        } catch (RuntimeException | Error e) {
            underWay.remove(key);
            ending.completeExceptionally(e);
        }
        return join(ending);
    }

    private static Sale join(CompletableFuture<Sale> ending) {
        try {
            return ending.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private Sale recover(UtilityId utility, UUID id) {
        Optional<OpenSale> open = sales.open(utility, id);
        if (open.isEmpty()) {
            return sales.sale(utility, id).orElseThrow();
        }
        OpenSale sale = open.get();
        List<IssuedTokens> issued = new ArrayList<>();
        try {
            for (IssueRequest request : sale.issueRequests()) {
                issued.add(module.recover(request));
            }
        } catch (SecurityModuleException e) {
            return unissued(sale, e);
        } catch (RuntimeException e) {
            return unforeseen(sale, e);
        }
        return sales.complete(sale, Reservation.Tokens.of(issued), now.get());
    }

    /** The module said no. If it said so for good, and has no tokens under the sale's id, the sale is refused. */
    Sale unissued(OpenSale sale, SecurityModuleException reason) {
        if (isFinal(reason.kind()) && isAbsent(sale.id())) {
            return sales.refuse(
                    sale,
                    new Refusal(RefusalCode.SECURITY_MODULE_REFUSED, reason.kind() + ": " + reason.getMessage()),
                    now.get());
        }
        LOG.warn("sale {} stays open: the security module answered {}", sale.id(), reason.kind());
        sales.noteAttempt(sale, reason.kind().name(), now.get());
        return sales.sale(sale.utility(), sale.id()).orElseThrow();
    }

    /** The module failed in a way that says nothing: the sale stays open. */
    Sale unforeseen(OpenSale sale, RuntimeException failure) {
        LOG.error("sale {}: the security module failed in an unforeseen way", sale.id(), failure);
        sales.noteAttempt(sale, failure.getClass().getSimpleName(), now.get());
        return sales.sale(sale.utility(), sale.id()).orElseThrow();
    }

    private boolean isAbsent(UUID messageId) {
        try {
            return module.find(MessageId.of(messageId)).isEmpty();
        } catch (SecurityModuleException e) {
            LOG.warn("message {}: its fate is unknown, the security module answered {}", messageId, e.kind());
            return false;
        }
    }

    private static boolean isFinal(SecurityModuleException.Kind kind) {
        return switch (kind) {
            case NOT_PERMITTED,
                    CLIENT_NOT_PERMITTED,
                    KEY_ABSENT,
                    INHIBITED,
                    TID_TOO_FAR_AHEAD,
                    LIMIT_REACHED,
                    BEFORE_BASE_DATE,
                    KEY_NOT_YET_ACTIVE,
                    KEY_EXPIRED,
                    TID_NOT_RISING -> true;
            case MESSAGE_ID_REUSED,
                    KEY_PRESENT,
                    TOO_MANY_REQUESTS,
                    UNAVAILABLE,
                    IN_USE,
                    ACCESS_DENIED,
                    NEWER_FORMAT,
                    CORRUPT -> false;
        };
    }
}
