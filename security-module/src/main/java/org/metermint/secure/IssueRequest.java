package org.metermint.secure;

/** A request for tokens. Two requests are the same if all their components are equal. */
public sealed interface IssueRequest
        permits IssueCredit, IssueCurrencyCredit, IssueKeyChange, IssueManagement, IssueMeterTest {
    /** The caller's id of this request, chosen once and kept for every repetition. */
    MessageId messageId();
}
