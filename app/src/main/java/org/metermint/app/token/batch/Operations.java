package org.metermint.app.token.batch;

import static org.metermint.app.token.batch.Member.set;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.metermint.app.token.batch.RequestError.Code;
import org.metermint.token.BaseDate;
import org.metermint.token.CreditAmount;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenNumber;
import org.metermint.token.cipher.BlockCipher;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.Dkga04Deriver;
import org.metermint.token.key.KeyBlocks;
import org.metermint.token.key.KeyChangeSet;
import org.metermint.token.key.KeyDerivation;
import org.metermint.token.key.VendingKey;

/** What each operation does: reads its members from a request and adds those of the reply. */
final class Operations {
    private static final int TOKEN_DIGITS = 20;
    private static final long KEYED = set(Member.EA, Member.KEY);
    private static final long DECODE = set(Member.OP, Member.TOKEN, Member.EA, Member.KEY);
    private static final long KEY_CHANGE = set(
            Member.OP,
            Member.EA,
            Member.OLDKEY,
            Member.NEWKEY,
            Member.KEN,
            Member.KRN,
            Member.RO,
            Member.KT,
            Member.TI,
            Member.SGC,
            Member.N);
    private static final long DERIVE = set(
            Member.OP,
            Member.DKGA,
            Member.VK,
            Member.PAN,
            Member.KT,
            Member.SGC,
            Member.TI,
            Member.KRN,
            Member.EA,
            Member.BDT);
    private static final long CIPHER = set(Member.OP, Member.DIR, Member.KEY, Member.BLOCK);

    private final Ea07Tables tables;
    private final Ciphers ciphers;

    /** Operations whose EA07 has the given tables. */
    Operations(Ea07Tables tables) {
        this.tables = tables;
        this.ciphers = new Ciphers(tables);
    }

    /** Serves one request. */
    void serve(Request request, Reply reply) {
        String op = request.text(Member.OP);
        switch (op) {
            case "token" -> token(request, reply);
            case "block" -> block(request, reply);
            case "decode" -> decode(request, reply);
            case "kct" -> keyChange(request, reply);
            case "dkga" -> derive(request, reply);
            case "panblock" -> panBlock(request, reply);
            case "control" -> controlBlock(request, reply);
            case "luhn" -> luhn(request, reply);
            case "tid" -> tid(request, reply);
            case "amount" -> amount(request, reply);
            case "unamount" -> unamount(request, reply);
            case "currency" -> currency(request, reply);
            case "uncurrency" -> uncurrency(request, reply);
            case "crc" -> crc(request, reply);
            case "sta" -> cipher(request, reply, op, EncryptionAlgorithm.EA07);
            case "des" -> cipher(request, reply, op, EncryptionAlgorithm.EA09);
            case "misty1" -> cipher(request, reply, op, EncryptionAlgorithm.EA11);
            default ->
                throw new RequestError(
                        Code.UNKNOWN_OP,
                        "op " + Request.shown(op) + " is none of luhn, panblock, control, dkga, tid, amount, unamount,"
                                + " currency, uncurrency, crc, block, token, kct, decode, sta, des, misty1");
        }
    }

    private static void allowOnly(Request request, String op, Member... members) {
        request.allowOnly(set(members) | Member.OP.bit(), "op " + op);
    }

    private void token(Request request, Reply reply) {
        TokenClass tokenClass = tokenClass(request);
        if (!tokenClass.isEncrypted()) {
            TokenForm form = form(request, tokenClass, 0);
            request.allowOnly(form.members(), form.title());
            long block = TokenFrame.block(tokenClass, form.bits(request));
            writeToken(reply, tokenClass, block, block);
            return;
        }
        EncryptionAlgorithm algorithm = request.algorithm();
        TokenForm form = form(request, tokenClass, algorithm.keyBits());
        request.allowOnly(form.members() | KEYED, form.title());
        BlockCipher cipher = ciphers.of(algorithm, request.key(Member.KEY, algorithm));
        long block = TokenFrame.block(tokenClass, form.bits(request));
        writeToken(reply, tokenClass, block, cipher.encrypt(block));
    }

    private static void writeToken(Reply reply, TokenClass tokenClass, long block, long cipher) {
        TokenNumber token = TokenFrame.insertClass(tokenClass, cipher);
        reply.hex("block", block, 16)
                .hex("cipher", cipher, 16)
                .hex66("hex", token.high(), token.low())
                .token("token", token);
    }

    private void block(Request request, Reply reply) {
        TokenClass tokenClass = tokenClass(request);
        // without a key, the member sgc tells the third token of a 64-bit set from that of a 128-bit one
        TokenForm form = form(request, tokenClass, request.has(Member.SGC) ? 64 : 128);
        request.allowOnly(form.members(), form.title());
        reply.hex("block", TokenFrame.block(tokenClass, form.bits(request)), 16);
    }

    private static TokenClass tokenClass(Request request) {
        return TokenClass.ofNumber((int) request.integer(Member.CLS, 0, 2));
    }

    private static TokenForm form(Request request, TokenClass tokenClass, int keyBits) {
        int subclass = (int) request.integer(Member.SUB, 0, 15);
        TokenForm form = TokenForm.find(tokenClass.number(), subclass, keyBits);
        if (form != null) {
            return form;
        }
        String bound = switch (tokenClass) {
            case CREDIT_TRANSFER -> "0..7";
            case NON_METER_SPECIFIC_MANAGEMENT -> "0..2";
            case METER_SPECIFIC_MANAGEMENT, RESERVED ->
                keyBits == 64 ? "0..8 and 10; 9 needs a key of 128 bits" : "0..10";
        };
        throw new RequestError(
                Code.OUT_OF_RANGE, "sub " + subclass + " of class " + tokenClass.number() + " is outside " + bound);
    }

    private void decode(Request request, Reply reply) {
        request.allowOnly(DECODE, "op decode");
        String digits = request.text(Member.TOKEN);
        EncryptionAlgorithm algorithm = request.has(Member.EA) ? request.algorithm() : null;
        String key = request.has(Member.KEY) ? key(request, algorithm) : null;
        TokenNumber token = number(digits);
        if (token == null) {
            reply.error("FormatError");
            return;
        }
        TokenClass tokenClass = TokenFrame.tokenClass(token);
        if (tokenClass == TokenClass.RESERVED) {
            reply.number("class", tokenClass.number()).error("FunctionError");
            return;
        }
        long block = TokenFrame.extractBlock(token);
        int keyBits = 0;
        if (tokenClass.isEncrypted()) {
            EncryptionAlgorithm needed = algorithm == null ? request.algorithm() : algorithm;
            String neededKey = key == null ? request.key(Member.KEY, needed) : key;
            block = ciphers.of(needed, neededKey).decrypt(block);
            keyBits = needed.keyBits();
        }
        reply.number("class", tokenClass.number()).hex("block", block, 16);
        if (!TokenFrame.isAuthentic(tokenClass, block)) {
            reply.error("CRCError");
            return;
        }
        int subclass = (int) (block >>> 60);
        TokenForm form = TokenForm.find(tokenClass.number(), subclass, keyBits);
        if (form == null) {
            reply.error("FunctionError");
            return;
        }
        reply.number("sub", subclass);
        form.write(block >>> 16, reply);
    }

    /** The key of a request to decode, which for a token in clear may stand there without an algorithm. */
    private static String key(Request request, @Nullable EncryptionAlgorithm algorithm) {
        return algorithm == null ? request.anyKey(Member.KEY) : request.key(Member.KEY, algorithm);
    }

    /** The 66 bits of 20 digits, or null if they are no token. */
    private static @Nullable TokenNumber number(String digits) {
        if (digits.length() != TOKEN_DIGITS) {
            return null;
        }
        try {
            return TokenNumber.ofDigits(digits);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void keyChange(Request request, Reply reply) {
        request.allowOnly(KEY_CHANGE, "op kct");
        EncryptionAlgorithm algorithm = request.algorithm();
        DecoderKey oldKey = DecoderKey.parseHex(algorithm, request.key(Member.OLDKEY, algorithm));
        DecoderKey newKey = DecoderKey.parseHex(algorithm, request.key(Member.NEWKEY, algorithm));
        boolean rollover = request.integer(Member.RO, 0, 1) == 1;
        KeyChangeSet set = new KeyChangeSet(
                newKey,
                KeyType.ofNumber((int) request.integer(Member.KT, 0, 3)),
                new KeyExpiryNumber((int) request.integer(Member.KEN, 0, 255)),
                request.revision(),
                new TariffIndex((int) request.integer(Member.TI, 0, 99)),
                request.supplyGroup(),
                rollover);
        int count =
                (int) (algorithm.keyBits() == 128 ? request.integer(Member.N, 4, 4) : request.integer(Member.N, 2, 3));
        if (rollover && oldKey.equals(newKey)) {
            throw new RequestError(
                    Code.CONFLICT, "ro is 1 and newkey is oldkey; tokens that were used would work again");
        }
        BlockCipher cipher = oldKey.cipher(tables);
        List<TokenNumber> tokens = new ArrayList<>(count);
        for (KeyChangeToken section : set.tokens(count)) {
            tokens.add(TokenFrame.insertClass(section.tokenClass(), cipher.encrypt(TokenFrame.block(section))));
        }
        reply.tokens("tokens", tokens);
    }

    private static void derive(Request request, Reply reply) {
        request.allowOnly(DERIVE, "op dkga");
        KeyDerivation derivation = KeyDerivation.ofNumber((int) request.integer(Member.DKGA, 1, 4));
        String vendingKeyHex = request.hex(Member.VK, derivation.vendingKeyBits() / 4);
        boolean baseDateMatters = derivation == KeyDerivation.DKGA04 || request.has(Member.BDT);
        DecoderKeyIdentity identity = new DecoderKeyIdentity(
                request.pan(),
                request.algorithm(),
                request.supplyGroup(),
                request.tariffIndexDigits(),
                request.revision(),
                KeyType.ofNumber((int) request.integer(Member.KT, 1, 3)),
                baseDateMatters ? request.baseDateCode() : BaseDate.BASE_1993);
        if (!derivation.allows(identity.algorithm())) {
            throw new RequestError(
                    Code.CONFLICT,
                    "ea " + identity.algorithm().number() + " has no keys by dkga " + derivation.number()
                            + "; dkga 1, 2, 3 derive keys of ea 7 and 9, dkga 4 of ea 7 and 11");
        }
        VendingKey vendingKey = vendingKey(vendingKeyHex);
        try {
            reply.plain("key", derive(derivation, vendingKey, identity).clearHex());
        } finally {
            vendingKey.destroy();
        }
    }

    private static VendingKey vendingKey(String hex) {
        try {
            return VendingKey.parseHex(hex);
        } catch (IllegalArgumentException e) {
            throw new RequestError(Code.BAD_VALUE, "vk: " + e.getMessage());
        }
    }

    private static DecoderKey derive(KeyDerivation derivation, VendingKey vendingKey, DecoderKeyIdentity identity) {
        if (derivation != KeyDerivation.DKGA04) {
            return derivation.derive(vendingKey, identity);
        }
        Dkga04Deriver deriver = Dkga04Deriver.withUnprovenCommonKeys(vendingKey);
        try {
            return deriver.derive(identity);
        } finally {
            deriver.destroy();
        }
    }

    private static void panBlock(Request request, Reply reply) {
        allowOnly(request, "panblock", Member.PAN, Member.KT);
        KeyType type = KeyType.ofNumber((int) request.integer(Member.KT, 1, 3));
        reply.hex("block", KeyBlocks.panBlock(request.pan(), type), 16);
    }

    /** The block of any key type: that of an initialisation key derives nothing, but is well defined. */
    private static void controlBlock(Request request, Reply reply) {
        allowOnly(request, "control", Member.KT, Member.SGC, Member.TI, Member.KRN);
        String digits = request.integer(Member.KT, 0, 3) + request.supplyGroup().digits()
                + request.tariffIndexDigits().digits() + request.revision() + "FFFFFF";
        reply.hex("block", Request.bits(digits, 0, digits.length()), 16);
    }

    private static void luhn(Request request, Reply reply) {
        allowOnly(request, "luhn", Member.DIGITS);
        reply.number("check", Luhn.checkDigit(request.digits(Member.DIGITS)));
    }

    private static void tid(Request request, Reply reply) {
        allowOnly(request, "tid", Member.TIME, Member.BASE);
        reply.number("tid", request.minutesOfTime());
    }

    private static void amount(Request request, Reply reply) {
        allowOnly(request, "amount", Member.UNITS);
        long units = request.integer(Member.UNITS, 0, CreditAmount.MAX_TENTHS);
        reply.number("field", new CreditAmount(units).toBits());
    }

    private static void unamount(Request request, Reply reply) {
        allowOnly(request, "unamount", Member.FIELD);
        long field = request.integer(Member.FIELD, 0, 0xFFFF);
        reply.number("units", CreditAmount.ofBits(field).tenths());
    }

    private static void currency(Request request, Reply reply) {
        allowOnly(request, "currency", Member.AMOUNT);
        CurrencyAmount amount = request.amount();
        reply.number("se", amount.signAndExponent()).number("field", amount.amountBits());
    }

    private static void uncurrency(Request request, Reply reply) {
        allowOnly(request, "uncurrency", Member.SE, Member.FIELD);
        long se = request.integer(Member.SE, 0, 15);
        long field = request.integer(Member.FIELD, 0, 0xFFFF);
        reply.plain("amount", CurrencyAmount.ofBits(se, field).steps().toString());
    }

    private static void crc(Request request, Reply reply) {
        allowOnly(request, "crc", Member.HEX);
        reply.hex("crc", Checksum.of(request.octets(Member.HEX)), 4);
    }

    private void cipher(Request request, Reply reply, String op, EncryptionAlgorithm algorithm) {
        request.allowOnly(CIPHER, "op " + op);
        boolean encrypt = encrypts(request);
        BlockCipher cipher = ciphers.of(algorithm, request.key(Member.KEY, algorithm));
        long block = request.block(Member.BLOCK);
        reply.hex("block", encrypt ? cipher.encrypt(block) : cipher.decrypt(block), 16);
    }

    private static boolean encrypts(Request request) {
        return switch (request.text(Member.DIR)) {
            case "e" -> true;
            case "d" -> false;
            default -> throw request.badValue(Member.DIR, "must be \"e\" (encrypt) or \"d\" (decrypt)");
        };
    }
}
