package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.metermint.token.BaseDate;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import org.metermint.token.TokenIdentifier;
import org.metermint.vending.meter.Meter;
import org.metermint.vending.meter.MeterCredit;
import org.metermint.vending.meter.MeterNumbers;
import org.metermint.vending.meter.MeterStatus;

/** A meter, on the way in and out: its number, and the key that it is recorded to hold. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record MeterResource(
        @Schema(
                description = "The number on the meter (11 or 13 digits) or its PAN (18 digits); answered as PAN.",
                example = "01234567897")
        String number,

        @Schema(description = "Encryption algorithm.") EncryptionAlgorithm algorithm,

        @Schema(description = "SGC of the key in the meter, 6 digits.", example = "123456")
        String supplyGroup,

        @Schema(description = "KRN of the key in the meter, 1 to 9.", example = "1")
        int keyRevision,

        @Schema(description = "TI of the key in the meter, 2 digits.", example = "01")
        String tariffIndex,

        @Schema(description = "KT of the key in the meter; DUTK if absent.")
        Optional<KeyType> keyType,

        @Schema(
                description =
                        "The largest key change set the meter takes: 2 or 3 tokens, 4 for EA11; the least if absent.")
        Optional<Integer> keyChangeTokens,

        @Schema(description = "ACTIVE if absent.") Optional<MeterStatus> status,

        @Schema(
                description = "Last token identifier used, in minutes, by year of the base date.",
                example = "{\"1993\": 16000000}")
        Optional<Map<String, Integer>> lastTokenIdentifiers,

        @Schema(description = "What it takes as credit: units, or money that it prices itself; UNITS if absent.")
        Optional<MeterCredit> credit) {
    static MeterResource of(Meter meter) {
        Map<String, Integer> last = new TreeMap<>();
        meter.lastTokenIdentifiers().forEach((base, tid) -> last.put(Integer.toString(base.year()), tid.minutes()));
        return new MeterResource(
                meter.pan().digits(),
                meter.algorithm(),
                meter.supplyGroup().digits(),
                meter.revision().value(),
                meter.tariffIndex().digits(),
                Optional.of(meter.keyType()),
                Optional.of(meter.keyChangeTokens()),
                Optional.of(meter.status()),
                Optional.of(last),
                Optional.of(meter.credit()));
    }

    Meter meter() {
        return Fields.checked(() -> new Meter(
                MeterNumbers.parse(number),
                algorithm,
                Fields.parsed("supply_group", supplyGroup, SupplyGroupCode::parse),
                Fields.parsed("key_revision", keyRevision, KeyRevisionNumber::new),
                Fields.parsed("tariff_index", tariffIndex, TariffIndex::parse),
                keyType.orElse(KeyType.DUTK),
                keyChangeTokens.orElse(Meter.usualKeyChangeTokens(algorithm)),
                status.orElse(MeterStatus.ACTIVE),
                lastIdentifiers(),
                credit.orElse(MeterCredit.UNITS)));
    }

    private Map<BaseDate, TokenIdentifier> lastIdentifiers() {
        Map<BaseDate, TokenIdentifier> last = new EnumMap<>(BaseDate.class);
        lastTokenIdentifiers.orElse(Map.of()).forEach((year, minutes) -> {
            String field = "last_token_identifiers." + year;
            BaseDate base = Fields.parsed(field, year, text -> BaseDate.ofYear(Integer.parseInt(text)));
            last.put(base, Fields.parsed(field, minutes, TokenIdentifier::new));
        });
        return last;
    }
}
