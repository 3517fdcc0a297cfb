package org.metermint.app.token;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.token.batch.Ea07TablesFile;
import org.metermint.token.BaseDate;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.cipher.BlockCipher;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.key.DecoderKey;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.KeyDerivation;
import org.metermint.token.key.TestOnlyVendingKeys;
import org.metermint.token.key.VendingKey;
import picocli.CommandLine.Option;

/** The options that say which key a meter holds: the decoder key itself, or a vending key and what names the meter. */
final class KeyOptions {
    @Option(
            names = "--key",
            paramLabel = "HEX",
            description =
                    "The meter's decoder key; - asks for it. Other users of this machine can see what stands here:"
                            + " prefer --key-file.")
    private @Nullable String key;

    @Option(names = "--key-file", paramLabel = "FILE", description = "A file that holds the meter's decoder key.")
    private @Nullable Path keyFile;

    @Option(
            names = "--vending-key",
            paramLabel = "HEX",
            description = "The vending key of the supply group, from which the decoder key is derived; - asks for it.")
    private @Nullable String vendingKey;

    @Option(names = "--vending-key-file", paramLabel = "FILE", description = "A file that holds the vending key.")
    private @Nullable Path vendingKeyFile;

    @Option(
            names = "--ea",
            paramLabel = "EA",
            description = "The meter's cipher: 07 (STA), 11 (MISTY1) or 09 (DES, withdrawn).",
            converter = Converters.Algorithm.class)
    private @Nullable EncryptionAlgorithm algorithm;

    @Option(
            names = "--pan",
            paramLabel = "PAN",
            description = "The meter by its PAN of 18 digits.",
            converter = Converters.Pan.class)
    private @Nullable MeterPan pan;

    @Option(
            names = "--meter",
            paramLabel = "DRN",
            description = "The meter by the number printed on it, 11 or 13 digits.",
            converter = Converters.Meter.class)
    private @Nullable DecoderReferenceNumber meter;

    @Option(
            names = "--sgc",
            paramLabel = "SGC",
            description = "Supply group code, six digits.",
            converter = Converters.SupplyGroup.class)
    private @Nullable SupplyGroupCode supplyGroup;

    @Option(
            names = "--ti",
            paramLabel = "TI",
            description = "Tariff index, 0 to 99.",
            converter = Converters.Tariff.class)
    private @Nullable TariffIndex tariffIndex;

    @Option(
            names = "--krn",
            paramLabel = "KRN",
            description = "Key revision number, 1 to 9.",
            converter = Converters.Revision.class)
    private @Nullable KeyRevisionNumber revision;

    @Option(
            names = "--kt",
            paramLabel = "KT",
            description = "Key type: 1 (DDTK), 2 (DUTK, the default) or 3 (DCTK).",
            converter = Converters.Type.class)
    private @Nullable KeyType type;

    @Option(
            names = "--base-date",
            paramLabel = "YEAR",
            description = "Base date of the vending key: 1993, 2014 or 2035.",
            converter = Converters.Base.class)
    private @Nullable BaseDate baseDate;

    @Option(
            names = "--dkga",
            paramLabel = "DKGA",
            description = "Key derivation: 04 unless another is named here (02 for Edition 1; 01 and 03 are legacy).",
            converter = Converters.Derivation.class)
    private @Nullable KeyDerivation derivation;

    @Option(
            names = "--ea07-tables",
            paramLabel = "FILE",
            description = "The EA07 tables of the operator; without it, the sample tables of the standard.")
    private @Nullable Path tablesFile;

    private @Nullable Ea07Tables tables;
    private final List<String> warnings = new ArrayList<>();

    /** Whether any key was given. */
    boolean areGiven() {
        return key != null || keyFile != null || vendingKey != null || vendingKeyFile != null;
    }

    boolean nameAVendingKey() {
        return vendingKey != null || vendingKeyFile != null;
    }

    /** The key that the meter holds. */
    DecoderKey key() {
        String decoderKeyHex = Secrets.read("--key", key, keyFile);
        String vendingKeyHex = Secrets.read("--vending-key", vendingKey, vendingKeyFile);
        if (decoderKeyHex != null && vendingKeyHex != null) {
            throw new CommandFailure(
                    "a decoder key and a vending key were both given",
                    "Give --key, or --vending-key with what names the meter.");
        }
        if (decoderKeyHex != null) {
            return decoderKey("--key", decoderKeyHex);
        }
        if (vendingKeyHex == null) {
            throw new CommandFailure(
                    "no key was given",
                    "Give the meter's key by --key-file (or --key) and --ea, or a vending key by --vending-key-file (or"
                            + " --vending-key) with --ea, --pan or --meter, --sgc, --ti, --krn and --base-date.");
        }
        return derive(vendingKeyHex, identity());
    }

    /** A decoder key that was given in clear. */
    DecoderKey decoderKey(String option, String hex) {
        EncryptionAlgorithm cipher = required("--ea", algorithm);
        warnOfSampleTables(cipher);
        try {
            return DecoderKey.parseHex(cipher, hex);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    option + ": " + e.getMessage(),
                    "A key of EA07 or EA09 has 16 hexadecimal digits, one of EA11 has 32; check --ea.",
                    e);
        }
    }

    /** What names the meter's key beside the vending key. */
    DecoderKeyIdentity identity() {
        return new DecoderKeyIdentity(
                meterPan(),
                required("--ea", algorithm),
                required("--sgc", supplyGroup),
                required("--ti", tariffIndex),
                required("--krn", revision),
                type(),
                // only DKGA04 makes the base date a part of the key
                derivation() == KeyDerivation.DKGA04 || baseDate != null
                        ? required("--base-date", baseDate)
                        : BaseDate.BASE_1993);
    }

    private MeterPan meterPan() {
        if (pan != null && meter != null && !MeterPan.of(meter).equals(pan)) {
            throw new CommandFailure("--pan " + pan + " and --meter " + meter + " are two meters", "Give one of them.");
        }
        return pan != null ? pan : MeterPan.of(required("--meter (or --pan)", meter));
    }

    /** The key of a meter by a vending key in hexadecimal digits. */
    DecoderKey derive(String vendingKeyHex, DecoderKeyIdentity identity) {
        warnOfSampleTables(identity.algorithm());
        VendingKey source;
        try {
            source = VendingKey.parseHex(vendingKeyHex);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    "--vending-key: " + e.getMessage(),
                    "A vending key has 40 hexadecimal digits (DKGA04), 16 with odd parity (DKGA02) or 32 (DKGA03).",
                    e);
        }
        if (TestOnlyVendingKeys.contains(source)) {
            warn("TEST ONLY: this vending key is public; anybody can make tokens for its meters.");
        }
        try {
            return derivation().derive(source, identity);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    "the key cannot be derived: " + e.getMessage(),
                    "Name the derivation by --dkga if it is not 04; see docs/concepts/sts.md for which is which.",
                    e);
        } finally {
            source.destroy();
        }
    }

    /** The vending key in hexadecimal digits, or null if none was given. */
    @Nullable String vendingKeyHex() {
        return Secrets.read("--vending-key", vendingKey, vendingKeyFile);
    }

    private KeyDerivation derivation() {
        return derivation == null ? KeyDerivation.DKGA04 : derivation;
    }

    KeyType type() {
        return type == null ? KeyType.DUTK : type;
    }

    @Nullable BaseDate baseDate() {
        return baseDate;
    }

    private void warnOfSampleTables(EncryptionAlgorithm cipher) {
        if (cipher == EncryptionAlgorithm.EA07 && tables().isSample()) {
            warn("EA07 with the SAMPLE tables of the standard: no meter in the field takes such tokens. An operator's"
                    + " tables are given by --ea07-tables.");
        }
    }

    private void warn(String warning) {
        if (!warnings.contains(warning)) {
            warnings.add(warning);
        }
    }

    /** What the reader must know about the keys and tables that were used. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Prints the warnings. */
    void printWarnings(PrintWriter err) {
        warnings.forEach(warning -> err.println("warning: " + warning));
        err.flush();
    }

    BlockCipher cipher(DecoderKey decoderKey) {
        return decoderKey.cipher(tables());
    }

    private Ea07Tables tables() {
        Ea07Tables read = tables;
        if (read == null) {
            read = tablesFile == null ? Ea07Tables.sample() : Ea07TablesFile.read(tablesFile);
            tables = read;
        }
        return read;
    }

    /** The value of an option that this command cannot do without. */
    static <T> T required(String option, @Nullable T value) {
        if (value == null) {
            throw new CommandFailure(option + " is missing", "Add it; metermint help token says what it means.");
        }
        return value;
    }
}
