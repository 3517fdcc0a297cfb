package org.metermint.secure;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A process of this class path that is killed at a random instant of its life. */
final class KilledProcess {
    private static final int LONGEST_START_MILLIS = 1_500;
    /** Of what it says before its end is near, so that a slow machine gets as far as a fast one. */
    private static final int MOST_LINES = 30;

    private KilledProcess() {}

    /**
     * Lets a process live and die: one in five while it starts, the others after a number of lines and a while longer.
     *
     * @param longestWorkMillis that while, at most
     * @return the whole lines that it wrote
     */
    static List<String> run(Random random, int longestWorkMillis, Class<?> main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        boolean whileStarting = random.nextInt(5) == 0;
        int lines = whileStarting ? 0 : 1 + random.nextInt(MOST_LINES);
        StringBuilder said = new StringBuilder();
        try (InputStream out = child.getInputStream()) {
            while (lines > 0) {
                int c = out.read();
                if (c < 0) {
                    break;
                }
                said.append((char) c);
                lines -= c == '\n' ? 1 : 0;
            }
            Thread killer = Thread.startVirtualThread(() -> {
                try {
                    Thread.sleep(random.nextInt(whileStarting ? LONGEST_START_MILLIS : longestWorkMillis));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                child.toHandle().destroyForcibly(); // unlike that of Process, leaves its output to be read
            });
            said.append(new String(out.readAllBytes(), StandardCharsets.US_ASCII));
            killer.join();
        }
        child.waitFor();
        return said.substring(0, said.lastIndexOf("\n") + 1).lines().toList(); // the kill may have torn the last line
    }
}
