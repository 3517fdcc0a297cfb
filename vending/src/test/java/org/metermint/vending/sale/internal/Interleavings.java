package org.metermint.vending.sale.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs a small world of several actors in every order in which their steps can interleave. Each order is run from the
 * beginning, so that the world needs no copy; an order in which nobody can go on and somebody has not ended is a deadlock.
 */
final class Interleavings {
    /** A world whose steps are chosen from outside. */
    interface World {
        /** The actors that can take their next step now. */
        List<Integer> ready();

        void step(int actor);

        boolean isFinished();
    }

    private record Choice(int taken, int of) {}

    private Interleavings() {}

    /**
     * Runs every order, and looks at the world after each.
     *
     * @return how many orders there are
     */
    static <W extends World> long each(Supplier<W> beginning, Consumer<W> afterwards) {
        List<Choice> path = new ArrayList<>();
        long orders = 0;
        do {
            W world = beginning.get();
            for (int depth = 0; !world.isFinished(); depth++) {
                List<Integer> ready = world.ready();
                if (ready.isEmpty()) {
                    throw new IllegalStateException("deadlock");
                }
                if (depth == path.size()) {
                    path.add(new Choice(0, ready.size()));
                }
                world.step(ready.get(path.get(depth).taken()));
            }
            afterwards.accept(world);
            orders++;
        } while (isNext(path));
        return orders;
    }

    private static boolean isNext(List<Choice> path) {
        while (!path.isEmpty()) {
            Choice last = path.removeLast();
            if (last.taken() + 1 < last.of()) {
                path.add(new Choice(last.taken() + 1, last.of()));
                return true;
            }
        }
        return false;
    }
}
