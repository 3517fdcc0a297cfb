package org.metermint.secure;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;

/**
 * A process that changes keys and policy of a module until it is killed. The steps have numbers, and what a module looks like
 * after so many of them follows from the number. It writes {@code begin N} before the step of that number and
 * {@code done N} after it.
 */
final class CustodyChild {
    /** How many steps there are before a supply group is followed by the next. */
    private static final int STEPS = 6;

    private CustodyChild() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int done = Integer.parseInt(arguments[1]);
        try (SoftwareSecurityModule module = open(directory, source(done))) {
            say("ready");
            for (int step = done; ; step++) {
                say("begin " + step);
                take(step, directory, module);
                say("done " + step);
            }
        }
    }

    static SoftwareSecurityModule open(Path directory, int source) throws Exception {
        return SoftwareSecurityModule.open(
                directory, source(directory, source), new TestModules.TestClock().clock(), TestModules.RND_5);
    }

    private static KeyEncryptionKeySource source(Path directory, int number) throws Exception {
        return TestModules.keyFile(directory.resolveSibling(directory.getFileName() + "-" + number));
    }

    private static void take(int step, Path directory, SoftwareSecurityModule module) throws Exception {
        int group = step / STEPS;
        switch (step % STEPS) {
            case 0 -> module.importVendingKey(facts(group, 1), key(group));
            case 1 -> module.custody().expire(name(group), "Ada", "moved");
            case 2 -> module.custody().destroy(name(group), "Ada", "Grace", "no meter is left");
            case 3 -> {
                IssuePolicy old = module.policy();
                module.setPolicy(
                        new IssuePolicy(old.clients(), old.limits(), old.inhibitFrom(), ahead(group + 1)), "Ada");
            }
            case 4 -> module.custody().rotateKeyEncryptionKey(source(directory, (group + 1) % 2), "Ada");
            default -> module.custody().beginCeremony(facts(group, 2), 2, null, "Ada");
        }
    }

    private static Duration ahead(int policies) {
        return policies == 0 ? IssuePolicy.standard().maxAhead() : Duration.ofMinutes(policies);
    }

    /** Which source opens a store after so many steps. */
    static int source(int steps) {
        return (steps + 1) / STEPS % 2;
    }

    /** What a module says of itself after so many steps, but for the ids of its ceremonies. */
    static List<String> expected(int steps) {
        List<String> state = new ArrayList<>();
        for (int group = 0; group * STEPS < steps; group++) {
            int taken = steps - group * STEPS;
            state.add(name(group) + (taken > 1 ? " expired" : "") + (taken > 2 ? " destroyed" : ""));
        }
        state.add("ahead " + ahead((steps + 2) / STEPS).toMinutes());
        state.add("ceremonies " + steps / STEPS);
        return state;
    }

    static List<String> state(SoftwareSecurityModule module) throws SecurityModuleException {
        List<String> state = new ArrayList<>();
        for (VendingKeyInfo key : module.vendingKeys()) {
            state.add(key.name()
                    + (key.expiredAt() == null ? "" : " expired")
                    + (key.destroyedAt() == null ? "" : " destroyed"));
        }
        state.add("ahead " + module.policy().maxAhead().toMinutes());
        state.add("ceremonies " + module.custody().ceremonies().size());
        return state;
    }

    private static VendingKeyFacts facts(int group, int revision) {
        return TestModules.facts(
                400_000 + group, revision, KeyType.DUTK, BaseDate.BASE_2014, 255, KeyGeneration.DKGA04);
    }

    private static VendingKeyName name(int group) {
        return new VendingKeyName(new SupplyGroupCode(400_000 + group), new KeyRevisionNumber(1), KeyType.DUTK);
    }

    private static byte[] key(int group) {
        byte[] key = HexFormat.of().parseHex("00112233445566778899aabbccddeeff01234567");
        ByteBuffer.wrap(key).putInt(group);
        return key;
    }

    private static void say(String line) {
        System.out.print(line + "\n");
        System.out.flush();
    }
}
