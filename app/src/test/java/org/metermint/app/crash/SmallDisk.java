package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disk of a given size that a test can fill: a file system in memory, in a mount namespace of its own, which only
 * programs started {@linkplain #within within} it see at its place. It takes no privilege where users may make
 * namespaces, and goes with the process that holds it.
 */
final class SmallDisk implements AutoCloseable {

    private static final String FILLER = "filler";

    private final Process holder;
    private final Path place;

    private SmallDisk(Process holder, Path place) {
        this.holder = holder;
        this.place = place;
    }

    /** Mounts a disk on an existing directory. */
    static SmallDisk mount(Path place, int mebibytes) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", isRoot() ? "-m" : "-rm", "sh", "-c"));
        command.add("mount -t tmpfs -o size=" + mebibytes + "m,mode=0700 tmpfs \"$0\" && echo mounted && exec cat");
        command.add(place.toString());
        Process holder = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(holder.inputReader().readLine()).as("a mount in a namespace").isEqualTo("mounted");
        return new SmallDisk(holder, place);
    }

    /** What stands before a command line to run it where the disk is. */
    List<String> within() {
        String pid = Long.toString(holder.pid());
        return isRoot()
                ? List.of("nsenter", "-t", pid, "-m", "--")
                : List.of("nsenter", "-t", pid, "-U", "-m", "--preserve-credentials", "--");
    }

    /** Copies a directory to one that does not exist, each on the disk or not, as they are seen within. */
    void copy(Path from, Path to) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(within());
        command.addAll(List.of("cp", "-a", from.toString(), to.toString()));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    /** Where a path on the disk is seen from outside. */
    Path seenFromOutside(Path onDisk) {
        return Path.of("/proc/" + holder.pid() + "/root" + onDisk);
    }

    /** Takes all the space that is left. */
    void fill() throws IOException {
        for (int size = 1 << 20; size >= 1 << 10; size >>= 1) {
            try (OutputStream filler = Files.newOutputStream(seenFromOutside(place.resolve(FILLER + size)))) {
                while (true) {
                    filler.write(new byte[size]);
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("No space left on device");
            }
        }
    }

    /** Gives the space back. */
    void free() throws IOException {
        try (var files = Files.newDirectoryStream(seenFromOutside(place), FILLER + "*")) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    /** Ends whatever still runs within, and lets the disk go with what is on it. */
    @Override
    public void close() {
        Path namespace = namespace(holder.toHandle()).orElseThrow();
        ProcessHandle.allProcesses()
                .filter(process -> namespace(process).equals(Optional.of(namespace)))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static Optional<Path> namespace(ProcessHandle process) {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/ns/mnt")));
        } catch (IOException e) {
            return Optional.empty(); // somebody else's, or gone
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
