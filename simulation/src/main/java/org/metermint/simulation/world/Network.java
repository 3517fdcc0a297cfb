package org.metermint.simulation.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Messages on their way. Whichever is taken next is chance, so that they overtake each other; some never arrive. */
final class Network {
    private static final int LOST_OF_100 = 8;
    private static final int DOUBLED_OF_100 = 8;

    private final Random random;
    private final List<Message> underWay = new ArrayList<>();
    private boolean honest;
    private long lost;
    private long doubled;

    Network(Random random) {
        this.random = random;
    }

    /** From now on nothing is lost or doubled. */
    void becomeHonest() {
        honest = true;
    }

    void send(Message message) {
        int fate = honest ? 100 : random.nextInt(100);
        if (fate < LOST_OF_100) {
            lost++;
            return;
        }
        underWay.add(message);
        if (fate < LOST_OF_100 + DOUBLED_OF_100) {
            underWay.add(message);
            doubled++;
        }
    }

    boolean isEmpty() {
        return underWay.isEmpty();
    }

    /** Takes some messages, each of them any of those under way. */
    List<Message> take(int most) {
        List<Message> taken = new ArrayList<>();
        while (taken.size() < most && !underWay.isEmpty()) {
            int last = underWay.size() - 1;
            int index = random.nextInt(underWay.size());
            taken.add(underWay.set(index, underWay.get(last)));
            underWay.remove(last);
        }
        return taken;
    }

    long lost() {
        return lost;
    }

    long doubled() {
        return doubled;
    }
}
