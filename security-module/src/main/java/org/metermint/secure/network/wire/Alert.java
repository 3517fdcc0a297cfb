package org.metermint.secure.network.wire;

import static org.metermint.secure.network.wire.Struct.required;
import static org.metermint.secure.network.wire.WireType.STRING;

/**
 * Something that an operator should know.
 *
 * @param eCode an error code
 * @param eMsgEn the sentence for people, in English
 */
public record Alert(String eCode, String eMsgEn) {
    /** The table of the structure. */
    public static final Struct<Alert> STRUCT = Struct.of(
            Alert.class, required(1, "eCode", STRING, Alert::eCode), required(2, "eMsgEn", STRING, Alert::eMsgEn));
}
