package org.metermint.app.token;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.token.BaseDate;
import org.metermint.token.KeyChangeToken;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenNumber;
import org.metermint.token.cipher.BlockCipher;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.KeyChangeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the set of tokens that moves a meter to another key. */
@Command(
        name = "keychange",
        description = {
            "Makes the tokens that move a meter from the key it holds to another.",
            "The plain options describe the key that it holds; those with --to what is to be different."
        },
        footer = {
            "",
            "Example: to another tariff index, and to the base date of 2014",
            "  metermint token keychange --vending-key-file group.key --ea 11 --meter 12345678903 --sgc 123456 \\",
            "      --ti 1 --krn 1 --base-date 1993 --to-ti 2 --to-krn 2 --to-base-date 2014"
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class KeyChangeCommand implements Runnable {
    @Mixin
    private KeyOptions keys = new KeyOptions();

    @Option(names = "--to-key", paramLabel = "HEX", description = "The new decoder key; - asks for it.")
    private @Nullable String newKey;

    @Option(names = "--to-key-file", paramLabel = "FILE", description = "A file that holds the new decoder key.")
    private @Nullable Path newKeyFile;

    @Option(
            names = "--to-vending-key",
            paramLabel = "HEX",
            description = "The vending key of the new key, if it is another; - asks for it.")
    private @Nullable String newVendingKey;

    @Option(
            names = "--to-vending-key-file",
            paramLabel = "FILE",
            description = "A file that holds the vending key of the new key.")
    private @Nullable Path newVendingKeyFile;

    @Option(
            names = "--to-sgc",
            paramLabel = "SGC",
            description = "New supply group code.",
            converter = Converters.SupplyGroup.class)
    private @Nullable SupplyGroupCode supplyGroup;

    @Option(
            names = "--to-ti",
            paramLabel = "TI",
            description = "New tariff index.",
            converter = Converters.Tariff.class)
    private @Nullable TariffIndex tariffIndex;

    @Option(
            names = "--to-krn",
            paramLabel = "KRN",
            description = "New key revision number.",
            converter = Converters.Revision.class)
    private @Nullable KeyRevisionNumber revision;

    @Option(names = "--to-kt", paramLabel = "KT", description = "New key type.", converter = Converters.Type.class)
    private @Nullable KeyType type;

    @Option(
            names = "--to-base-date",
            paramLabel = "YEAR",
            description = "New base date; another one makes the meter forget its token identifiers (RO).",
            converter = Converters.Base.class)
    private @Nullable BaseDate baseDate;

    @Option(
            names = "--to-ken",
            paramLabel = "KEN",
            description = "New key expiry number; default: 255, never.",
            converter = Converters.Expiry.class)
    private KeyExpiryNumber expiry = KeyExpiryNumber.NEVER;

    @Option(
            names = "--roll-over",
            description = "Makes the meter forget its token identifiers (RO); only with --to-key, where the base dates"
                    + " cannot be compared.")
    private boolean rollOver;

    @Option(
            names = "--tokens",
            paramLabel = "2|3",
            description = "For keys of 64 bits: 3 to carry the supply group code too; default: 2.")
    private @Nullable Integer count;

    @Option(names = "--json", description = "Answers with one JSON object.")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** The key that the meter holds, and what it is to become. */
    private record Change(DecoderKey from, KeyChangeSet to) {}

    @Override
    public void run() {
        String newKeyHex = Secrets.read("--to-key", newKey, newKeyFile);
        Change change = newKeyHex == null ? derived() : given(newKeyHex);
        if (change.to().rollover() && change.from().equals(change.to().key())) {
            throw new CommandFailure(
                    "roll-over with a key that stays the same would let used tokens work again",
                    "Change the base date, revision, tariff index or supply group, or leave the roll-over out.");
        }
        List<TokenNumber> tokens = tokens(change);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("tokens", tokens.stream().map(TokenNumber::digits).toList());
            answer.put("rollover", change.to().rollover());
            answer.put("warnings", keys.warnings());
            Json.print(out, answer);
            return;
        }
        keys.printWarnings(spec.commandLine().getErr());
        for (int i = 0; i < tokens.size(); i++) {
            out.println((i + 1) + ". " + tokens.get(i).grouped());
        }
        out.println();
        out.println(
                "  Key in all of them, in any order, within ten minutes; the next token is made under the new key.");
        if (change.to().rollover()) {
            out.println("  Roll-over: the meter forgets its token identifiers. Credit and limits stay.");
        }
        out.flush();
    }

    private List<TokenNumber> tokens(Change change) {
        int wanted = change.from().algorithm().keyBits() == 128 ? 4 : 2;
        try {
            BlockCipher cipher = keys.cipher(change.from());
            List<TokenNumber> tokens = new ArrayList<>();
            for (KeyChangeToken token : change.to().tokens(count == null ? wanted : count)) {
                tokens.add(TokenFrame.insertClass(token.tokenClass(), cipher.encrypt(TokenFrame.block(token))));
            }
            return tokens;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure("--tokens: " + e.getMessage(), "Leave --tokens out for the usual number.", e);
        }
    }

    private Change given(String newKeyHex) {
        if (keys.nameAVendingKey() || newVendingKey != null || newVendingKeyFile != null) {
            throw new CommandFailure(
                    "--to-key and a vending key were both given", "Give both decoder keys, or derive both.");
        }
        DecoderKey from = keys.key();
        return new Change(
                from,
                new KeyChangeSet(
                        keys.decoderKey("--to-key", newKeyHex),
                        type == null ? keys.type() : type,
                        expiry,
                        KeyOptions.required("--to-krn", revision),
                        KeyOptions.required("--to-ti", tariffIndex),
                        KeyOptions.required("--to-sgc", supplyGroup),
                        rollOver));
    }

    private Change derived() {
        String vendingKeyHex = keys.vendingKeyHex();
        if (vendingKeyHex == null) {
            throw new CommandFailure(
                    "neither a new decoder key nor a vending key was given",
                    "Give --key-file and --to-key-file, or --vending-key-file with what names the meter and what is to"
                            + " change.");
        }
        if (rollOver) {
            throw new CommandFailure(
                    "--roll-over does not go with a vending key: it follows from the base dates",
                    "Give --to-base-date if the base date changes.");
        }
        DecoderKeyIdentity from = keys.identity();
        DecoderKeyIdentity to = new DecoderKeyIdentity(
                from.pan(),
                from.algorithm(),
                supplyGroup == null ? from.supplyGroup() : supplyGroup,
                tariffIndex == null ? from.tariffIndex() : tariffIndex,
                revision == null ? from.revision() : revision,
                type == null ? from.type() : type,
                baseDate == null ? from.baseDate() : baseDate);
        if (!from.type().mayBeParentOf(to.type())) {
            throw new CommandFailure(
                    "a meter with a " + from.type() + " does not take a " + to.type()
                            + ": it would answer KeyTypeError",
                    "See the key types in docs/concepts/sts.md.");
        }
        String newVendingKeyHex = Secrets.read("--to-vending-key", newVendingKey, newVendingKeyFile);
        DecoderKey newKeyDerived = keys.derive(newVendingKeyHex == null ? vendingKeyHex : newVendingKeyHex, to);
        return new Change(
                keys.derive(vendingKeyHex, from),
                new KeyChangeSet(
                        newKeyDerived,
                        to.type(),
                        expiry,
                        to.revision(),
                        to.tariffIndex(),
                        to.supplyGroup(),
                        from.baseDate() != to.baseDate()));
    }
}
