package org.metermint.secure;

/** The answer to one of many requests: its tokens, or why there are none. */
public sealed interface IssueOutcome {
    /** The id of the request that this answers. */
    MessageId messageId();

    /** The request has tokens, issued now or before. */
    record Issued(IssuedTokens tokens) implements IssueOutcome {
        @Override
        public MessageId messageId() {
            return tokens.messageId();
        }
    }

    /** The request has no tokens; the kind of the reason says whether to repeat it. */
    record Refused(MessageId messageId, SecurityModuleException reason) implements IssueOutcome {}
}
