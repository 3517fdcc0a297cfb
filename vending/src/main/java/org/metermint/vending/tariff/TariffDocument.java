package org.metermint.vending.tariff;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.metermint.tariff.Charge;
import org.metermint.tariff.Continuity;
import org.metermint.tariff.Deductions;
import org.metermint.tariff.Energy;
import org.metermint.tariff.Tariff;
import org.metermint.tariff.TimeOfUse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The members of a tariff document before it is read: what may be left out is put in, what may not is asked for. */
final class TariffDocument {
    static final String FORMAT = "format";
    private static final String ENERGY = "energy";
    private static final String BLOCKS = "blocks";
    private static final String LEVIES = "levies";
    private static final String CHARGES = "charges";
    private static final String TABLE = "table";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Members that may be absent for good. */
    private static final Set<String> OPTIONAL = Set.of(TABLE, "threePhaseAmount", "lifelineAmount", "averageUpTo");

    private static final Map<String, Class<?>> KINDS = Map.of(
            "BLOCKS", Energy.Blocks.class,
            "LIFELINE", Energy.Lifeline.class,
            "CLASSES", Energy.Classes.class,
            "TIME_OF_USE", TimeOfUse.class);

    private TariffDocument() {}

    /** The document as the records of the engine have it. */
    static ObjectNode complete(ObjectNode document) {
        JsonNode format = document.remove(FORMAT);
        boolean first = format == null || (format.isInt() && format.intValue() == 1);
        if (!first && !(format.isInt() && format.intValue() == TariffJson.FORMAT)) {
            throw TariffJson.refused(FORMAT, format + " is unknown; it is 1 or " + TariffJson.FORMAT);
        }
        if (first) {
            upgrade(document);
        }
        putDefaults(document);
        require(document, Tariff.class, "");
        return document;
    }

    private static void upgrade(ObjectNode document) {
        for (String later : List.of(ENERGY, CHARGES, "deductions", "continuity")) {
            if (document.has(later)) {
                throw TariffJson.refused(later, "it needs \"format\": " + TariffJson.FORMAT + " in the document");
            }
        }
        JsonNode blocks = document.remove(BLOCKS);
        if (blocks == null) {
            throw TariffJson.refused(BLOCKS, "it is missing");
        }
        document.set(ENERGY, NODES.objectNode().put("kind", "BLOCKS").set(BLOCKS, blocks));
    }

    private static void putDefaults(ObjectNode document) {
        putIfAbsent(document, LEVIES, NODES.arrayNode());
        putIfAbsent(document, CHARGES, NODES.arrayNode());
        putIfAbsent(document, "deductions", NODES.objectNode());
        putIfAbsent(document, "continuity", NODES.objectNode());
        if (document.get("deductions") instanceof ObjectNode deductions) {
            Deductions standard = Deductions.STANDARD;
            ArrayNode order = NODES.arrayNode();
            standard.order().forEach(order::add);
            putIfAbsent(deductions, "order", order);
            putIfAbsent(deductions, "chargesPercent", text(standard.chargesPercent()));
            putIfAbsent(deductions, "debtsPercent", text(standard.debtsPercent()));
            putIfAbsent(deductions, "leastTenths", NODES.numberNode(standard.leastTenths()));
            putIfAbsent(
                    deductions,
                    "whenNothingLeft",
                    NODES.stringNode(standard.whenNothingLeft().name()));
        }
        if (document.get("continuity") instanceof ObjectNode continuity) {
            Continuity standard = Continuity.STANDARD;
            putIfAbsent(
                    continuity, "onChange", NODES.stringNode(standard.onChange().name()));
            putIfAbsent(
                    continuity,
                    "newAccount",
                    NODES.stringNode(standard.newAccount().name()));
            putIfAbsent(
                    continuity,
                    "freeUnits",
                    NODES.stringNode(standard.freeUnits().name()));
        }
        for (JsonNode each : document.get(CHARGES)) {
            if (each instanceof ObjectNode charge) {
                putIfAbsent(charge, "per", NODES.stringNode(Charge.Per.ACCOUNT.name()));
                putIfAbsent(charge, "aboveTender", NODES.numberNode(0L));
                putIfAbsent(charge, "maxPeriods", NODES.numberNode(0));
            }
        }
        for (JsonNode levy : document.get(LEVIES)) {
            putTableDefault(levy, "rate");
        }
        document.path(ENERGY).path(BLOCKS).forEach(block -> putTableDefault(block, "price"));
        for (JsonNode each : document.path(ENERGY).path("classes")) {
            each.path(BLOCKS).forEach(block -> putTableDefault(block, "price"));
        }
    }

    /** Whoever names a table gives no figure of his own. */
    private static void putTableDefault(JsonNode node, String figure) {
        if (node instanceof ObjectNode object && object.has(TABLE)) {
            putIfAbsent(object, figure, text(BigDecimal.ZERO));
        }
    }

    private static void putIfAbsent(ObjectNode node, String name, JsonNode value) {
        if (!node.has(name)) {
            node.set(name, value);
        }
    }

    private static JsonNode text(BigDecimal decimal) {
        return NODES.stringNode(decimal.toPlainString());
    }

    private static void require(JsonNode node, Class<?> type, String path) {
        if (type == Energy.class) {
            requireEnergy(node, path);
            return;
        }
        if (!type.isRecord()) {
            requireValue(node, type, path);
            return;
        }
        if (!node.isObject()) {
            throw TariffJson.refused(path, "it is no object");
        }
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName();
            String place = path.isEmpty() ? name : path + "." + name;
            JsonNode member = node.get(name);
            if (member == null || member.isNull()) {
                if (!OPTIONAL.contains(name)) {
                    throw TariffJson.refused(place, "it is missing");
                }
            } else if (member.isArray() && component.getGenericType() instanceof ParameterizedType list) {
                for (int i = 0; i < member.size(); i++) {
                    if (member.get(i).isNull()) {
                        throw TariffJson.refused(place + "[" + i + "]", "it is null");
                    }
                    require(member.get(i), (Class<?>) list.getActualTypeArguments()[0], place + "[" + i + "]");
                }
            } else {
                require(member, component.getType(), place);
            }
        }
    }

    /** What Jackson would take for something else: a number for a text, an ordinal for a name, an instant in seconds. */
    private static void requireValue(JsonNode node, Class<?> type, String path) {
        if (type == int.class || type == long.class) {
            if (!node.isIntegralNumber()) {
                throw TariffJson.refused(path, "it is no whole number");
            }
        } else if (type.isEnum()) {
            List<String> names =
                    Arrays.stream(type.getEnumConstants()).map(Object::toString).toList();
            if (!names.contains(node.asString(""))) {
                throw TariffJson.refused(path, "it is none of " + names);
            }
        } else if (!Collection.class.isAssignableFrom(type) && !Map.class.isAssignableFrom(type) && !node.isString()) {
            throw TariffJson.refused(path, "it is no text");
        }
    }

    private static void requireEnergy(JsonNode node, String path) {
        Class<?> kind = KINDS.get(node.path("kind").asString(""));
        if (kind == null) {
            throw TariffJson.refused(
                    path + ".kind",
                    "it is none of " + KINDS.keySet().stream().sorted().toList());
        }
        require(node, kind, path);
    }
}
