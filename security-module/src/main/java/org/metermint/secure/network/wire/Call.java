package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.optional;

import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;
import org.jspecify.annotations.Nullable;

/**
 * One method of the interface: its name, the structure of its arguments and the type of its result, and with them both
 * directions of both messages. A client frames a call and reads the reply; a server reads the arguments and frames a
 * reply, a fault, or the exception that Thrift itself knows. Frames begin with their length and are sent as they are.
 *
 * @param name of the method
 * @param arguments record of the arguments, with ids from 1
 * @param result type of the result, field 0 of the reply; field 1 is the {@link ApiException}
 */
public record Call<A extends Record, R>(String name, Struct<A> arguments, WireType<R> result) {
    private static final String SUCCESS = "success";
    private static final String FAULT = "fault";

    /** Thrift's own exception, as it stands on the wire. */
    public record ApplicationError(
            @Nullable String message, @Nullable Integer type) {
        static final Struct<ApplicationError> STRUCT = Struct.named(
                "TApplicationException",
                ApplicationError.class,
                optional(1, "message", WireType.STRING, ApplicationError::message),
                optional(2, "type", WireType.I32, ApplicationError::type));
    }

    /** The frame of a call. */
    public byte[] frameCall(int sequence, A arguments) {
        return Message.frame(name, TMessageType.CALL, sequence, out -> this.arguments.write(out, arguments));
    }

    /**
     * The arguments of a call.
     *
     * @throws WireException with the path of the field that is wrong
     */
    public A readArguments(Message message) throws WireException {
        return message.body(arguments::read);
    }

    /** The frame of a reply. */
    public byte[] frameReply(int sequence, R value) {
        return frameResult(sequence, 0, SUCCESS, result, value);
    }

    /** The frame of a reply that says no. */
    public byte[] frameFault(int sequence, ApiException.Fault fault) {
        return frameResult(sequence, 1, FAULT, ApiException.Fault.STRUCT, fault);
    }

    /** The frame of Thrift's own exception, for calls that no method could answer. */
    public static byte[] frameError(String name, int sequence, int type, String message) {
        ApplicationError error = new ApplicationError(message, type);
        return Message.frame(name, TMessageType.EXCEPTION, sequence, out -> ApplicationError.STRUCT.write(out, error));
    }

    private <T> byte[] frameResult(int sequence, int id, String field, WireType<T> type, T value) {
        return Message.frame(name, TMessageType.REPLY, sequence, out -> {
            out.writeStructBegin(new TStruct(name + "_result"));
            out.writeFieldBegin(new TField(field, type.code(), (short) id));
            type.write(out, value);
            out.writeFieldEnd();
            out.writeFieldStop();
            out.writeStructEnd();
        });
    }

    /**
     * The result in a reply.
     *
     * @param sequence of the call that is to be answered
     * @throws ApiException if the method said no
     * @throws TApplicationException if the peer does not know the method or could not read the call, or the message
     *     answers another call
     * @throws WireException if the message is none
     */
    public R readReply(Message message, int sequence) throws ApiException, TApplicationException, WireException {
        requireAnswer(message, sequence);
        if (message.type() == TMessageType.EXCEPTION) {
            ApplicationError error = message.body(ApplicationError.STRUCT::read);
            int type = error.type() == null ? TApplicationException.UNKNOWN : error.type();
            throw new TApplicationException(type, error.message());
        }
        Outcome<R> outcome = message.body(this::readOutcome);
        if (outcome.fault() != null) {
            throw new ApiException(outcome.fault());
        }
        if (outcome.value() == null) {
            throw new TApplicationException(
                    TApplicationException.MISSING_RESULT, name + " was answered by neither a result nor an exception");
        }
        return outcome.value();
    }

    private void requireAnswer(Message message, int sequence) throws TApplicationException {
        if (message.type() != TMessageType.REPLY && message.type() != TMessageType.EXCEPTION) {
            throw new TApplicationException(
                    TApplicationException.INVALID_MESSAGE_TYPE,
                    name + " was answered by a message of type " + message.type() + "; it must be 2 or 3");
        }
        if (!message.name().equals(name)) {
            throw new TApplicationException(
                    TApplicationException.WRONG_METHOD_NAME, name + " was answered by another method's reply");
        }
        if (message.sequence() != sequence) {
            throw new TApplicationException(
                    TApplicationException.BAD_SEQUENCE_ID,
                    "call " + sequence + " of " + name + " was answered as call " + message.sequence());
        }
    }

    private Outcome<R> readOutcome(TProtocol in) throws TException {
        R value = null;
        ApiException.Fault fault = null;
        for (TField head = in.readFieldBegin(); head.type != TType.STOP; head = in.readFieldBegin()) {
            if (head.id == 0 && head.type == result.code()) {
                value = readField(in, SUCCESS, result);
            } else if (head.id == 1 && head.type == TType.STRUCT) {
                fault = readField(in, FAULT, ApiException.Fault.STRUCT);
            } else {
                Skipping.skip(in, head.type);
            }
        }
        return new Outcome<>(value, fault);
    }

    private static <T> T readField(TProtocol in, String field, WireType<T> type) throws TException {
        try {
            return type.read(in);
        } catch (WireException e) {
            throw e.within(field);
        }
    }

    private record Outcome<R>(@Nullable R value, ApiException.@Nullable Fault fault) {}
}
