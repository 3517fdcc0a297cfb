package org.metermint.app.server;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened so far; closed again, last first, unless everything was opened and is kept. */
final class Opening implements AutoCloseable {

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    void keep() {
        opened.clear();
    }

    @Override
    public void close() {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("could not be closed: " + resource.getClass(), e);
            }
        }
    }
}
