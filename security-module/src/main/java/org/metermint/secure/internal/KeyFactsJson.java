package org.metermint.secure.internal;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.KeyGeneration;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.VendingKeyFacts;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/** The facts of a vending key as members of a JSON object. */
final class KeyFactsJson {
    /** The members of {@link VendingKeyFacts}. */
    static final String[] NAMES = {"supplyGroup", "revision", "type", "baseDate", "expiry", "activeFrom", "algorithm"};

    private KeyFactsJson() {}

    static Map<String, Object> json(VendingKeyFacts facts) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("supplyGroup", facts.supplyGroup().digits());
        json.put("revision", facts.revision().value());
        json.put("type", facts.type().number());
        json.put("baseDate", facts.baseDate().year());
        json.put("expiry", facts.expiry().value());
        json.put("activeFrom", facts.activeFrom().toString());
        json.put("algorithm", facts.algorithm().name());
        return json;
    }

    static VendingKeyFacts facts(StrictJson json) throws SecurityModuleException {
        return new VendingKeyFacts(
                json.text("supplyGroup", SupplyGroupCode::parse),
                json.number("revision", KeyRevisionNumber::new),
                json.number("type", KeyType::ofNumber),
                json.number("baseDate", BaseDate::ofYear),
                json.number("expiry", KeyExpiryNumber::new),
                json.text("activeFrom", Instant::parse),
                json.text("algorithm", StrictJson.oneOf(KeyGeneration.class)));
    }

    static Map<String, Object> json(VendingKeyInfo info) {
        Map<String, Object> json = json(facts(info));
        json.put("keyCheckValue", info.keyCheckValue());
        json.put("testOnly", info.testOnly());
        putIfThere(json, "expiredAt", info.expiredAt());
        putIfThere(json, "destroyedAt", info.destroyedAt());
        return json;
    }

    static VendingKeyInfo info(StrictJson json) throws SecurityModuleException {
        VendingKeyFacts facts = facts(json);
        return info(
                facts,
                json.text("keyCheckValue"),
                json.flag("testOnly"),
                json.optional("expiredAt", Instant::parse),
                json.optional("destroyedAt", Instant::parse));
    }

    static VendingKeyInfo info(
            VendingKeyFacts facts,
            String keyCheckValue,
            boolean testOnly,
            @Nullable Instant expiredAt,
            @Nullable Instant destroyedAt) {
        return new VendingKeyInfo(
                facts.supplyGroup(),
                facts.revision(),
                facts.type(),
                facts.baseDate(),
                facts.expiry(),
                facts.activeFrom(),
                facts.algorithm(),
                keyCheckValue,
                testOnly,
                expiredAt,
                destroyedAt);
    }

    /** What the key came with, without what happened to it since. */
    static VendingKeyFacts facts(VendingKeyInfo info) {
        return new VendingKeyFacts(
                info.supplyGroup(),
                info.revision(),
                info.type(),
                info.baseDate(),
                info.expiry(),
                info.activeFrom(),
                info.algorithm());
    }

    static void putIfThere(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }
}
