package org.metermint.app.load;

import java.nio.ByteBuffer;

/** One request on its way over one connection, and what its sender wants to remember of it until it is answered. */
final class Exchange {

    /** The octets of the request, ready to be sent. */
    final ByteBuffer request = ByteBuffer.allocateDirect(Orders.LONGEST_REQUEST);

    /** The number of the order. */
    long ordinal;

    /** When the request should have been sent. */
    long due;

    /** When it was handed to the connection. */
    long sent;

    /** Whether the order ends with this request; a copy of it has no such say. */
    boolean leading;
}
