package org.metermint.secure.internal;

import org.metermint.secure.ClientName;
import org.metermint.secure.MessageId;

/** What names a message among all of a module: its id, which its client chose. */
record MessageKey(ClientName client, MessageId id) {}
