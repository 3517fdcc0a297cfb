package org.metermint.vending.tariff;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.metermint.tariff.AccountPosition;
import org.metermint.tariff.ChargeState;
import tools.jackson.databind.json.JsonMapper;

/**
 * An account's position as rows keep it: month, units and instant in columns, the rest as JSON, since most tariffs have
 * none.
 *
 * @param charges by code how far each charge is counted, and what of it is due
 * @param lifelineLossPaid what was paid in the month towards the loss of the lifeline; null for nothing
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record KeptPosition(
        @Nullable Map<String, ChargeState> charges,
        @Nullable BigDecimal lifelineLossPaid) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .withConfigOverride(
                    BigDecimal.class, decimal -> decimal.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.STRING)))
            .build();

    /** What columns do not hold of a position; null if that is nothing. */
    public static @Nullable KeptPosition of(AccountPosition position) {
        boolean nothing =
                position.charges().isEmpty() && position.lifelineLossPaid().signum() == 0;
        return nothing
                ? null
                : new KeptPosition(
                        new TreeMap<>(position.charges()),
                        position.lifelineLossPaid().signum() == 0 ? null : position.lifelineLossPaid());
    }

    /** The same as JSON. */
    public static @Nullable String json(AccountPosition position) {
        KeptPosition kept = of(position);
        return kept == null ? null : MAPPER.writeValueAsString(kept);
    }

    /** A position of what columns and JSON hold. */
    public static AccountPosition position(
            YearMonth month, BigDecimal units, @Nullable KeptPosition more, @Nullable Instant lastPurchase) {
        return new AccountPosition(
                month,
                units,
                more == null || more.charges == null ? Map.of() : more.charges,
                more == null || more.lifelineLossPaid == null ? BigDecimal.ZERO : more.lifelineLossPaid,
                lastPurchase);
    }

    /** The position of an account's row. */
    public static AccountPosition read(ResultSet account) throws SQLException {
        String more = account.getString("position_more");
        OffsetDateTime at = account.getObject("position_at", OffsetDateTime.class);
        return position(
                YearMonth.from(Objects.requireNonNull(account.getObject("position_month", LocalDate.class))),
                account.getBigDecimal("position_units"),
                more == null ? null : MAPPER.readValue(more, KeptPosition.class),
                at == null ? null : at.toInstant());
    }
}
