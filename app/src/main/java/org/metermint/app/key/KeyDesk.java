package org.metermint.app.key;

import org.metermint.app.CommandFailure;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where the commands go with what they want done to keys: a store that they opened themselves, or the process that has
 * it open.
 */
interface KeyDesk extends AutoCloseable {
    /** What goes with a request that has no secret. */
    byte[] NO_SECRET = {};

    /**
     * Has something done.
     *
     * @param request with the member {@code do}, and what {@link KeyOperations} wants of it
     * @param secret that goes with it, for the caller to wipe
     * @return what came of it
     * @throws CommandFailure if it was refused
     */
    JsonNode ask(ObjectNode request, byte[] secret);

    @Override
    void close();
}
