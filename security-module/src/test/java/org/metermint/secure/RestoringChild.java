package org.metermint.secure;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that restores a backup into one directory after another until it is killed. It writes {@code begin N} before it
 * restores into the directory of that number and {@code done N} after it.
 */
final class RestoringChild {
    static final String PASSPHRASE = "correct horse battery";

    private RestoringChild() {}

    public static void main(String[] arguments) throws Exception {
        Path parent = Path.of(arguments[0]);
        for (int number = Integer.parseInt(arguments[1]); ; number++) {
            System.out.print("begin " + number + "\n");
            System.out.flush();
            restore(parent, number);
            System.out.print("done " + number + "\n");
            System.out.flush();
        }
    }

    static Path directory(Path parent, int number) {
        return parent.resolve("restored" + number);
    }

    static RestoreReceipt restore(Path parent, int number) throws Exception {
        return SoftwareSecurityModule.restore(
                parent.resolve("backup"),
                PASSPHRASE.toCharArray(),
                directory(parent, number),
                TestModules.keyFile(parent.resolve("restored")),
                "Grace",
                new TestModules.TestClock().clock(),
                Duration.ZERO);
    }
}
