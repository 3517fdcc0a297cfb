package org.metermint.app.key;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Keys and ceremonies in words and tables, for people. */
final class KeyWords {
    private static final String ROW = "%-11s  %-8s  %-5s  %-9s  %-6s  %-20s  %-20s  %-11s  %s%n";

    private KeyWords() {}

    static String list(JsonNode answer) {
        StringBuilder words = new StringBuilder();
        if (answer.path("keys").isEmpty()) {
            words.append("There are no vending keys.\n");
        } else {
            words.append(ROW.formatted("KEY", "ALGO", "BASE", "KEN", "CHECK", "ACTIVE FROM", "EXPIRES", "STATUS", "")
                    .stripTrailing());
            words.append('\n');
            for (JsonNode key : answer.path("keys")) {
                words.append(row(key).stripTrailing()).append('\n');
            }
        }
        for (JsonNode alert : answer.path("alerts")) {
            words.append("! ").append(alert.stringValue()).append('\n');
        }
        return words.toString().stripTrailing();
    }

    private static String row(JsonNode key) {
        return ROW.formatted(
                name(key),
                key.path("algorithm").stringValue(),
                key.path("base_date").intValue(),
                key.path("expiry").intValue(),
                key.path("check_value").stringValue(),
                key.path("active_from").stringValue(),
                Instant.parse(key.path("expires_at").stringValue()).truncatedTo(ChronoUnit.SECONDS),
                key.path("status").stringValue(),
                key.path("test_only").booleanValue() ? "TEST ONLY" : "");
    }

    static String name(JsonNode key) {
        return key.path("supply_group").stringValue() + "/"
                + key.path("revision").intValue() + "/" + key.path("type").intValue();
    }

    static String key(JsonNode key) {
        List<String> lines = new ArrayList<>();
        lines.add(fact("key", name(key)));
        lines.add(fact("supply group", key.path("supply_group").stringValue()));
        lines.add(fact("revision (KRN)", key.path("revision").toString()));
        lines.add(fact("type (KT)", key.path("type").toString()));
        lines.add(fact("algorithm", key.path("algorithm").stringValue()));
        lines.add(fact("base date", key.path("base_date").toString()));
        lines.add(fact("expiry number (KEN)", key.path("expiry").toString()));
        lines.add(fact("active from", key.path("active_from").stringValue()));
        lines.add(fact("expires at", key.path("expires_at").stringValue()));
        lines.add(fact("check value", key.path("check_value").stringValue()));
        lines.add(fact("status", key.path("status").stringValue()));
        if (key.has("expired_by_hand_at")) {
            lines.add(fact("expired by hand at", key.path("expired_by_hand_at").stringValue()));
        }
        if (key.has("destroyed_at")) {
            lines.add(fact("destroyed at", key.path("destroyed_at").stringValue()));
        }
        if (key.path("test_only").booleanValue()) {
            lines.add("TEST ONLY: everybody knows this key.");
        }
        return String.join("\n", lines);
    }

    static String ceremony(JsonNode ceremony) {
        List<String> lines = new ArrayList<>();
        lines.add(fact("ceremony", ceremony.path("ceremony").stringValue()));
        lines.add(fact("state", ceremony.path("state").stringValue()));
        lines.add(fact(
                "key",
                name(ceremony) + ", " + ceremony.path("algorithm").stringValue() + ", base date "
                        + ceremony.path("base_date") + ", KEN " + ceremony.path("expiry") + ", active from "
                        + ceremony.path("active_from").stringValue()));
        lines.add(fact(
                "begun",
                ceremony.path("begun_at").stringValue() + " by "
                        + ceremony.path("begun_by").stringValue()));
        if (ceremony.has("expected_check_value")) {
            lines.add(fact("expected", ceremony.path("expected_check_value").stringValue()));
        }
        int number = 1;
        for (JsonNode one : ceremony.path("entered")) {
            lines.add(fact(
                    "component " + number++,
                    one.path("check_value").stringValue() + " at "
                            + one.path("at").stringValue() + " by "
                            + one.path("custodian").stringValue()));
        }
        lines.addAll(ending(ceremony));
        return String.join("\n", lines);
    }

    static String transcript(JsonNode found, boolean isKnown) {
        List<String> lines = new ArrayList<>();
        lines.add("The transcript is as it was signed.");
        lines.add(fact("signed by", found.path("signed_by").stringValue()));
        lines.add(fact("module", found.path("module").stringValue()));
        lines.add(fact("made", found.path("time").stringValue() + ", after record " + found.path("record")));
        lines.add(ceremony(found.path("ceremony")));
        if (!isKnown) {
            lines.add("Compare the key that signed it with that of the module's exports: --public-key does.");
        }
        return String.join("\n", lines);
    }

    private static List<String> ending(JsonNode ceremony) {
        List<String> lines = new ArrayList<>();
        if (ceremony.path("missing").intValue() > 0) {
            lines.add(fact("missing", ceremony.path("missing") + " of " + ceremony.path("custodians") + " components"));
        }
        if (ceremony.has("check_value")) {
            lines.add(fact(
                    "taken in",
                    ceremony.path("ended_at").stringValue() + " with check value "
                            + ceremony.path("check_value").stringValue()));
        } else if (ceremony.has("ended_at")) {
            lines.add(fact("abandoned", ceremony.path("ended_at").stringValue()));
        }
        if (ceremony.path("test_only").booleanValue()) {
            lines.add("TEST ONLY: everybody knows this key.");
        }
        return lines;
    }

    private static String fact(String name, String value) {
        return "%-20s %s".formatted(name, value);
    }
}
