package org.metermint.channel.rest;

import io.swagger.v3.oas.annotations.media.Schema;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.SupplyGroupCode;
import org.metermint.vending.supply.Service;
import org.metermint.vending.supply.SupplyGroup;

/** A supply group, on the way in and out. */
record SupplyGroupResource(
        @Schema(description = "SGC, 6 digits.", example = "123456")
        String code,

        @Schema(description = "1 to 120 characters.") String name,

        @Schema(description = "KRN of the current key, 1 to 9.", example = "2")
        int keyRevision,

        @Schema(description = "KT of the current key: DUTK or DCTK.")
        KeyType keyType,

        Service service) {
    static SupplyGroupResource of(SupplyGroup group) {
        return new SupplyGroupResource(
                group.code().digits(), group.name(), group.revision().value(), group.type(), group.service());
    }

    SupplyGroup group() {
        return Fields.checked(() -> new SupplyGroup(
                Fields.parsed("code", code, SupplyGroupCode::parse),
                name,
                Fields.parsed("key_revision", keyRevision, KeyRevisionNumber::new),
                keyType,
                service));
    }
}
