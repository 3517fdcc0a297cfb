package org.metermint.vending.tariff;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import org.metermint.tariff.Tariff;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tariff version as a JSON document: the components of {@link Tariff} by their names, decimals as strings, instants
 * as in RFC 3339. Reading is strict: an unknown, missing or repeated member is refused.
 */
public final class TariffJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .withConfigOverride(
                    BigDecimal.class, decimal -> decimal.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.STRING)))
            .build();

    private TariffJson() {}

    /**
     * Reads a document.
     *
     * @throws RefusedException {@link RefusalCode#FIELD_INVALID} naming the member and what is wrong with it
     */
    public static Tariff parse(String json) {
        try {
            return MAPPER.readValue(json, Tariff.class);
        } catch (ValueInstantiationException e) {
            Throwable cause = e.getCause();
            String why = cause == null ? e.getOriginalMessage() : String.valueOf(cause.getMessage());
            throw new RefusedException(RefusalCode.FIELD_INVALID, "tariff document: " + why);
        } catch (JacksonException e) {
            throw new RefusedException(
                    RefusalCode.FIELD_INVALID,
                    "tariff document at " + e.getPathReference() + ": " + e.getOriginalMessage());
        }
    }

    /** Writes a document that {@link #parse} reads into an equal version. */
    public static String write(Tariff version) {
        return MAPPER.writeValueAsString(version);
    }
}
