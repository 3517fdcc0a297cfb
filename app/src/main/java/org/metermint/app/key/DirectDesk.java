package org.metermint.app.key;

import java.time.Clock;
import org.metermint.app.CommandFailure;
import org.metermint.secure.SecurityModuleException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A store that this process opened. */
final class DirectDesk implements KeyDesk {
    private final ConfiguredModule module;
    private final KeyOperations operations;

    DirectDesk(ConfiguredModule module) {
        this.module = module;
        this.operations = new KeyOperations(module.module(), Clock.systemUTC());
    }

    @Override
    public JsonNode ask(ObjectNode request, byte[] secret) {
        try {
            return operations.perform(request, secret);
        } catch (SecurityModuleException e) {
            throw Refusals.of(e);
        } catch (KeyOperations.Malformed e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "Correct it; --help explains what it takes.", e);
        }
    }

    @Override
    public void close() {
        module.close();
    }
}
