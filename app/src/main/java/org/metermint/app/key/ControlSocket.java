package org.metermint.app.key;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.net.ExtendedSocketOptions;
import org.metermint.app.CommandFailure;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SoftwareSecurityModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How commands reach the process that has a store open: a socket in the directory of the store, for its owner and for
 * root. A request is one line of JSON and then as many octets of a secret as its member {@code secret} says; the answer
 * is one line with a member {@code ok} or {@code error}. One connection carries one request.
 */
public final class ControlSocket implements AutoCloseable {
    /** The name of the socket in the directory of the store. */
    static final String NAME = "control";

    static final int MAX_LINE = 1 << 20;
    static final int MAX_SECRET = 1 << 10;
    private static final int MAX_CONNECTIONS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);

    private final Path path;
    private final ServerSocketChannel server;
    private final KeyOperations operations;
    private final Duration patience;
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closed = new AtomicBoolean();

    private ControlSocket(Path path, ServerSocketChannel server, KeyOperations operations, Duration patience) {
        this.path = path;
        this.server = server;
        this.operations = operations;
        this.patience = patience;
    }

    /**
     * Listens in the directory of a store that this process has open.
     *
     * @throws CommandFailure if the socket cannot be made
     */
    public static ControlSocket open(Path directory, SoftwareSecurityModule module) {
        return open(directory, module, Duration.ofSeconds(30));
    }

    /** Listens, and gives up whoever does not say what it wants in time. */
    static ControlSocket open(Path directory, SoftwareSecurityModule module, Duration patience) {
        Path path = directory.resolve(NAME);
        try {
            Files.deleteIfExists(path); // whoever made it is dead: this process has the lock of the directory
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try (SocketPath reachable = SocketPath.of(directory, NAME)) {
                server.bind(reachable.address());
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            } catch (IOException e) {
                server.close();
                throw e;
            }
            ControlSocket socket =
                    new ControlSocket(path, server, new KeyOperations(module, Clock.systemUTC()), patience);
            Thread.ofVirtual().name("control").start(socket::serve);
            return socket;
        } catch (IOException e) {
            throw new CommandFailure(
                    "the socket " + path + " for the commands `metermint key` cannot be made: " + e.getMessage(),
                    "Check the permissions of the directory and that its file system takes sockets.",
                    e);
        }
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                if (free.tryAcquire()) {
                    Thread.ofVirtual().start(() -> handle(connection));
                } else {
                    connection.close();
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("a connection to {} was not accepted: {}", path, e.getMessage());
            }
        }
    }

    private void handle(SocketChannel connection) {
        connections.add(connection);
        Thread watch = Thread.ofVirtual().start(() -> closeLater(connection));
        try (connection) {
            if (closed.get()) {
                connection.shutdownInput();
            }
            if (isAllowed(connection)) {
                byte[] answer = JsonMapper.shared().writeValueAsBytes(answer(connection));
                ByteBuffer line = ByteBuffer.wrap(Arrays.copyOf(answer, answer.length + 1));
                line.put(answer.length, (byte) '\n');
                while (line.hasRemaining()) {
                    connection.write(line);
                }
            }
        } catch (IOException e) {
            LOG.debug("a connection to {} broke: {}", path, e.getMessage());
        } finally {
            watch.interrupt();
            connections.remove(connection);
            free.release();
        }
    }

    private void closeLater(SocketChannel connection) {
        try {
            Thread.sleep(patience);
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it was answered in time
        } catch (IOException e) {
            LOG.debug("a connection to {} was not closed: {}", path, e.getMessage());
        }
    }

    /** The mode of socket and directory keep others out; this says so once more, whatever became of the modes. */
    private static boolean isAllowed(SocketChannel connection) throws IOException {
        String peer =
                connection.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        return peer.equals("root") || peer.equals(System.getProperty("user.name"));
    }

    private ObjectNode answer(SocketChannel connection) throws IOException {
        InputStream in = new BufferedInputStream(Channels.newInputStream(connection));
        byte[] secret = KeyDesk.NO_SECRET;
        try {
            JsonNode request = parse(line(in));
            int length = request.path("secret").asInt(0);
            if (length < 0 || length > MAX_SECRET) {
                throw new KeyOperations.Malformed("a secret of " + length + " octets is outside 0.." + MAX_SECRET);
            }
            secret = in.readNBytes(length);
            if (secret.length < length) {
                throw new KeyOperations.Malformed("the secret is shorter than the request says");
            }
            ObjectNode answer = KeyOperations.object();
            answer.set("ok", operations.perform(request, secret));
            return answer;
        } catch (SecurityModuleException e) {
            return error(Refusals.of(e));
        } catch (KeyOperations.Malformed e) {
            return error(
                    new CommandFailure(String.valueOf(e.getMessage()), "Correct it; --help explains what it takes."));
        } catch (RuntimeException e) {
            LOG.error("a command on keys failed", e);
            return error(new CommandFailure(
                    "the process that uses the key store failed at it", "Report it with what its log says."));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static JsonNode parse(byte[] line) throws KeyOperations.Malformed {
        try {
            JsonNode request = JsonMapper.shared().readTree(line);
            if (request.isObject()) {
                return request;
            }
        } catch (JacksonException e) {
            // told without its cause, whose message quotes the line
        }
        throw new KeyOperations.Malformed("the request is no JSON object on one line");
    }

    private static byte[] line(InputStream in) throws IOException, KeyOperations.Malformed {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
            if (line.size() == MAX_LINE) {
                throw new KeyOperations.Malformed("the request is longer than " + MAX_LINE + " octets");
            }
            line.write(octet);
        }
        return line.toByteArray();
    }

    private static ObjectNode error(CommandFailure failure) {
        ObjectNode answer = KeyOperations.object();
        ObjectNode error = answer.putObject("error");
        error.put("message", failure.getMessage());
        error.put("remedy", failure.remedy());
        return answer;
    }

    /** Stops listening; what was asked is answered, and who is still asking is not heard further. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("the socket {} was not closed: {}", path, e.getMessage());
        }
        connections.forEach(ControlSocket::hearNoMore);
        free.acquireUninterruptibly(MAX_CONNECTIONS);
    }

    private static void hearNoMore(SocketChannel connection) {
        try {
            connection.shutdownInput();
        } catch (IOException e) {
            LOG.debug("a connection ended meanwhile: {}", e.getMessage());
        }
    }
}
