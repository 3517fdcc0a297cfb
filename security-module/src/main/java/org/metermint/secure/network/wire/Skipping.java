package org.metermint.secure.network.wire;

import org.apache.thrift.TException;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TMap;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TSet;
import org.apache.thrift.protocol.TType;

/**
 * Reads over values of fields that this version does not know. Every value takes at least one octet, so that the work is
 * bounded by the frame: a list of a thousand million elements without content, which the protocol could state in five
 * octets, is refused.
 */
final class Skipping {
    /** How deep unknown values may be nested. */
    static final int MAX_DEPTH = 16;

    private Skipping() {}

    static void skip(TProtocol in, byte type) throws TException {
        skip(in, type, MAX_DEPTH);
    }

    private static void skip(TProtocol in, byte type, int depth) throws TException {
        if (depth == 0) {
            throw new WireException.Malformed("values are nested more than " + MAX_DEPTH + " deep");
        }
        switch (type) {
            case TType.BOOL, TType.BYTE -> in.readByte();
            case TType.I16 -> in.readI16();
            case TType.I32 -> in.readI32();
            case TType.I64 -> in.readI64();
            case TType.DOUBLE -> in.readDouble();
            case TType.STRING -> in.readBinary();
            case TType.STRUCT -> skipFields(in, depth);
            case TType.LIST -> {
                TList list = in.readListBegin();
                skipElements(in, list.elemType, list.size, depth);
            }
            case TType.SET -> {
                TSet set = in.readSetBegin();
                skipElements(in, set.elemType, set.size, depth);
            }
            case TType.MAP -> {
                TMap map = in.readMapBegin();
                for (int i = 0; i < map.size; i++) {
                    skip(in, map.keyType, depth - 1);
                    skip(in, map.valueType, depth - 1);
                }
            }
            default -> throw new WireException.Malformed("Thrift type " + type + " does not exist");
        }
    }

    private static void skipFields(TProtocol in, int depth) throws TException {
        for (TField field = in.readFieldBegin(); field.type != TType.STOP; field = in.readFieldBegin()) {
            skip(in, field.type, depth - 1);
        }
    }

    private static void skipElements(TProtocol in, byte type, int size, int depth) throws TException {
        for (int i = 0; i < size; i++) {
            skip(in, type, depth - 1);
        }
    }
}
