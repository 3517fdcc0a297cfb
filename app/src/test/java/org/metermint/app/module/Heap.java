package org.metermint.app.module;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The heap of a process, written to a file by the tool of the JDK, and a search in it. */
final class Heap {
    private static final int PREFIX = 4;
    private static final long WINDOW = 1L << 28;
    private static final int LONGEST = 256;

    private Heap() {}

    /** Names by the octets that may stand for them. */
    static final class Patterns {
        private final Map<Integer, List<Pattern>> byPrefix = new HashMap<>();
        private final BitSet prefixes = new BitSet(1 << 16);

        private record Pattern(String name, ByteBuffer octets) {}

        private void add(String name, byte[] octets) {
            if (octets.length < PREFIX || octets.length > LONGEST) {
                throw new IllegalArgumentException("a pattern of " + octets.length + " octets");
            }
            int prefix = ByteBuffer.wrap(octets).getInt();
            byPrefix.computeIfAbsent(prefix, none -> new ArrayList<>())
                    .add(new Pattern(name, ByteBuffer.wrap(octets.clone())));
            prefixes.set(prefix >>> 16);
        }

        /** A text, in every form that the virtual machine gives texts. */
        Patterns text(String name, String text) {
            for (Charset charset :
                    List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
                add(name, text.getBytes(charset));
            }
            return this;
        }

        /** A key: its octets in order, as longs and ints of either order, and as hexadecimal text. */
        Patterns key(String name, byte[] key) {
            add(name, key);
            add(name, reversed(key, key.length));
            if (key.length % Long.BYTES == 0) {
                add(name, reversed(key, Long.BYTES));
            }
            if (key.length % Integer.BYTES == 0) {
                add(name, reversed(key, Integer.BYTES));
            }
            for (int at = 0; at + Long.BYTES <= key.length; at += Long.BYTES) { // a field of its own for each part
                byte[] part =
                        ByteBuffer.allocate(Long.BYTES).put(key, at, Long.BYTES).array();
                add(name, part);
                add(name, reversed(part, Long.BYTES));
            }
            String hex = HexFormat.of().formatHex(key);
            return text(name, hex).text(name, hex.toUpperCase(Locale.ROOT));
        }

        private static byte[] reversed(byte[] octets, int group) {
            byte[] reversed = new byte[octets.length];
            for (int i = 0; i < octets.length; i++) {
                int start = i / group * group;
                reversed[start + group - 1 - (i - start)] = octets[i];
            }
            return reversed;
        }

        /** Which of the names stand in a file. */
        Set<String> in(Path file) throws IOException {
            Set<String> found = new HashSet<>();
            try (FileChannel channel = FileChannel.open(file)) {
                for (long at = 0; at < channel.size(); at += WINDOW) {
                    long length = Math.min(channel.size() - at, WINDOW + LONGEST);
                    ByteBuffer window = channel.map(FileChannel.MapMode.READ_ONLY, at, length)
                            .order(ByteOrder.BIG_ENDIAN);
                    search(window, found);
                }
            }
            return found;
        }

        private void search(ByteBuffer window, Set<String> found) {
            for (int i = 0; i + PREFIX <= window.limit(); i++) {
                if (prefixes.get(window.getShort(i) & 0xFFFF)) {
                    for (Pattern pattern : byPrefix.getOrDefault(window.getInt(i), List.of())) {
                        int length = pattern.octets.limit();
                        if (i + length <= window.limit()
                                && window.slice(i, length).equals(pattern.octets)) {
                            found.add(pattern.name);
                        }
                    }
                }
            }
        }
    }

    /** Writes the heap of a process to a file, with or without what nothing refers to any more. */
    static Path dump(Process process, Path file, boolean all) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.heap_dump"));
        if (all) {
            command.add("-all");
        }
        command.add(file.toString());
        Process jcmd = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!jcmd.waitFor(2, TimeUnit.MINUTES) || jcmd.exitValue() != 0) {
            throw new IOException("jcmd: " + said);
        }
        return file;
    }
}
