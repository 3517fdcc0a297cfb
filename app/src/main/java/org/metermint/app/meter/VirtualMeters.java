package org.metermint.app.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.metermint.app.CommandFailure;
import org.metermint.app.database.DataDirectory;
import org.metermint.meter.MeterFileException;
import org.metermint.meter.MeterSpecification;
import org.metermint.meter.VirtualMeter;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.cipher.Ea07Tables;
import org.metermint.token.decode.DecoderKeyRegister;
import org.metermint.token.key.DecoderKeyIdentity;
import org.metermint.token.key.TestOnlyVendingKeys;

/**
 * The virtual meters of an installation, each a file in the data directory. Their keys come from the public test keys:
 * TEST ONLY.
 */
public final class VirtualMeters {

    private static final String DIRECTORY = "meters";

    private final Path directory;

    private VirtualMeters(Path directory) {
        this.directory = directory;
    }

    /** The meters of a data directory, which is made if it is not there; a server may be running on it. */
    public static VirtualMeters in(Path data) {
        if (!Files.exists(data)) {
            DataDirectory.open(data).close();
        }
        Path directory = data.resolve(DIRECTORY);
        try {
            if (!Files.exists(directory)) {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot make " + directory + ": " + e.getMessage(), "Check the permissions of " + data + ".", e);
        }
        return new VirtualMeters(directory);
    }

    public boolean exists(MeterPan pan) {
        return Files.exists(file(pan));
    }

    /** Makes a meter that holds the key which the public test keys give it. */
    public VirtualMeter makeTestOnly(
            MeterSpecification specification,
            SupplyGroupCode supplyGroup,
            KeyRevisionNumber revision,
            TariffIndex tariffIndex) {
        TestOnlyVendingKeys.Entry entry = TestOnlyVendingKeys.entries().stream()
                .filter(key ->
                        key.supplyGroup().equals(supplyGroup) && key.revision().equals(revision))
                .filter(key -> key.derivation().allows(specification.algorithm()))
                .findFirst()
                .orElseThrow(() -> noKey(supplyGroup, revision, specification.algorithm()));
        DecoderKeyIdentity identity = new DecoderKeyIdentity(
                specification.pan(),
                specification.algorithm(),
                supplyGroup,
                tariffIndex,
                revision,
                entry.type(),
                entry.baseDate());
        DecoderKeyRegister register = new DecoderKeyRegister(
                entry.derivation().derive(entry.key(), identity),
                entry.type(),
                entry.expiry(),
                revision,
                tariffIndex,
                supplyGroup);
        try {
            return VirtualMeter.create(
                    file(specification.pan()),
                    specification,
                    register,
                    made(entry.baseDate()),
                    Ea07Tables.sample(),
                    Clock.systemUTC());
        } catch (MeterFileException e) {
            throw unusable(specification.pan(), e);
        }
    }

    public VirtualMeter open(MeterPan pan) {
        if (!exists(pan)) {
            throw new CommandFailure(
                    "there is no virtual meter " + pan.drn() + " in " + directory,
                    "Make it with metermint meter new, or name another data directory with --data.");
        }
        try {
            return VirtualMeter.open(file(pan), Ea07Tables.sample(), Clock.systemUTC());
        } catch (MeterFileException e) {
            throw unusable(pan, e);
        }
    }

    /** A little while ago; or, if the base date has ended by now, its beginning. */
    private static TokenIdentifier made(BaseDate base) {
        Instant recently = Instant.now().minus(Duration.ofHours(1));
        try {
            return TokenIdentifier.at(recently, base);
        } catch (IllegalArgumentException e) {
            return TokenIdentifier.at(base.start(), base);
        }
    }

    private Path file(MeterPan pan) {
        return directory.resolve(pan.digits() + ".meter");
    }

    private static CommandFailure noKey(
            SupplyGroupCode supplyGroup, KeyRevisionNumber revision, EncryptionAlgorithm algorithm) {
        return new CommandFailure(
                "no public test key for supply group " + supplyGroup.digits() + ", revision " + revision.value()
                        + " and algorithm " + algorithm.code(),
                "Supply groups with test keys: "
                        + String.join(
                                ", ",
                                TestOnlyVendingKeys.entries().stream()
                                        .map(key -> key.supplyGroup().digits() + " revision "
                                                + key.revision().value())
                                        .toList())
                        + ".");
    }

    private static CommandFailure unusable(MeterPan pan, MeterFileException e) {
        return new CommandFailure(
                "virtual meter " + pan.drn() + " cannot be used: " + e.getMessage(),
                "Close whatever else uses it, or restore its file.",
                e);
    }
}
