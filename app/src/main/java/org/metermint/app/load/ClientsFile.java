package org.metermint.app.load;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.metermint.app.CommandFailure;
import org.metermint.app.client.Credential;

/** A file of credentials that only its owner can read: one client a line, id and secret with a colon between. */
final class ClientsFile {

    private ClientsFile() {}

    /**
     * The clients of a file.
     *
     * @throws CommandFailure if it cannot be read, or a line is no credential; the line is not repeated
     */
    static List<Credential> read(Path file) {
        List<Credential> clients = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                int colon = line.indexOf(':');
                if (colon < 1 || colon == line.length() - 1 || line.length() > 256) {
                    throw new CommandFailure(
                            file + ", line " + (i + 1) + " is no credential",
                            "Write one client a line: its id, a colon, its secret.");
                }
                clients.add(new Credential(line.substring(0, colon), line.substring(colon + 1)));
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot read the clients file " + file + ": " + e.getMessage(),
                    "Make one with metermint load prepare, or name a client with --client and --secret-file.",
                    e);
        }
        if (clients.isEmpty()) {
            throw new CommandFailure(
                    file + " holds no client", "Write one client a line: its id, a colon, its secret.");
        }
        return clients;
    }

    /**
     * Writes clients to a file that only its owner can read, whole or not at all; one that is there is replaced.
     *
     * @throws CommandFailure if that fails
     */
    static void write(Path file, List<Credential> clients) {
        StringBuilder lines = new StringBuilder();
        clients.forEach(client -> lines.append(client.client())
                .append(':')
                .append(client.secret())
                .append('\n'));
        Path whole = file.toAbsolutePath();
        Path draft = whole.resolveSibling(whole.getFileName() + ".new");
        try {
            Files.deleteIfExists(draft);
            Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, lines);
            Files.move(draft, whole, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            throw cannotWrite(file, "another process writes it", e);
        } catch (IOException e) {
            throw cannotWrite(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static CommandFailure cannotWrite(Path file, String why, IOException cause) {
        return new CommandFailure(
                "cannot write the clients file " + file + ": " + why,
                "Check the directory and its free space, or name another file with --clients.",
                cause);
    }
}
