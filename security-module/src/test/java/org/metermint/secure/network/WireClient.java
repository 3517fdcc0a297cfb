package org.metermint.secure.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.thrift.TException;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.Frames;
import org.metermint.secure.network.wire.Message;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.SessionOptions;
import org.metermint.secure.network.wire.TokenApi;

/** One connection to a server, and one session: as plain as a client can be. */
public final class WireClient implements AutoCloseable {
    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private int sequence;
    private Secret accessToken = new Secret("none");

    public WireClient(SSLContext context, InetSocketAddress address) throws IOException {
        socket = (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        socket.startHandshake();
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    /** Calls a method and waits for its result. */
    public <A extends Record, R> R call(Call<A, R> call, A arguments) throws IOException, ApiException, TException {
        sequence++;
        send(call.frameCall(sequence, arguments));
        return call.readReply(Message.read(receive().orElseThrow(() -> new IOException("connection ended"))), sequence);
    }

    /** Sends octets as they are. */
    void send(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
    }

    /** The next reply; nothing if the server ended the connection. */
    Optional<byte[]> receive() throws IOException {
        return Frames.read(in, 1 << 20);
    }

    public Secret signIn(String user, String password) throws IOException, ApiException, TException {
        accessToken = call(
                        TokenApi.SIGN_IN_WITH_PASSWORD,
                        new TokenApi.SignInWithPassword(
                                "sign-in", "local", user, new Secret(password), new SessionOptions("1.1", null)))
                .accessToken();
        return accessToken;
    }

    public Secret accessToken() {
        return accessToken;
    }

    SSLSocket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
