package org.metermint.secure.network;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.VendingKeyInfo;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.MeterConfigAmendment;
import org.metermint.secure.network.wire.MeterConfigIn;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;

/**
 * A {@code MeterConfigIn} whose values are in range.
 *
 * @param carrier token carrier type; comes back on the tokens and means nothing else here
 * @param expiry the key expiry number that the caller has recorded of the meter
 * @param amendment the key that the meter shall hold; null for the one that it holds
 * @param toNewestRevision whether the meter may be moved to the newest revision
 * @param toCurrentExpiry whether the meter may be given the vending key's expiry number
 * @param thirdToken whether a key change of 64 bits has three tokens
 */
record MeterConfig(
        MeterPan pan,
        EncryptionAlgorithm algorithm,
        int carrier,
        Place place,
        KeyExpiryNumber expiry,
        @Nullable Place amendment,
        boolean toNewestRevision,
        boolean toCurrentExpiry,
        boolean thirdToken) {

    /** What names a key of a meter but for its type, which the interface leaves to the module. */
    record Place(SupplyGroupCode group, KeyRevisionNumber revision, TariffIndex tariff) {
        static Place of(MeterKeyState state) {
            return new Place(state.supplyGroup(), state.revision(), state.tariffIndex());
        }

        boolean differsOnlyInRevision(Place other) {
            return group.equals(other.group) && tariff.equals(other.tariff);
        }
    }

    /** Reads a configuration; a meter card that has expired is refused (CTSA18). */
    static MeterConfig read(MeterConfigIn config, Instant now) throws ApiException {
        Parameters.requireUnexpiredCard("meterConfig.doe", config.doe(), now);
        @Nullable MeterConfigAmendment amendment = config.newConfig();
        return new MeterConfig(
                Parameters.meter("meterConfig.drn", config.drn()),
                Parameters.algorithm("meterConfig.ea", config.ea()),
                Parameters.inRange("meterConfig.tct", config.tct(), 0, 99),
                new Place(
                        Parameters.supplyGroup("meterConfig.sgc", config.sgc()),
                        Parameters.revision("meterConfig.krn", config.krn()),
                        Parameters.tariffIndex("meterConfig.ti", config.ti())),
                new KeyExpiryNumber(Parameters.inRange("meterConfig.ken", config.ken(), 0, 255)),
                amendment == null ? null : place("meterConfig.newConfig.", amendment),
                Boolean.TRUE.equals(config.allowKrnUpdate()),
                Boolean.TRUE.equals(config.allowKenUpdate()),
                Boolean.TRUE.equals(config.allow3Kct()));
    }

    static Place place(String path, MeterConfigAmendment amendment) throws ApiException {
        return new Place(
                Parameters.supplyGroup(path + "toSgc", amendment.toSgc()),
                Parameters.revision(path + "toKrn", amendment.toKrn()),
                Parameters.tariffIndex(path + "toTi", amendment.toTi()));
    }

    /** The same meter, to be moved to another key. */
    MeterConfig movingTo(Place next) {
        return new MeterConfig(
                pan, algorithm, carrier, place, expiry, next, toNewestRevision, toCurrentExpiry, thirdToken);
    }

    /** The meter's key if it comes from a vending key, under a tariff index. */
    MeterKeyState state(VendingKeyInfo key, TariffIndex tariff) {
        return new MeterKeyState(pan, algorithm, key.supplyGroup(), tariff, key.revision(), key.type());
    }

    /** How many tokens a key change takes. */
    int sections() {
        if (algorithm.keyBits() == 128) {
            return 4;
        }
        return thirdToken ? 3 : 2;
    }
}
