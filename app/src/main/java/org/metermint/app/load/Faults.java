package org.metermint.app.load;

import java.util.ArrayList;
import java.util.List;

/** What is wrong: all of it is counted, and the first of it kept in words. No meter and no token is named. */
final class Faults {

    /** How many are kept. */
    static final int KEPT = 200;

    private final List<String> words = new ArrayList<>();
    private long count;

    void add(String fault) {
        count++;
        if (words.size() < KEPT) {
            words.add(fault);
        }
    }

    long count() {
        return count;
    }

    /** The first {@value #KEPT} of them. */
    List<String> words() {
        return List.copyOf(words);
    }
}
