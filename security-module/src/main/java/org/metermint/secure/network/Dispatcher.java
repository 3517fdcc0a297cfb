package org.metermint.secure.network;

import static org.metermint.secure.network.wire.TokenApi.CTS_RESET_TID_LIST;
import static org.metermint.secure.network.wire.TokenApi.FETCH_TOKEN_RESULT;
import static org.metermint.secure.network.wire.TokenApi.GET_STATUS;
import static org.metermint.secure.network.wire.TokenApi.ISSUE_CREDIT_TOKEN;
import static org.metermint.secure.network.wire.TokenApi.ISSUE_DITK_CHANGE_TOKENS;
import static org.metermint.secure.network.wire.TokenApi.ISSUE_KEY_CHANGE_TOKENS;
import static org.metermint.secure.network.wire.TokenApi.ISSUE_METER_TEST_TOKEN;
import static org.metermint.secure.network.wire.TokenApi.ISSUE_MSE_TOKEN;
import static org.metermint.secure.network.wire.TokenApi.LOAD_TRANSACTION_LICENSE;
import static org.metermint.secure.network.wire.TokenApi.PARSE_ID_RECORD;
import static org.metermint.secure.network.wire.TokenApi.PING;
import static org.metermint.secure.network.wire.TokenApi.SIGN_IN_WITH_PASSWORD;
import static org.metermint.secure.network.wire.TokenApi.VERIFY_TOKEN;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.protocol.TMessageType;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.Message;
import org.metermint.secure.network.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the octets of a call to those of its reply, by way of the method that the call names. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final Map<String, Route<?, ?>> routes;

    /** What answers a method. */
    @FunctionalInterface
    private interface Method<A, R> {
        R answer(A arguments, InetAddress peer) throws ApiException;
    }

    private record Route<A extends Record, R>(Call<A, R> call, Method<A, R> method) {
        byte[] answer(Message message, InetAddress peer) {
            int sequence = message.sequence();
            try {
                return call.frameReply(sequence, method.answer(call.readArguments(message), peer));
            } catch (WireException e) {
                return Call.frameError(
                        call.name(), sequence, TApplicationException.PROTOCOL_ERROR, String.valueOf(e.getMessage()));
            } catch (ApiException e) {
                return call.frameFault(sequence, e.fault());
            } catch (RuntimeException e) {
                LOG.error("{} failed by an error of the program", call.name(), e);
                ApiException failure =
                        ErrorCode.SERVICE.with("an error of the program", "the log of the service says which");
                return call.frameFault(sequence, failure.fault());
            }
        }
    }

    Dispatcher(TokenApiService service) {
        List<Route<?, ?>> all = List.of(
                new Route<>(PING, (call, peer) -> service.ping(call)),
                new Route<>(SIGN_IN_WITH_PASSWORD, service::signIn),
                new Route<>(GET_STATUS, (call, peer) -> service.status(call)),
                new Route<>(PARSE_ID_RECORD, (call, peer) -> service.parseIdRecord(call)),
                new Route<>(LOAD_TRANSACTION_LICENSE, (call, peer) -> {
                    throw service.loadLicense(call);
                }),
                new Route<>(ISSUE_CREDIT_TOKEN, (call, peer) -> service.issueCredit(call)),
                new Route<>(ISSUE_METER_TEST_TOKEN, (call, peer) -> service.issueMeterTest(call)),
                new Route<>(ISSUE_MSE_TOKEN, (call, peer) -> service.issueManagement(call)),
                new Route<>(ISSUE_KEY_CHANGE_TOKENS, (call, peer) -> service.issueKeyChange(call)),
                new Route<>(VERIFY_TOKEN, (call, peer) -> service.verify(call)),
                new Route<>(ISSUE_DITK_CHANGE_TOKENS, (call, peer) -> {
                    throw service.issueDitkChange(call);
                }),
                new Route<>(FETCH_TOKEN_RESULT, (call, peer) -> service.fetch(call)),
                new Route<>(CTS_RESET_TID_LIST, (call, peer) -> {
                    throw service.resetIdentifiers(call);
                }));
        this.routes =
                all.stream().collect(Collectors.toMap(route -> route.call().name(), Function.identity()));
    }

    /**
     * Answers one call.
     *
     * @return a whole frame
     * @throws WireException if the octets have no readable head; there is nothing to answer then
     */
    byte[] answer(byte[] octets, InetAddress peer) throws WireException {
        Message message = Message.read(octets);
        if (message.type() != TMessageType.CALL) {
            return Call.frameError(
                    message.name(),
                    message.sequence(),
                    TApplicationException.INVALID_MESSAGE_TYPE,
                    "message type " + message.type() + " is no call (1)");
        }
        @Nullable Route<?, ?> route = routes.get(message.name());
        if (route == null) {
            return Call.frameError(
                    message.name(),
                    message.sequence(),
                    TApplicationException.UNKNOWN_METHOD,
                    "service TokenApi has no method of that name");
        }
        return route.answer(message, peer);
    }
}
