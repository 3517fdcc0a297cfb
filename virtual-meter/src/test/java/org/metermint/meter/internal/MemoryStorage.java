package org.metermint.meter.internal;

import java.io.IOException;
import java.util.Arrays;

/** A file in memory, whose disk can be made to fill up or to cut a write short. */
final class MemoryStorage implements Storage {
    byte[] content;
    private long room = Long.MAX_VALUE;

    MemoryStorage(byte[] content) {
        this.content = content.clone();
    }

    /** From now on the disk takes so many octets more; a write beyond leaves its beginning. */
    void leaveRoom(long octets) {
        room = octets;
    }

    @Override
    public byte[] read() {
        return content.clone();
    }

    @Override
    public void append(byte[] octets) throws IOException {
        int written = (int) Math.min(room, octets.length);
        int end = content.length;
        content = Arrays.copyOf(content, end + written);
        System.arraycopy(octets, 0, content, end, written);
        spend(written, octets.length);
    }

    @Override
    public void truncate(long length) {
        content = Arrays.copyOf(content, (int) length);
    }

    @Override
    public void replace(byte[] next) throws IOException {
        spend(Math.min(room, next.length), next.length);
        content = next.clone();
    }

    private void spend(long written, int wanted) throws IOException {
        room -= written;
        if (written < wanted) {
            throw new IOException("no space left on device");
        }
    }

    @Override
    public void close() {}
}
