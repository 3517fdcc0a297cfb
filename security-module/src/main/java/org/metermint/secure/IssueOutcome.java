package org.metermint.secure;

import java.util.UUID;

/** The answer to one of many requests: its tokens, or why there are none. */
public sealed interface IssueOutcome {
    /** The id of the request that this answers. */
    UUID messageId();

    /** The request has tokens, issued now or before. */
    record Issued(IssuedTokens tokens) implements IssueOutcome {
        @Override
        public UUID messageId() {
            return tokens.messageId();
        }
    }

    /** The request has no tokens; the kind of the reason says whether to repeat it. */
    record Refused(UUID messageId, SecurityModuleException reason) implements IssueOutcome {}
}
