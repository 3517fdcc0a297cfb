package org.metermint.secure.network;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.IssueOutcome;
import org.metermint.secure.IssueRequest;
import org.metermint.secure.IssuedTokens;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.ModuleStatus;
import org.metermint.secure.SecurityModule;
import org.metermint.secure.SecurityModuleException;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TokenVerification;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.ClientLine.LostReplyException;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.NodeStatus;
import org.metermint.secure.network.wire.Secret;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.secure.network.wire.VerifyResult;
import org.metermint.token.TokenNumber;

/**
 * A module on another host, over the network interface of STS Edition 2 modules (Thrift service {@code TokenApi} over
 * TLS): certified hardware, or our own server. This process then holds no vending key.
 *
 * <p><b>A lost reply</b> is looked for, not asked for anew: on a new connection the tokens of the message id are fetched,
 * and only if the module says that it has none is the same request sent again, under the same id. If that does not
 * settle it in time, the answer is UNAVAILABLE and the fate of the id unknown.
 *
 * <p><b>An answer that does not fit</b> the request in meter, key, amount or identifier, or whose two forms of the token
 * differ, counts as none. No digit of it goes on, and the status says so.
 *
 * <p>No call waits longer than the time-out of its settings, whatever the peer does. What the interface does not carry,
 * results do not tell: their counter is 0; the time of issue is the minute of the identifier, or of the answer where
 * there is none; the random number of a verified token is 0. Meter tests are not found by their id; issued again, they
 * are the same tokens.
 */
public final class NetworkSecurityModule implements SecurityModule {
    /** How often one request is sent or looked for. */
    private static final int TRIES = 4;

    private final NetworkModuleSettings settings;
    private final ClientConnections connections;
    private final ClientLine line;
    private final ClientStatus state;
    private final ReplyCheck check;
    private volatile boolean closed;

    private NetworkSecurityModule(NetworkModuleSettings settings, ModuleUser user, ModuleTrust trust, Clock clock) {
        this.settings = settings;
        this.connections = new ClientConnections(settings, trust);
        this.line = new ClientLine(settings, user, connections);
        this.state = new ClientStatus(settings, clock);
        this.check = new ReplyCheck(clock);
    }

    /**
     * A client of a module. It connects when it is first asked, so that the module need not be there yet.
     *
     * @param user whose password is wiped when this is closed
     * @param clock for the times that the interface does not tell
     */
    public static NetworkSecurityModule open(
            NetworkModuleSettings settings, ModuleUser user, ModuleTrust trust, Clock clock) {
        return new NetworkSecurityModule(settings, user, trust, clock);
    }

    @Override
    public List<VendingKeyInfo> vendingKeys() throws SecurityModuleException {
        return ask(deadline()).keys();
    }

    /** Asks for the status, and keeps the keys that it tells. */
    private ClientKeys ask(Deadline deadline) throws SecurityModuleException {
        List<NodeStatus> nodes =
                harmless(TokenApi.GET_STATUS, token -> new TokenApi.GetStatus(ClientLine.newId(), token), deadline);
        return state.told(nodes);
    }

    /** The keys, as last told; asked for if that was never, or if a request needs one that is not among them. */
    private ClientKeys keys(IssueRequest request, Deadline deadline) throws SecurityModuleException {
        ClientKeys known = state.keys();
        if (known != null
                && Requests.keys(request).stream()
                        .allMatch(name -> known.find(name).isPresent())) {
            return known;
        }
        return ask(deadline);
    }

    @Override
    public IssuedTokens issue(IssueRequest request) throws SecurityModuleException {
        return issue(request, false);
    }

    /** Looks for the tokens first: what hardware does with an id that comes again is known for looking only. */
    @Override
    public IssuedTokens recover(IssueRequest request) throws SecurityModuleException {
        return issue(request, true);
    }

    private IssuedTokens issue(IssueRequest request, boolean lookFirst) throws SecurityModuleException {
        Deadline deadline = deadline();
        ClientOrder order;
        try {
            requireOpen();
            order = ClientOrder.of(request, keys(request, deadline));
        } catch (SecurityModuleException e) {
            throw e.kind() == Kind.UNAVAILABLE ? notAsked(e) : e;
        }
        return issue(order, request.messageId(), lookFirst, deadline);
    }

    private static SecurityModuleException notAsked(SecurityModuleException e) {
        return new SecurityModuleException(e.kind(), String.valueOf(e.getMessage()), new NotAskedException("", e));
    }

    private IssuedTokens issue(ClientOrder order, MessageId id, boolean lookFirst, Deadline deadline)
            throws SecurityModuleException {
        Exception doubt = null;
        for (int tried = 0; tried < TRIES; tried++) {
            try {
                if (doubt != null || lookFirst) {
                    Optional<IssuedTokens> found = fetch(order, id, deadline);
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
                return send(order, id, deadline);
            } catch (ReplyCheck.MisfitException e) {
                state.misfit(e);
                if (doubt instanceof ReplyCheck.MisfitException) { // the second look shows the same
                    throw unknown(e);
                }
                doubt = e;
            } catch (LostReplyException e) {
                doubt = e;
            } catch (ApiException e) {
                throw doubt == null ? ClientFaults.of(settings.address(), e) : unknown(e);
            } catch (SecurityModuleException e) {
                throw doubt == null ? e : unknown(e);
            }
            if (deadline.isOver()) {
                break;
            }
        }
        throw unknown(doubt);
    }

    /** Whatever the module says after a reply was lost may be about the second call, while the first is on its way. */
    private SecurityModuleException unknown(@Nullable Exception why) {
        String reason = why == null || why.getMessage() == null ? "no answer" : ClientFaults.clean(why.getMessage());
        return new SecurityModuleException(
                Kind.UNAVAILABLE,
                "whether the security module at " + settings.address() + " issued is not known (" + reason
                        + "); ask again with the same message id",
                why);
    }

    private IssuedTokens send(ClientOrder order, MessageId id, Deadline deadline)
            throws ApiException, LostReplyException, SecurityModuleException, ReplyCheck.MisfitException {
        return switch (order) {
            case ClientOrder.One one
            when one.tokenClass() == 0 ->
                check.one(
                        one,
                        line.call(
                                TokenApi.ISSUE_CREDIT_TOKEN,
                                token -> new TokenApi.IssueCreditToken(
                                        id.text(),
                                        token,
                                        one.config(),
                                        one.subclass(),
                                        one.transferAmount(),
                                        one.tokenTime(),
                                        one.flags()),
                                deadline));
            case ClientOrder.One one ->
                check.one(
                        one,
                        line.call(
                                TokenApi.ISSUE_MSE_TOKEN,
                                token -> new TokenApi.IssueMseToken(
                                        id.text(),
                                        token,
                                        one.config(),
                                        one.subclass(),
                                        one.transferAmount(),
                                        one.tokenTime(),
                                        one.flags()),
                                deadline));
            case ClientOrder.KeyChange change ->
                check.keyChange(
                        change,
                        line.call(
                                TokenApi.ISSUE_KEY_CHANGE_TOKENS,
                                token -> new TokenApi.IssueKeyChangeTokens(
                                        id.text(), token, change.config(), change.amendment()),
                                deadline));
            case ClientOrder.MeterTest test ->
                check.meterTest(
                        test,
                        line.call(
                                TokenApi.ISSUE_METER_TEST_TOKEN,
                                token -> new TokenApi.IssueMeterTestToken(
                                        id.text(),
                                        token,
                                        test.subclass(),
                                        test.control().bits(),
                                        test.manufacturer()),
                                deadline));
        };
    }

    /** The tokens that an earlier call made, held against the request. */
    private Optional<IssuedTokens> fetch(ClientOrder order, MessageId id, Deadline deadline)
            throws LostReplyException, SecurityModuleException, ReplyCheck.MisfitException {
        if (order instanceof ClientOrder.MeterTest) {
            return Optional.empty(); // the interface does not keep them, and they come out the same
        }
        Optional<List<org.metermint.secure.network.wire.Token>> tokens = fetch(id, deadline);
        if (tokens.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (order) {
                    case ClientOrder.One one -> check.one(one, tokens.get());
                    case ClientOrder.KeyChange change -> check.keyChange(change, tokens.get());
                    case ClientOrder.MeterTest test -> throw new IllegalStateException("a meter test was fetched");
                });
    }

    private Optional<List<org.metermint.secure.network.wire.Token>> fetch(MessageId id, Deadline deadline)
            throws LostReplyException, SecurityModuleException {
        try {
            return Optional.of(line.call(
                    TokenApi.FETCH_TOKEN_RESULT,
                    token -> new TokenApi.FetchTokenResult(ClientLine.newId(), token, id.text()),
                    deadline));
        } catch (ApiException e) {
            if (e.code().filter(ErrorCode.CACHE_MISS::equals).isPresent()) {
                return Optional.empty();
            }
            throw ClientFaults.of(settings.address(), e);
        }
    }

    @Override
    public Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException {
        requireOpen();
        Deadline deadline = deadline();
        try {
            Optional<List<org.metermint.secure.network.wire.Token>> tokens;
            try {
                tokens = fetch(messageId, deadline);
            } catch (LostReplyException e) {
                tokens = fetch(messageId, deadline);
            }
            if (tokens.isEmpty()) {
                return Optional.empty();
            }
            ClientKeys known = state.keys();
            return Optional.of(check.found(messageId, tokens.get(), known == null ? ask(deadline) : known));
        } catch (LostReplyException e) {
            throw unknown(e);
        } catch (ReplyCheck.MisfitException e) {
            state.misfit(e);
            throw unknown(e);
        }
    }

    /**
     * Issues over several connections at once. The requests of one meter stay in their order; once the module cannot be
     * reached, the requests that are left are not tried.
     */
    @Override
    public List<IssueOutcome> issueAll(List<IssueRequest> requests) {
        return new ClientBatch(this, requests).issue(settings.maxConnections());
    }

    @Override
    public TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException {
        Deadline deadline = deadline();
        ClientVerification verification = ClientVerification.of(meter, token, keysFor(meter, deadline));
        VerifyResult result = harmless(TokenApi.VERIFY_TOKEN, verification::call, deadline);
        try {
            return verification.read(result);
        } catch (ReplyCheck.MisfitException e) {
            state.misfit(e);
            throw unknown(e);
        }
    }

    private ClientKeys keysFor(MeterKeyState meter, Deadline deadline) throws SecurityModuleException {
        ClientKeys known = state.keys();
        return known != null
                        && known.meant(meter.supplyGroup(), meter.revision()).isPresent()
                ? known
                : ask(deadline);
    }

    /** A call that changes nothing, so that it is simply made again if its reply is lost. */
    private <A extends Record, R> R harmless(Call<A, R> call, Function<Secret, A> arguments, Deadline deadline)
            throws SecurityModuleException {
        requireOpen();
        try {
            try {
                return line.call(call, arguments, deadline);
            } catch (LostReplyException e) {
                return line.call(call, arguments, deadline);
            }
        } catch (ApiException e) {
            throw ClientFaults.of(settings.address(), e);
        } catch (LostReplyException e) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "the security module at " + settings.address() + " does not answer " + call.name() + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public ModuleStatus status() {
        try {
            ClientKeys unused = ask(deadline());
            return state.status();
        } catch (SecurityModuleException e) {
            return state.without(e);
        }
    }

    private Deadline deadline() {
        return Deadline.after(settings.timeout());
    }

    private void requireOpen() throws SecurityModuleException {
        if (closed) {
            throw new SecurityModuleException(
                    Kind.UNAVAILABLE,
                    "the client of the security module at " + settings.address() + " is closed",
                    new NotAskedException("closed", null));
        }
    }

    /** Waits for calls under way no longer than the time-out of a request, then ends every connection. */
    @Override
    public void close() {
        closed = true;
        connections.close(settings.timeout());
        line.close();
    }

    @Override
    public String toString() {
        return "security module at " + settings.address();
    }
}
