package org.metermint.secure.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.metermint.secure.AuditEvent;
import org.metermint.secure.EventKind;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.internal.record.Sha256;

/**
 * The file in which the policy of a module lies: for people to read, and sealed under the data key of the store, so that
 * an edit by anybody but the module is found. Its digest stands in the record of what the module did, so that a file that
 * was taken away, or exchanged for an older one, is found too. A store that never had the file has the standard policy.
 */
final class PolicyFile {
    static final String NAME = "policy.json";

    private static final String FORMAT = "metermint issue policy";
    private static final int VERSION = 1;
    private static final long MAX_SIZE = 4 << 20;

    /** The fact of an event that names a policy. */
    static final String DIGEST = "digest";

    private final Path file;
    private final RecordedFile versions;
    private final UUID module;
    private final UnaryOperator<byte[]> sealer;
    private volatile IssuePolicy current;

    private PolicyFile(Path directory, UUID module, UnaryOperator<byte[]> sealer)
            throws IOException, SecurityModuleException {
        this.file = directory.resolve(NAME);
        this.versions =
                new RecordedFile(file, DIGEST, EventKind.POLICY_CHANGED, Set.of(), version -> digest(read(version)));
        this.module = module;
        this.sealer = sealer;
        this.current = present();
    }

    /**
     * Opens the policy of a directory, which holds once it is {@linkplain #settle settled}.
     *
     * @param sealer a keyed function of this module
     */
    static PolicyFile open(Path directory, UUID module, UnaryOperator<byte[]> sealer)
            throws IOException, SecurityModuleException {
        return new PolicyFile(directory, module, sealer);
    }

    /**
     * Makes sure that the policy is the last one that the record names.
     *
     * @throws SecurityModuleException of kind CORRUPT if it is another
     */
    synchronized void settle(Trail record) throws IOException, SecurityModuleException {
        versions.settle(record);
        current = present();
    }

    /** The policy that holds. */
    IssuePolicy current() {
        return current;
    }

    private IssuePolicy present() throws IOException, SecurityModuleException {
        return Files.exists(file) ? read(file) : IssuePolicy.standard();
    }

    private IssuePolicy read(Path file) throws IOException, SecurityModuleException {
        if (Files.size(file) > MAX_SIZE) {
            throw StrictJson.corrupt(file, "is larger than " + MAX_SIZE + " octets");
        }
        StrictJson json = StrictJson.parse(file, Files.readAllBytes(file));
        if (!json.text("format").equals(FORMAT)) {
            throw StrictJson.corrupt(file, "has a member format that is not \"" + FORMAT + "\"");
        }
        if (json.number("version") > VERSION) {
            throw new SecurityModuleException(
                    Kind.NEWER_FORMAT,
                    file + " has format version " + json.number("version") + ", this program knows " + VERSION
                            + "; run the version of the program that wrote it, or a later one");
        }
        json.only("format", "version", "module", "policy", "seal");
        IssuePolicy policy = PolicyJson.read(json.object("policy"));
        if (!json.text("module").equals(module.toString())
                || !MessageDigest.isEqual(json.octets("seal"), seal(policy))) {
            throw StrictJson.corrupt(file, "was edited, or belongs to another module: its seal does not fit");
        }
        return policy;
    }

    /**
     * Replaces the policy; when this returns, it lies on the disk and in the record.
     *
     * @throws SecurityModuleException of kind UNAVAILABLE; then the old one holds
     */
    synchronized void replace(IssuePolicy policy, String by) throws SecurityModuleException {
        versions.replace(encode(policy), digest(policy), new AuditEvent(EventKind.POLICY_CHANGED, by, Map.of()));
        current = policy;
    }

    private byte[] encode(IssuePolicy policy) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("version", VERSION);
        json.put("module", module.toString());
        json.put("policy", PolicyJson.object(policy));
        json.put("seal", HexFormat.of().formatHex(seal(policy)));
        return StrictJson.write(json);
    }

    /** The SHA-256 of a policy as JSON, in hexadecimal digits: everybody who has the policy can compute it. */
    static String digest(IssuePolicy policy) {
        return HexFormat.of().formatHex(Sha256.of(PolicyJson.write(policy)));
    }

    /** What tells a policy from every other of this module. */
    private byte[] seal(IssuePolicy policy) {
        byte[] head = (FORMAT + VERSION + module).getBytes(StandardCharsets.UTF_8);
        byte[] content = PolicyJson.write(policy);
        byte[] both = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, both, head.length, content.length);
        return sealer.apply(both);
    }
}
