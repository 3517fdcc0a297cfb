package org.metermint.secure.network;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.SessionOptions;
import org.metermint.secure.network.wire.TokenApi;

/**
 * Calls of a signed-in client. Whoever first needs a session signs in, and the others wait for that; a session that the
 * module no longer knows is begun anew, once for a call. After a refused sign-in there is a pause, so that a wrong
 * password does not lock the user out.
 */
final class ClientLine implements AutoCloseable {
    private static final String API_VERSION = "1.1";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final NetworkModuleSettings settings;
    private final ModuleUser user;
    private final ClientConnections connections;
    private final ReentrantLock signingIn = new ReentrantLock();
    private volatile @Nullable Secret session;
    private @Nullable SecurityModuleException refused;
    private Duration pause = FIRST_PAUSE;
    private long againNanos;

    /** The call went out, and whether the module has carried it out is not known. */
    static final class LostReplyException extends Exception {
        private static final long serialVersionUID = 1;

        LostReplyException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    ClientLine(NetworkModuleSettings settings, ModuleUser user, ClientConnections connections) {
        this.settings = settings;
        this.user = user;
        this.connections = connections;
    }

    /** An id for a call that issues nothing. */
    static String newId() {
        return UUID.randomUUID().toString();
    }

    /**
     * One call.
     *
     * @param arguments from the access token
     * @throws ApiException if the method said no
     * @throws LostReplyException if there was no proper reply
     * @throws SecurityModuleException if the call never went out; its cause says so
     */
    <A extends Record, R> R call(Call<A, R> call, Function<Secret, A> arguments, Deadline deadline)
            throws ApiException, LostReplyException, SecurityModuleException {
        Secret token = session(deadline);
        try {
            return send(call, arguments.apply(token), deadline);
        } catch (ApiException e) {
            if (e.code().filter(ErrorCode.AUTHENTICATION_TOKEN::equals).isEmpty()) {
                throw e;
            }
        }
        forget(token);
        return send(call, arguments.apply(session(deadline)), deadline);
    }

    private <A extends Record, R> R send(Call<A, R> call, A arguments, Deadline deadline)
            throws ApiException, LostReplyException, SecurityModuleException {
        ClientConnection connection = connect(deadline);
        try {
            return connection.call(call, arguments, deadline.atMost(settings.replyTimeout()));
        } catch (IOException e) {
            throw new LostReplyException(reason(e), e);
        } finally {
            connections.giveBack(connection);
        }
    }

    private ClientConnection connect(Deadline deadline) throws SecurityModuleException {
        try {
            return connections.take(deadline);
        } catch (ClientConnections.BusyException e) {
            throw new SecurityModuleException(
                    Kind.TOO_MANY_REQUESTS,
                    "the security module at " + settings.address() + " is busy: " + e.getMessage()
                            + "; come again, or allow more connections",
                    new NotAskedException("no connection", e));
        } catch (IOException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "the security module at " + settings.address() + " cannot be reached: " + reason(e)
                            + "; look at its host, the network and the certificate",
                    new NotAskedException("no connection", e));
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : ClientFaults.clean(message);
    }

    private Secret session(Deadline deadline) throws SecurityModuleException {
        Secret current = session;
        if (current != null) {
            return current;
        }
        try {
            if (!signingIn.tryLock(deadline.leftNanos(), TimeUnit.NANOSECONDS)) {
                throw notSignedIn(Kind.UNAVAILABLE, "signing in takes too long", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notSignedIn(Kind.UNAVAILABLE, "signing in was interrupted", e);
        }
        try {
            Secret other = session;
            return other != null ? other : signIn(deadline);
        } finally {
            signingIn.unlock();
        }
    }

    private Secret signIn(Deadline deadline) throws SecurityModuleException {
        SecurityModuleException before = refused;
        if (before != null && System.nanoTime() - againNanos < 0) {
            throw notSignedIn(
                    before.kind(),
                    String.valueOf(before.getMessage()) + " (asked again at the earliest in "
                            + TimeUnit.NANOSECONDS.toSeconds(againNanos - System.nanoTime() + 999_999_999) + " s)",
                    before);
        }
        try {
            Secret fresh = send(
                            TokenApi.SIGN_IN_WITH_PASSWORD,
                            new TokenApi.SignInWithPassword(
                                    newId(),
                                    settings.realm(),
                                    user.name(),
                                    user.password(),
                                    new SessionOptions(API_VERSION, null)),
                            deadline)
                    .accessToken();
            refused = null;
            pause = FIRST_PAUSE;
            session = fresh;
            return fresh;
        } catch (ApiException e) {
            SecurityModuleException refusal = ClientFaults.of(settings.address(), e);
            refused = refusal;
            againNanos = System.nanoTime() + pause.toNanos();
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
            throw notSignedIn(refusal.kind(), String.valueOf(refusal.getMessage()), e);
        } catch (LostReplyException e) {
            throw notSignedIn(
                    Kind.UNAVAILABLE,
                    "the security module at " + settings.address() + " did not answer the sign-in: " + e.getMessage(),
                    e);
        }
    }

    private static SecurityModuleException notSignedIn(Kind kind, String message, @Nullable Throwable cause) {
        return new SecurityModuleException(kind, message, new NotAskedException("not signed in", cause));
    }

    private void forget(Secret expired) {
        signingIn.lock();
        try {
            Secret current = session;
            if (current != null && current.equals(expired)) { // somebody else may have begun a new one already
                session = null;
            }
        } finally {
            signingIn.unlock();
        }
    }

    @Override
    public void close() {
        session = null;
        user.wipe();
    }
}
