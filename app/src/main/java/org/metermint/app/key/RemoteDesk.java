package org.metermint.app.key;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A store that another process has open, reached by its {@link ControlSocket}. */
final class RemoteDesk implements KeyDesk {
    private final Path directory;

    private RemoteDesk(Path directory) {
        this.directory = directory;
    }

    /** The process that has a store open; empty if nobody listens. */
    static Optional<KeyDesk> of(Path directory) {
        if (!Files.exists(directory.resolve(ControlSocket.NAME))) {
            return Optional.empty();
        }
        RemoteDesk desk = new RemoteDesk(directory);
        try {
            desk.connect().close();
            return Optional.of(desk);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (SocketPath reachable = SocketPath.of(directory, ControlSocket.NAME)) {
            channel.connect(reachable.address());
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public JsonNode ask(ObjectNode request, byte[] secret) {
        request.put("secret", secret.length);
        try (SocketChannel channel = connect()) {
            send(channel, (JsonMapper.shared().writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8));
            send(channel, secret);
            @Nullable String line = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8)).readLine();
            return understood(line == null ? "" : line);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private static void send(SocketChannel channel, byte[] octets) throws IOException {
        byte[] copy = octets.clone();
        try {
            ByteBuffer buffer = ByteBuffer.wrap(copy);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    private JsonNode understood(String line) {
        try {
            JsonNode answer = JsonMapper.shared().readTree(line);
            if (answer.has("ok")) {
                return answer.get("ok");
            }
            JsonNode error = answer.path("error");
            if (error.path("message").isString()) {
                throw new CommandFailure(
                        error.path("message").stringValue(),
                        error.path("remedy").asString(""));
            }
        } catch (JacksonException e) {
            throw lost(e);
        }
        throw lost(null);
    }

    private CommandFailure lost(@Nullable Exception cause) {
        return new CommandFailure(
                "the process that uses the key store " + directory
                        + " gave no answer; whether it did what was asked is not" + " known",
                "Look with metermint key list, or at the record with metermint key audit, before you repeat it.",
                cause);
    }

    @Override
    public void close() {
        // each request has a connection of its own
    }
}
