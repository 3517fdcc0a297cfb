package org.metermint.channel.rest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A member is required unless its record component is an {@link Optional}. */
final class Completeness {
    private Completeness() {}

    /** A component of a record, under the name that it has in JSON. */
    private record Member(String name, Method accessor) {}

    /** Looked up once for each class: every request needs them. */
    private static final ClassValue<List<Member>> MEMBERS = new ClassValue<>() {
        @Override
        protected List<Member> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .map(component -> new Member(
                            component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT),
                            component.getAccessor()))
                    .toList();
        }
    };

    /**
     * Checks that everything required is there, at every depth.
     *
     * @throws ProblemException naming the first member that is missing
     */
    static void require(Object body) {
        require("", body);
    }

    private static void require(String path, @Nullable Object value) {
        switch (value) {
            case null ->
                throw new ProblemException(
                        Problem.of(Fault.MEMBER_MISSING, "it is missing or null", Optional.of(path), Optional.empty()));
            case Optional<?> optional -> optional.ifPresent(present -> require(path, present));
            case Record part -> components(path, part);
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    require(path + "[" + i + "]", list.get(i));
                }
            }
            case Map<?, ?> map -> map.forEach((name, present) -> require(path + "." + name, present));
            default -> {}
        }
    }

    private static void components(String path, Record part) {
        for (Member member : MEMBERS.get(part.getClass())) {
            require(path.isEmpty() ? member.name() : path + "." + member.name(), value(member.accessor(), part));
        }
    }

    private static @Nullable Object value(Method accessor, Record part) {
        try {
            return accessor.invoke(part);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("component " + accessor.getName() + " cannot be read", e);
        }
    }
}
