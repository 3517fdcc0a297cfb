package org.metermint.secure.internal.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.metermint.secure.internal.DurableFiles;

/**
 * The directory of the record: {@code segment-00000001} and so on, each with the records that follow those of the one
 * before, and {@code checkpoint-00000042}, what had come of all records before the segment of that number.
 */
final class RecordDirectory {
    private static final Pattern SEGMENT = Pattern.compile("segment-(\\d{8})");
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{8})");

    private final Path directory;

    RecordDirectory(Path directory) {
        this.directory = directory;
    }

    Path segment(int number) {
        return directory.resolve(String.format("segment-%08d", number));
    }

    Path checkpoint(int number) {
        return directory.resolve(String.format("checkpoint-%08d", number));
    }

    Path path() {
        return directory;
    }

    /** The numbers of the segments, in order; empty if there is no such directory. */
    List<Integer> segments() throws IOException {
        return numbers(SEGMENT);
    }

    private List<Integer> numbers(Pattern pattern) throws IOException {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (Path file : files()) {
            Matcher name = pattern.matcher(file.getFileName().toString());
            if (name.matches()) {
                numbers.add(Integer.parseInt(name.group(1)));
            }
        }
        return new ArrayList<>(numbers);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Removes what a crash left of files on their way in, and checkpoints that are not that of the newest segment. */
    void tidy(int newest) throws IOException {
        for (Path file : files()) {
            if (file.getFileName().toString().endsWith(DurableFiles.NEXT)) {
                Files.deleteIfExists(file);
            }
        }
        for (int number : numbers(CHECKPOINT)) {
            if (number != newest) {
                Files.deleteIfExists(checkpoint(number));
            }
        }
    }
}
