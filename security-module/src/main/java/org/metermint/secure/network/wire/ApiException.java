package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.STRING;

import java.util.Optional;

/** The answer "no" of a method, as the interface defines it: a code for programs and a sentence for people. */
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Fault fault;

    /** What is on the wire: the structure {@code ApiException}. */
    public record Fault(String eCode, String eMsgEn) {
        /** The table of the structure. */
        public static final Struct<Fault> STRUCT = Struct.named(
                "ApiException",
                Fault.class,
                required(1, "eCode", STRING, Fault::eCode),
                required(2, "eMsgEn", STRING, Fault::eMsgEn));
    }

    public ApiException(Fault fault) {
        super(fault.eCode() + ": " + fault.eMsgEn());
        this.fault = fault;
    }

    /** What is on the wire. */
    public Fault fault() {
        return fault;
    }

    /** The code, if it is one that this version knows. */
    public Optional<ErrorCode> code() {
        return ErrorCode.of(fault.eCode());
    }
}
