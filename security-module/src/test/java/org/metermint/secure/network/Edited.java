package org.metermint.secure.network;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.metermint.secure.network.wire.Token;

/** A token on the wire with other fields. */
final class Edited {
    private Edited() {}

    static Token token(Token token, UnaryOperator<Map<String, Object>> change) {
        try {
            RecordComponent[] components = Token.class.getRecordComponents();
            Map<String, Object> fields = new LinkedHashMap<>();
            for (RecordComponent component : components) {
                fields.put(component.getName(), component.getAccessor().invoke(token));
            }
            Object[] values = change.apply(fields).values().toArray();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return Token.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
