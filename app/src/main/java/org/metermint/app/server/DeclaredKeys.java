package org.metermint.app.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Facts about the vending keys of hardware that does not tell them: a JSON array, one object for each key. */
final class DeclaredKeys {
    private static final Set<String> MEMBERS = Set.of(
            "supply_group",
            "revision",
            "type",
            "base_date",
            "expiry",
            "active_from",
            "algorithm",
            "check_value",
            "test_only");

    private DeclaredKeys() {}

    /**
     * Reads a file.
     *
     * @throws CommandFailure that names the key and what is wrong with it
     */
    static List<VendingKeyInfo> read(Path file) {
        try {
            JsonNode keys = JsonMapper.shared().readTree(Files.readAllBytes(file));
            if (!keys.isArray()) {
                throw wrong(file, "it is no array", null);
            }
            List<VendingKeyInfo> all = new ArrayList<>();
            for (JsonNode key : keys) {
                all.add(key(file, all.size() + 1, key));
            }
            return all;
        } catch (IOException | JacksonException e) {
            throw wrong(file, String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
        }
    }

    private static VendingKeyInfo key(Path file, int number, JsonNode key) {
        try {
            Set<String> unknown = new TreeSet<>(key.propertyNames());
            unknown.removeAll(MEMBERS);
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException(
                        "there is no member " + unknown.iterator().next());
            }
            BaseDate base = BaseDate.ofYear(whole(key, "base_date"));
            return new VendingKeyInfo(
                    SupplyGroupCode.parse(text(key, "supply_group")),
                    new KeyRevisionNumber(whole(key, "revision")),
                    KeyType.ofNumber(whole(key, "type")),
                    base,
                    new KeyExpiryNumber(whole(key, "expiry")),
                    key.has("active_from") ? Instant.parse(text(key, "active_from")) : base.start(),
                    KeyGeneration.ofNumber(whole(key, "algorithm")),
                    text(key, "check_value"),
                    key.path("test_only").asBoolean(false));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw wrong(file, "key " + number + ": " + e.getMessage(), e);
        }
    }

    private static String text(JsonNode key, String member) {
        if (!key.path(member).isString()) {
            throw new IllegalArgumentException(member + " is not there as a text");
        }
        return key.path(member).stringValue();
    }

    private static int whole(JsonNode key, String member) {
        if (!key.path(member).isInt()) {
            throw new IllegalArgumentException(member + " is not there as a whole number");
        }
        return key.path(member).intValue();
    }

    private static CommandFailure wrong(Path file, String what, @Nullable Throwable cause) {
        return new CommandFailure(
                "the file of declared keys " + file + " cannot be used: " + what,
                "docs/operating/network-security-module.md shows one.",
                cause);
    }
}
