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
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;

/**
 * The file in which the policy of a module lies: for people to read, and sealed under the data key of the store, so that
 * an edit by anybody but the module is found. A store without the file has the standard policy, and a file that was taken
 * away is known to be missing from the record of what the module did.
 */
final class PolicyFile {
    static final String NAME = "policy.json";

    private static final String FORMAT = "metermint issue policy";
    private static final int VERSION = 1;
    private static final long MAX_SIZE = 4 << 20;

    private final Path file;
    private final UUID module;
    private final UnaryOperator<byte[]> sealer;
    private volatile IssuePolicy current;

    private PolicyFile(Path directory, UUID module, UnaryOperator<byte[]> sealer)
            throws IOException, SecurityModuleException {
        this.file = directory.resolve(NAME);
        this.module = module;
        this.sealer = sealer;
        this.current = read();
    }

    /**
     * Opens the policy of a directory.
     *
     * @param sealer a keyed function of this module
     */
    static PolicyFile open(Path directory, UUID module, UnaryOperator<byte[]> sealer)
            throws IOException, SecurityModuleException {
        return new PolicyFile(directory, module, sealer);
    }

    /** The policy that holds. */
    IssuePolicy current() {
        return current;
    }

    private IssuePolicy read() throws IOException, SecurityModuleException {
        if (!Files.exists(file)) {
            return IssuePolicy.standard();
        }
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

    /** Replaces the policy; when this returns, it lies on the disk. */
    synchronized void replace(IssuePolicy policy) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("version", VERSION);
        json.put("module", module.toString());
        json.put("policy", PolicyJson.object(policy));
        json.put("seal", HexFormat.of().formatHex(seal(policy)));
        DurableFiles.replace(file, StrictJson.write(json));
        current = policy;
    }

    /** What tells a policy from every other of this module. */
    byte[] seal(IssuePolicy policy) {
        byte[] head = (FORMAT + VERSION + module).getBytes(StandardCharsets.UTF_8);
        byte[] content = PolicyJson.write(policy);
        byte[] both = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, both, head.length, content.length);
        return sealer.apply(both);
    }
}
