package org.metermint.simulation.world;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleAnswer.Refused;
import org.metermint.vending.sale.SaleAnswer.Sold;
import org.metermint.vending.sale.SaleRequest;

/**
 * What the desk said about each request, whether or not it reached a till: once it is decided, every answer is the same,
 * and of several bodies under one id one counts (invariant 1).
 */
final class Answers {
    private static final class Dossier {
        final Set<SaleRequest> bodies = new HashSet<>();

        @Nullable SaleRequest binding;

        @Nullable SaleAnswer decision;

        boolean reserved;
    }

    private final Map<String, Dossier> dossiers = new HashMap<>();
    private final Map<RefusalCode, Integer> refusals = new EnumMap<>(RefusalCode.class);

    /** A till sends a request. */
    void sent(SaleRequest request) {
        dossier(request.requestId()).bodies.add(request);
    }

    boolean wasSent(String requestId) {
        return dossiers.containsKey(requestId);
    }

    int requests() {
        return dossiers.size();
    }

    /** How many requests were refused for good, by why. */
    Map<RefusalCode, Integer> refusals() {
        return Map.copyOf(refusals);
    }

    /** The decision on a request, if the desk has told it. */
    Optional<SaleAnswer> decision(String requestId) {
        return Optional.ofNullable(dossier(requestId).decision);
    }

    /** Whether the desk has said that it knows the request: from then on it must not deny it. */
    boolean isKnown(String requestId) {
        Dossier dossier = dossier(requestId);
        return dossier.decision != null || dossier.reserved;
    }

    /**
     * The desk answered.
     *
     * @param known whether the request was {@linkplain #isKnown known} before the question was put
     */
    void answered(Message.Question question, boolean known, Optional<SaleAnswer> answer) {
        Dossier dossier = dossier(question.requestId());
        if (answer.isEmpty()) {
            if (known) {
                throw new BreachException("request " + question.requestId() + " was known, and is not any more");
            }
            return;
        }
        SaleAnswer said = answer.get();
        if (said instanceof Sold(org.metermint.vending.sale.Sale sale)
                && !sale.requestId().equals(question.requestId())) {
            throw new BreachException(
                    "request " + question.requestId() + " is answered with the sale of " + sale.requestId());
        }
        dossier.reserved |= said instanceof Refused refused && refused.saleId().isPresent();
        if (said instanceof Refused refused && refused.refusal().code() == RefusalCode.REQUEST_ID_REUSED) {
            if (dossier.bodies.size() < 2) {
                throw new BreachException("request " + question.requestId() + " has one body, and is refused for two");
            }
            return;
        }
        if (!Till.isFinal(said)) {
            return;
        }
        boolean given = said instanceof Refused refused && refused.refusal().code() == RefusalCode.REQUEST_VOIDED;
        if (question instanceof Message.Sell sell && !given) {
            bind(dossier, sell.request());
        }
        if (dossier.decision == null) {
            dossier.decision = said;
            if (said instanceof Refused refused) {
                refusals.merge(refused.refusal().code(), 1, Integer::sum);
            }
        } else if (!dossier.decision.equals(said)) {
            throw new BreachException(
                    "request " + question.requestId() + " got two answers: " + dossier.decision + " and " + said);
        }
    }

    private static void bind(Dossier dossier, SaleRequest body) {
        if (dossier.binding == null) {
            dossier.binding = body;
        } else if (!dossier.binding.equals(body)) {
            throw new BreachException("request " + body.requestId() + " was decided for two bodies");
        }
    }

    private Dossier dossier(String requestId) {
        return dossiers.computeIfAbsent(requestId, id -> new Dossier());
    }
}
