package org.metermint.app.key;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A path by which a socket can be bound or reached. The system takes some hundred octets; a longer path is reached by a
 * link in a directory of its own, which is there as long as this is open.
 */
final class SocketPath implements AutoCloseable {
    private static final int LONGEST = 100;

    private final Path path;
    private final @Nullable Path link;

    private SocketPath(Path path, @Nullable Path link) {
        this.path = path;
        this.link = link;
    }

    static SocketPath of(Path directory, String name) throws IOException {
        Path direct = directory.toAbsolutePath().resolve(name);
        if (direct.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
            return new SocketPath(direct, null);
        }
        Path own = Files.createTempDirectory("mm"); // which only its owner enters
        Path link = Files.createSymbolicLink(own.resolve("d"), directory.toAbsolutePath());
        return new SocketPath(link.resolve(name), link);
    }

    UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(path);
    }

    @Override
    public void close() throws IOException {
        if (link != null) {
            Files.delete(link);
            Files.delete(Objects.requireNonNull(link.getParent(), "a link lies in a directory"));
        }
    }
}
