package org.metermint.secure;

import java.util.List;
import java.util.Optional;
import org.metermint.token.TokenNumber;

/**
 * Where vending keys live and tokens are made. A caller names a meter, an amount and a time; the module looks up the
 * vending key, applies its policy, derives the decoder key, draws the random bits, and gives back digits. No key ever
 * crosses this interface.
 *
 * <p><b>One message id, one result.</b> Every request carries an id that its caller chose before it first asked. The
 * module binds the id durably to the tokens before it answers, so that a caller who lost an answer asks again with the
 * same request, or {@linkplain #find looks the id up}, and receives the same tokens: after a time-out, a restart, or a
 * crash of either side. The same id with other parameters is refused. A refusal or a failure binds nothing: the id
 * remains free.
 *
 * <p><b>Order.</b> As a second line of defence behind the caller's own reservation, the module refuses a token
 * identifier that is not greater than the last one it issued for the same meter and base date. Requests of one meter
 * must therefore be issued in the order of their identifiers, which a list given to {@link #issueAll} keeps.
 *
 * <p>Implementations are thread-safe, and concurrent callers share the cost of making results durable.
 */
public interface SecurityModule extends AutoCloseable {

    /**
     * The vending keys that the module holds, by supply group, revision and type; no secret is among the facts.
     *
     * @throws SecurityModuleException if the module cannot be reached
     */
    List<VendingKeyInfo> vendingKeys() throws SecurityModuleException;

    /**
     * Issues the tokens of one request, or returns those that its message id was issued before.
     *
     * @throws SecurityModuleException if policy refuses the request, its message id stands for another request, or
     *     the result could not be made durable; the kind says which, and whether to repeat
     */
    IssuedTokens issue(IssueRequest request) throws SecurityModuleException;

    /**
     * Issues many requests at the cost of few durable writes. Each stands for itself: one that is refused does not
     * harm its neighbours. The answers come in the order of the requests.
     */
    List<IssueOutcome> issueAll(List<IssueRequest> requests);

    /**
     * What became of a message id: its tokens, or nothing if it was never issued.
     *
     * @throws SecurityModuleException if the module cannot be reached or its record cannot be read, in which case the
     *     fate of the id is unknown and must not be taken for "never issued"
     */
    Optional<IssuedTokens> find(MessageId messageId) throws SecurityModuleException;

    /**
     * Issues a request that this caller, or an earlier life of it, may have asked before: what a recovery calls. Like
     * {@link #issue}, but a module that stands for several asks every one of them first, and does not issue while one
     * that may have done so is out of reach.
     *
     * @throws SecurityModuleException as {@link #issue}
     */
    default IssuedTokens recover(IssueRequest request) throws SecurityModuleException {
        return issue(request);
    }

    /**
     * Reads a token with the key of a meter, as the meter would, and uses nothing up.
     *
     * @throws SecurityModuleException if the module has no such key, may not use it for the caller, or is out of reach
     */
    TokenVerification verify(MeterKeyState meter, TokenNumber token) throws SecurityModuleException;

    /** The state of the module; answers always, also when nothing else does. */
    ModuleStatus status();

    /** Releases the module and wipes the keys in memory. Requests under way are answered first. */
    @Override
    void close();
}
