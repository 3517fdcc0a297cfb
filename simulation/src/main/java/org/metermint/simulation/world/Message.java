package org.metermint.simulation.world;

import java.util.Optional;
import org.metermint.vending.sale.SaleAnswer;
import org.metermint.vending.sale.SaleRequest;

/** What travels between tills and desk, and may be lost, doubled, late, or overtaken on the way. */
sealed interface Message {
    /** Which till sent it, or gets it. */
    int till();

    /** A till asks for something. */
    sealed interface Question extends Message {
        String requestId();
    }

    /** Sell. */
    record Sell(int till, SaleRequest request) implements Question {
        @Override
        public String requestId() {
            return request.requestId();
        }
    }

    /**
     * What became of a request?
     *
     * @param forGood whether a request that never arrived shall never be sold to
     */
    record Advice(int till, String requestId, boolean forGood) implements Question {}

    /** The desk's answer; empty if it never heard of the request. */
    record Reply(Question question, Optional<SaleAnswer> answer) implements Message {
        @Override
        public int till() {
            return question.till();
        }
    }
}
