package org.metermint.secure;

/** A request and the tokens that it was answered with. */
public record IssuedRecord(IssueRequest request, IssuedTokens tokens) {}
