package org.metermint.vending.tariff;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.util.List;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TimeOfUse;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tariff version as a JSON document: the components of {@link Tariff} by their names, decimals as strings, instants
 * as in RFC 3339; docs/reference/tariff.schema.json. Reading is strict: an unknown, missing or repeated member is
 * refused, and the message says where it stands. Documents of the first format, which has blocks in place of energy, are
 * read too.
 */
public final class TariffJson {
    /** The format that is written. */
    public static final int FORMAT = 2;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addMixIn(Energy.class, EnergyKinds.class)
            .changeDefaultPropertyInclusion(included -> included.withValueInclusion(JsonInclude.Include.NON_NULL))
            .withConfigOverride(
                    BigDecimal.class, decimal -> decimal.setFormat(JsonFormat.Value.forShape(JsonFormat.Shape.STRING)))
            .build();

    /** Energy is told apart by its kind. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Energy.Blocks.class, name = "BLOCKS"),
        @JsonSubTypes.Type(value = Energy.Lifeline.class, name = "LIFELINE"),
        @JsonSubTypes.Type(value = Energy.Classes.class, name = "CLASSES"),
        @JsonSubTypes.Type(value = TimeOfUse.class, name = "TIME_OF_USE")
    })
    private interface EnergyKinds {}

    private TariffJson() {}

    /**
     * Reads a document.
     *
     * @throws RefusedException {@link RefusalCode#FIELD_INVALID} naming the member and what is wrong with it
     */
    public static Tariff parse(String json) {
        try {
            if (!(MAPPER.readTree(json) instanceof ObjectNode document)) {
                throw refused("", "it is no JSON object");
            }
            return MAPPER.treeToValue(TariffDocument.complete(document), Tariff.class);
        } catch (ValueInstantiationException e) {
            Throwable cause = e.getCause();
            String why = cause == null ? e.getOriginalMessage() : String.valueOf(cause.getMessage());
            throw refused(path(e.getPath()), why);
        } catch (JacksonException e) {
            String where = e.getLocation() == null || e.getLocation().getLineNr() < 1
                    ? path(e.getPath())
                    : "line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw refused(where, e.getOriginalMessage());
        }
    }

    static RefusedException refused(String where, String why) {
        return new RefusedException(
                RefusalCode.FIELD_INVALID, "tariff document" + (where.isEmpty() ? "" : " at " + where) + ": " + why);
    }

    /** Where in a document an error was found, such as {@code energy.blocks[2].price}; empty for the whole. */
    public static String path(List<JacksonException.Reference> references) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference reference : references) {
            if (reference.getPropertyName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
            }
        }
        return path.toString();
    }

    /** Writes a document that {@link #parse} reads into an equal version. */
    public static String write(Tariff version) {
        JsonNode members = MAPPER.valueToTree(version);
        ObjectNode document = MAPPER.createObjectNode().put(TariffDocument.FORMAT, FORMAT);
        members.properties().forEach(member -> document.set(member.getKey(), member.getValue()));
        return MAPPER.writeValueAsString(document);
    }
}
