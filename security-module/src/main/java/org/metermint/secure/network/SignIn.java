package org.metermint.secure.network;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.ClientName;
import org.metermint.secure.ClientPolicy;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.PasswordHash;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.SessionOptions;
import org.metermint.secure.network.wire.TokenApi;

/**
 * Signs clients in, and tells afterwards who holds an access token. An unknown user and a wrong password get the same
 * answer at the same cost. One attempt a user is tried at a time, so that a hundred at once meet the pauses like a
 * hundred in a row, and few attempts at all, since each takes 19 MiB.
 */
final class SignIn {
    static final String REALM = "local";
    static final String API_VERSION = "1.1";

    private static final Pattern VERSION = Pattern.compile("1\\.(\\d{1,4})");
    private static final int NEWEST_MINOR = 1;
    private static final Pattern CULTURE = Pattern.compile("[a-z]{2}(-[A-Z]{2})?");
    private static final int PARALLEL_ATTEMPTS = 2;

    private final Supplier<IssuePolicy> policy;
    private final Sessions sessions;
    private final SignInDelays userDelays;
    private final SignInDelays addressDelays;
    private final Semaphore attempts = new Semaphore(PARALLEL_ATTEMPTS, true);
    private final ReentrantLock[] users =
            Stream.generate(ReentrantLock::new).limit(64).toArray(ReentrantLock[]::new);
    /** Compared with when there is nothing to compare with; no password matches it. */
    private final PasswordHash nobody =
            PasswordHash.of(Sessions.newToken().reveal().toCharArray());

    SignIn(Supplier<IssuePolicy> policy, Sessions sessions, InstantSource clock) {
        this.policy = policy;
        this.sessions = sessions;
        this.userDelays = new SignInDelays(clock, 3, Duration.ofSeconds(30));
        this.addressDelays = new SignInDelays(clock, 10, Duration.ofMinutes(5));
    }

    /** Begins a session; the errors are those of the interface. */
    Secret signIn(TokenApi.SignInWithPassword call, InetAddress peer) throws ApiException {
        requireVersion(call.sessionOpts());
        if (!call.realm().equals(REALM)) {
            throw ErrorCode.SIGNIN_REALM.with(Parameters.shown(call.realm()), REALM);
        }
        ClientName client = Parameters.clientName(call.username());
        ReentrantLock user = users[Math.floorMod(client.hashCode(), users.length)];
        user.lock();
        try {
            requireNoPause(client, peer);
            Optional<ClientPolicy> known = policy.get().client(client);
            @Nullable PasswordHash hash = known.map(ClientPolicy::password).orElse(null);
            if (!matches(hash == null ? nobody : hash, call.password()) || hash == null) {
                userDelays.failed(client.text());
                addressDelays.failed(peer.getHostAddress());
                throw refused(client, "user name and password do not belong together");
            }
            userDelays.succeeded(client.text());
            addressDelays.succeeded(peer.getHostAddress());
            if (client.equals(ClientName.LOCAL)) {
                throw ErrorCode.SIGNIN_PERMISSION.with(
                        REALM, client, "the name belongs to the process that holds the module; make a user of another");
            }
            return sessions.begin(client, hash);
        } finally {
            user.unlock();
        }
    }

    private static void requireVersion(SessionOptions options) throws ApiException {
        Matcher version = VERSION.matcher(options.version());
        if (!version.matches() || Integer.parseInt(version.group(1)) > NEWEST_MINOR) {
            throw ErrorCode.SIGNIN_VERSION.with(API_VERSION, Parameters.shown(options.version()));
        }
        @Nullable String culture = options.culture();
        if (culture != null && !CULTURE.matcher(culture).matches()) {
            throw ErrorCode.PREF_RANGE.with(
                    "culture",
                    Parameters.shown(culture),
                    "a language as en or en-ZA; every text is English all the same");
        }
    }

    private void requireNoPause(ClientName client, InetAddress peer) throws ApiException {
        Duration user = userDelays.pause(client.text());
        Duration address = addressDelays.pause(peer.getHostAddress());
        Duration longer = user.compareTo(address) > 0 ? user : address;
        if (longer.isPositive()) {
            throw refused(
                    client,
                    "after the failures before, the next attempt is taken in " + (longer.toSeconds() + 1) + " s");
        }
    }

    private static ApiException refused(ClientName client, String reason) {
        return ErrorCode.SIGNIN_AUTHENTICATION.with(REALM, client, reason);
    }

    private boolean matches(PasswordHash hash, Secret password) {
        char[] characters = password.reveal().toCharArray();
        attempts.acquireUninterruptibly();
        try {
            return hash.matches(characters);
        } finally {
            attempts.release();
            Arrays.fill(characters, '\0');
        }
    }

    /**
     * What the client of an access token may do at present.
     *
     * @throws ApiException if the token is none or has expired, or the client is no longer in the policy with the password
     *     that it signed in with
     */
    ClientPolicy clientOf(Secret accessToken) throws ApiException {
        Sessions.Session session = sessions.find(accessToken)
                .orElseThrow(() -> ErrorCode.AUTHENTICATION_TOKEN.with("unknown or has expired"));
        return policy.get()
                .client(session.client())
                .filter(client -> session.password().equals(client.password()))
                .orElseThrow(() -> ErrorCode.AUTHENTICATION_TOKEN.with("that of a user who was changed since"));
    }
}
