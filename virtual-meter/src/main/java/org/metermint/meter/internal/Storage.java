package org.metermint.meter.internal;

import java.io.IOException;

/** One file, as a {@link StateLog} needs it. What returns has reached the disk. */
interface Storage extends AutoCloseable {
    /** All octets of the file. */
    byte[] read() throws IOException;

    /** Puts octets at the end of the file, durably. */
    void append(byte[] octets) throws IOException;

    /** Cuts the file to a length, durably. */
    void truncate(long length) throws IOException;

    /** Puts other content in place of all of it, in one durable step: whenever the power fails, it is the old or the new. */
    void replace(byte[] content) throws IOException;

    @Override
    void close() throws IOException;
}
