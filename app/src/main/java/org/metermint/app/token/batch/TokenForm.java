package org.metermint.app.token.batch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.metermint.app.token.batch.RequestError.Code;
import org.metermint.token.CreditAmount;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.ExtendedRead;
import org.metermint.token.Layout;
import org.metermint.token.Layout.FieldPlace;
import org.metermint.token.TokenFrame;

/**
 * The members of one kind of token, and the places of its layout where each of them goes. Both directions work on bits
 * and not on the engine's values: what a request gives as raw bits reaches the token unchanged, and what a token holds
 * reaches the reply unchanged, even where an encoder would have chosen other bits for the same amount.
 */
final class TokenForm {
    private static final int CRC_BITS = 16;
    private static final int SUBCLASS_SHIFT = Layout.BITS - 4;
    private static final int SUBCLASSES = 16;
    private static final int CLASSES = 3;

    /** The forms at the index class * 16 + subclass: under a key of 64 bits, then under one of 128. */
    private static final @Nullable TokenForm[][] FORMS = new @Nullable TokenForm[2][CLASSES * SUBCLASSES];

    static {
        for (Layout<?> layout : TokenFrame.LAYOUTS) {
            int keyBits = layout.keyBits().orElse(0);
            layout.subclasses().forEach(subclass -> {
                TokenForm form = new TokenForm(layout, subclass);
                int place = layout.tokenClass().number() * SUBCLASSES + subclass;
                if (keyBits != 128) {
                    FORMS[0][place] = form;
                }
                if (keyBits != 64) {
                    FORMS[1][place] = form;
                }
            });
        }
    }

    private final long subclassBits;
    private final Part[] parts;
    private final long members;
    private final String title;

    private TokenForm(Layout<?> layout, int subclass) {
        this.subclassBits = (long) subclass << SUBCLASS_SHIFT;
        List<Part> all = new ArrayList<>();
        for (FieldPlace place : layout.places()) {
            Part part = part(layout, place);
            if (part != null) {
                all.add(part);
            }
        }
        this.parts = all.toArray(Part[]::new);
        long union = Member.set(Member.OP, Member.CLS, Member.SUB);
        for (Part part : parts) {
            union |= part.members();
        }
        this.members = union;
        this.title = "a token of class " + layout.tokenClass().number() + ", subclass " + subclass
                + layout.keyBits().map(bits -> " under a " + bits + "-bit key").orElse("");
    }

    /** The form of a subclass under a key of so many bits, or null if the standard defines none. */
    static @Nullable TokenForm find(int tokenClass, int subclass, int keyBits) {
        return tokenClass < CLASSES ? FORMS[keyBits == 128 ? 1 : 0][tokenClass * SUBCLASSES + subclass] : null;
    }

    /** The members that a request for such a token may have. */
    long members() {
        return members;
    }

    /** What the token is, for messages. */
    String title() {
        return title;
    }

    /** Subclass and payload, as a request describes them. */
    long bits(Request request) {
        long bits = subclassBits;
        for (Part part : parts) {
            bits |= part.bits(request);
        }
        return bits;
    }

    /** Adds the members that subclass and payload stand for. */
    void write(long bits, Reply reply) {
        for (Part part : parts) {
            part.write(bits, reply);
        }
    }

    private static @Nullable Part part(Layout<?> layout, FieldPlace place) {
        Bits at = Bits.of(place);
        return switch (place.name()) {
            case "SubClass" -> null;
            case "zeros" -> layout.type() == ExtendedRead.class ? new IntegerPart(Member.MFR, at, 0, 0) : null;
            case "RND" -> new IntegerPart(Member.RND, at, 0, at.max());
            case "TID" -> new TidPart(at);
            case "S&E" -> new CurrencyPart(at, Bits.of(place(layout, "Amount")));
            case "Amount" -> has(layout, "S&E") ? null : new AmountPart(Member.UNITS, at);
            case "MPL", "MPPUL" -> new AmountPart(Member.WATTS, at);
            case "Register", "Rate", "WMFactor", "Value" -> new IntegerPart(Member.FIELD, at, 0, at.max());
            case "Pad" -> new PadPart(at);
            case "Control" -> new ControlPart(at);
            case "MfrCode" -> new IntegerPart(Member.MFR, at, 0, at.max());
            case "KENHO" -> new IntegerPart(Member.KENHO, at, 0, at.max());
            case "KENLO" -> new IntegerPart(Member.KENLO, at, 0, at.max());
            case "KRN" -> new IntegerPart(Member.KRN, at, 1, 9);
            case "RO" -> new IntegerPart(Member.RO, at, 0, 1);
            case "3KCT" -> new IntegerPart(Member.RES, at, 0, 1);
            case "KT" -> new IntegerPart(Member.KT, at, 0, 3);
            case "TI" -> new IntegerPart(Member.TI, at, 0, 99);
            case "SGCLO", "SGCHO" -> new IntegerPart(Member.SGC12, at, 0, at.max());
            case "SGC" -> new SupplyGroupPart(at);
            case "NKHO", "NKMO2", "NKMO1", "NKLO" -> new KeyWordPart(at);
            default -> throw new IllegalStateException("no member stands for the field " + place.name());
        };
    }

    private static boolean has(Layout<?> layout, String name) {
        return layout.places().stream().anyMatch(place -> place.name().equals(name));
    }

    private static FieldPlace place(Layout<?> layout, String name) {
        return layout.places().stream()
                .filter(place -> place.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Some bits of the 48. */
    private record Bits(int shift, int width) {
        static Bits of(FieldPlace place) {
            return new Bits(place.lowBit() - CRC_BITS, place.width());
        }

        long max() {
            return (1L << width) - 1;
        }

        long from(long bits) {
            return bits >>> shift & max();
        }
    }

    /** One or two fields of the token with the members that describe them. */
    private sealed interface Part {
        long members();

        long bits(Request request);

        void write(long bits, Reply reply);
    }

    private record IntegerPart(Member member, Bits at, long min, long max) implements Part {
        @Override
        public long members() {
            return member.bit();
        }

        @Override
        public long bits(Request request) {
            return request.integer(member, min, max) << at.shift;
        }

        @Override
        public void write(long bits, Reply reply) {
            reply.number(member.toString(), at.from(bits));
        }
    }

    /** Sixteen bits without meaning; zero unless a request says otherwise. */
    private record PadPart(Bits at) implements Part {
        @Override
        public long members() {
            return Member.FIELD.bit();
        }

        @Override
        public long bits(Request request) {
            return request.has(Member.FIELD) ? request.integer(Member.FIELD, 0, at.max()) << at.shift : 0;
        }

        @Override
        public void write(long bits, Reply reply) {
            reply.number("field", at.from(bits));
        }
    }

    private record TidPart(Bits at) implements Part {
        @Override
        public long members() {
            return Member.set(Member.TID, Member.TIME, Member.BASE);
        }

        @Override
        public long bits(Request request) {
            return (long) request.tokenIdentifier() << at.shift;
        }

        @Override
        public void write(long bits, Reply reply) {
            reply.number("tid", at.from(bits));
        }
    }

    /** An amount of units or watts, or the field that codes it. */
    private record AmountPart(Member amount, Bits at) implements Part {
        @Override
        public long members() {
            return Member.set(amount, Member.FIELD);
        }

        @Override
        public long bits(Request request) {
            boolean hasField = request.has(Member.FIELD);
            if (!request.has(amount)) {
                if (!hasField) {
                    throw new RequestError(Code.MISSING_MEMBER, amount + " is missing; give " + amount + " or field");
                }
                return request.integer(Member.FIELD, 0, at.max()) << at.shift;
            }
            long steps = request.integer(amount, 0, CreditAmount.MAX_TENTHS);
            long code = new CreditAmount(steps).toBits();
            if (hasField) {
                long field = request.integer(Member.FIELD, 0, at.max());
                if (field != code) {
                    throw new RequestError(
                            Code.CONFLICT,
                            "field " + field + " is not the coding of " + amount + " " + steps + ", which is " + code);
                }
            }
            return code << at.shift;
        }

        @Override
        public void write(long bits, Reply reply) {
            long code = at.from(bits);
            reply.number(amount.toString(), CreditAmount.ofBits(code).tenths()).number("field", code);
        }
    }

    /** An amount of money, or the two fields that code it. */
    private record CurrencyPart(Bits signAndExponent, Bits field) implements Part {
        @Override
        public long members() {
            return Member.set(Member.AMOUNT, Member.SE, Member.FIELD);
        }

        @Override
        public long bits(Request request) {
            if (request.has(Member.AMOUNT)) {
                for (Member other : new Member[] {Member.SE, Member.FIELD}) {
                    if (request.has(other)) {
                        throw new RequestError(
                                Code.CONFLICT, other + " and amount both stand there; give amount, or se and field");
                    }
                }
                CurrencyAmount amount = request.amount();
                return amount.signAndExponent() << signAndExponent.shift | amount.amountBits() << field.shift;
            }
            if (!request.has(Member.SE) && !request.has(Member.FIELD)) {
                throw new RequestError(Code.MISSING_MEMBER, "amount is missing; give amount, or se and field");
            }
            return request.integer(Member.SE, 0, signAndExponent.max()) << signAndExponent.shift
                    | request.integer(Member.FIELD, 0, field.max()) << field.shift;
        }

        @Override
        public void write(long bits, Reply reply) {
            long se = signAndExponent.from(bits);
            long code = field.from(bits);
            reply.number("se", se)
                    .number("field", code)
                    .plain("amount", CurrencyAmount.ofBits(se, code).steps().toString());
        }
    }

    /** Tests and displays: an integer, or hexadecimal digits without padding. */
    private record ControlPart(Bits at) implements Part {
        @Override
        public long members() {
            return Member.CONTROL.bit();
        }

        @Override
        public long bits(Request request) {
            return (request.isText(Member.CONTROL)
                            ? request.hexNumber(Member.CONTROL, at.width / 4)
                            : request.integer(Member.CONTROL, 0, at.max()))
                    << at.shift;
        }

        @Override
        public void write(long bits, Reply reply) {
            reply.hex("control", at.from(bits), at.width / 4);
        }
    }

    private record SupplyGroupPart(Bits at) implements Part {
        @Override
        public long members() {
            return Member.SGC.bit();
        }

        @Override
        public long bits(Request request) {
            return (long) request.supplyGroup().value() << at.shift;
        }

        @Override
        public void write(long bits, Reply reply) {
            String digits = Long.toString(at.from(bits));
            reply.plain("sgc", "0".repeat(Math.max(0, 6 - digits.length())) + digits);
        }
    }

    private record KeyWordPart(Bits at) implements Part {
        @Override
        public long members() {
            return Member.NK.bit();
        }

        @Override
        public long bits(Request request) {
            return Request.bits(request.hex(Member.NK, 8), 0, 8) << at.shift;
        }

        @Override
        public void write(long bits, Reply reply) {
            reply.keyHex("nk", at.from(bits), 8);
        }
    }
}
