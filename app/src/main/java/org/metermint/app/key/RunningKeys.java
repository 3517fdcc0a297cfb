package org.metermint.app.key;

import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The vending keys of an installation whose server runs, as its control socket tells them. */
public final class RunningKeys {

    private RunningKeys() {}

    /** Whether the server tells its keys, has some, and all of them are public test keys. */
    public static boolean areOnlyTestKeys(Path data) {
        Optional<KeyDesk> running = RemoteDesk.of(ConfiguredModule.store(data));
        if (running.isEmpty()) {
            return false;
        }
        try (KeyDesk desk = running.get()) {
            JsonNode keys =
                    desk.ask(KeyCommand.request("list"), KeyDesk.NO_SECRET).path("keys");
            for (JsonNode key : keys) {
                if (!key.path("test_only").asBoolean(false)) {
                    return false;
                }
            }
            return !keys.isEmpty();
        }
    }
}
