package org.metermint.vending.sale.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A bounded queue that is fair to those who fill it: one of each owner in turn is taken, whatever else an owner has in
 * line. The last quarter of the places is for owners with less than an equal share, so that a storm of one leaves room
 * for the others.
 */
final class FairQueue<T> {
    private final int capacity;

    /** What one owner has in line. */
    private record Line<T>(String owner, ArrayDeque<T> items) {}

    private final Map<String, Line<T>> byOwner = new HashMap<>();
    private final ArrayDeque<Line<T>> turns = new ArrayDeque<>();
    private int size;

    /** A queue of at least one place. */
    FairQueue(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " is below 1");
        }
        this.capacity = capacity;
    }

    /** Puts an item in line, unless the queue or the owner's share of it is full. */
    synchronized boolean offer(String owner, T item) {
        Line<T> own = byOwner.get(owner);
        int waiting = own == null ? 0 : own.items().size();
        int owners = byOwner.size() + (own == null ? 1 : 0);
        boolean crowded = size >= capacity - capacity / 4;
        boolean overShare = waiting >= Math.max(1, capacity / owners);
        if (size >= capacity || (crowded && overShare)) {
            return false;
        }
        line(owner).addLast(item);
        size++;
        return true;
    }

    /** Puts back what was taken, at the end of its owner's line and whatever the capacity. */
    synchronized void putBack(String owner, T item) {
        line(owner).addLast(item);
        size++;
    }

    private ArrayDeque<T> line(String owner) {
        return byOwner.computeIfAbsent(owner, key -> {
                    Line<T> line = new Line<>(key, new ArrayDeque<>());
                    turns.addLast(line);
                    return line;
                })
                .items();
    }

    /** Takes up to so many items, one of each owner in turn; an owner's own items stay in their order. */
    synchronized List<T> take(int most) {
        List<T> taken = new ArrayList<>(Math.min(most, size));
        while (taken.size() < most && size > 0) {
            Line<T> line = turns.removeFirst();
            taken.add(line.items().removeFirst());
            size--;
            if (line.items().isEmpty()) {
                byOwner.remove(line.owner());
            } else {
                turns.addLast(line);
            }
        }
        return taken;
    }

    synchronized int size() {
        return size;
    }
}
