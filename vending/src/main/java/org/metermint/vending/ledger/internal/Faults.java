package org.metermint.vending.ledger.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a proof found wrong: the first sentences of each kind, and how many more there are. */
final class Faults {
    static final int FIRST = 10;

    private static final class Kind {
        private final List<String> sentences = new ArrayList<>();
        private long more;
    }

    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    void add(String kind, String sentence) {
        Kind of = kinds.computeIfAbsent(kind, name -> new Kind());
        if (of.sentences.size() < FIRST) {
            of.sentences.add(sentence);
        } else {
            of.more++;
        }
    }

    /** Says that there are more of a kind than were told. */
    void addMore(String kind, long more) {
        kinds.computeIfAbsent(kind, name -> new Kind()).more += more;
    }

    List<String> sentences() {
        List<String> all = new ArrayList<>();
        for (Kind kind : kinds.values()) {
            all.addAll(kind.sentences);
            if (kind.more > 0) {
                all.add("and " + kind.more + " more like it");
            }
        }
        return all;
    }
}
