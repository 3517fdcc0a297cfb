package org.metermint.secure;

import org.metermint.token.TestToken;

/**
 * Asks for one token of class 1, which makes any meter of a manufacturer test or show something. No key and no
 * identifier goes into it.
 */
public record IssueMeterTest(MessageId messageId, TestToken token) implements IssueRequest {}
