package org.metermint.secure.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.metermint.secure.KeyCeremony;
import org.metermint.secure.KeyCeremony.Contribution;
import org.metermint.secure.SecurityModuleException;

/**
 * A ceremony as it lies in the key file.
 *
 * @param components as many as there are contributions while it is open, none afterwards
 */
record CeremonyEntry(KeyCeremony ceremony, List<SealedOctets> components) {
    CeremonyEntry {
        components = List.copyOf(components);
    }

    private static final String[] NAMES = {
        "id",
        "key",
        "custodians",
        "expectedCheckValue",
        "begunBy",
        "begunAt",
        "contributions",
        "state",
        "endedAt",
        "keyCheckValue",
        "testOnly"
    };

    static CeremonyEntry read(StrictJson json) throws SecurityModuleException {
        List<String> names = new ArrayList<>(List.of(NAMES));
        names.add("components");
        json.only(names.toArray(String[]::new));
        List<SealedOctets> components = new ArrayList<>();
        for (StrictJson one : json.objects("components")) {
            components.add(SealedOctets.read(one.only("nonce", "wrapped")));
        }
        return new CeremonyEntry(members(json), components);
    }

    /** A ceremony without components. */
    static KeyCeremony ceremony(StrictJson json) throws SecurityModuleException {
        json.only(NAMES);
        return members(json);
    }

    private static KeyCeremony members(StrictJson json) throws SecurityModuleException {
        List<Contribution> contributions = new ArrayList<>();
        for (StrictJson one : json.objects("contributions")) {
            one.only("custodian", "at", "checkValue");
            contributions.add(
                    new Contribution(one.text("custodian"), one.text("at", Instant::parse), one.text("checkValue")));
        }
        return new KeyCeremony(
                json.text("id"),
                KeyFactsJson.facts(json.object("key").only(KeyFactsJson.NAMES)),
                json.number("custodians"),
                json.optional("expectedCheckValue", text -> text),
                json.text("begunBy"),
                json.text("begunAt", Instant::parse),
                contributions,
                json.text("state", StrictJson.oneOf(KeyCeremony.State.class)),
                json.optional("endedAt", Instant::parse),
                json.optional("keyCheckValue", text -> text),
                json.flag("testOnly"));
    }

    Map<String, Object> json() {
        Map<String, Object> json = json(ceremony);
        json.put("components", components.stream().map(SealedOctets::json).toList());
        return json;
    }

    /** A ceremony without components. */
    static Map<String, Object> json(KeyCeremony ceremony) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", ceremony.id());
        json.put("key", KeyFactsJson.json(ceremony.facts()));
        json.put("custodians", ceremony.custodians());
        KeyFactsJson.putIfThere(json, "expectedCheckValue", ceremony.expectedCheckValue());
        json.put("begunBy", ceremony.begunBy());
        json.put("begunAt", ceremony.begunAt().toString());
        List<Map<String, Object>> contributions = new ArrayList<>();
        for (Contribution one : ceremony.contributions()) {
            Map<String, Object> contribution = new LinkedHashMap<>();
            contribution.put("custodian", one.custodian());
            contribution.put("at", one.at().toString());
            contribution.put("checkValue", one.checkValue());
            contributions.add(contribution);
        }
        json.put("contributions", contributions);
        json.put("state", ceremony.state().name());
        KeyFactsJson.putIfThere(json, "endedAt", ceremony.endedAt());
        KeyFactsJson.putIfThere(json, "keyCheckValue", ceremony.keyCheckValue());
        json.put("testOnly", ceremony.testOnly());
        return json;
    }
}
