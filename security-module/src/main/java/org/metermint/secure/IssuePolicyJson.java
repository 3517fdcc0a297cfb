package org.metermint.secure;

import java.nio.file.Path;
import org.metermint.secure.internal.PolicyJson;

/** A policy as JSON: what an operator edits, and what lies in the store. */
public final class IssuePolicyJson {
    private IssuePolicyJson() {}

    /** The policy as JSON, with its password hashes. */
    public static byte[] write(IssuePolicy policy) {
        return PolicyJson.write(policy);
    }

    /**
     * Reads a policy that somebody wrote; every member must be known and present.
     *
     * @param source named by errors
     * @throws IllegalArgumentException naming member, value and what is wrong with it
     */
    public static IssuePolicy read(Path source, byte[] json) {
        try {
            return PolicyJson.read(source, json);
        } catch (SecurityModuleException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
