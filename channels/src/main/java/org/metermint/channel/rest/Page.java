package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A part of a list.
 *
 * @param next the cursor of the next part; absent at the end of the list
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
record Page<T>(
        List<T> items,

        @Schema(description = "Cursor of the next page; absent on the last.")
        Optional<String> next) {
    private static final int LARGEST = 100;

    /**
     * The page after a cursor of a list that is in the order of its keys.
     *
     * @param key unique within the list, and never changing
     */
    static <T> Page<T> of(List<T> all, Optional<String> cursor, int limit, Function<T, String> key) {
        requireLimit(limit);
        Optional<String> after = cursor.map(Page::decoded);
        List<T> rest = all.stream()
                .filter(item -> after.isEmpty() || key.apply(item).compareTo(after.get()) > 0)
                .limit(limit + 1L)
                .toList();
        return rest.size() <= limit
                ? new Page<>(rest, Optional.empty())
                : new Page<>(rest.subList(0, limit), Optional.of(encoded(key.apply(rest.get(limit - 1)))));
    }

    /**
     * The page after a cursor of a list that is in the order of its ids and read in parts.
     *
     * @param read the items after an id, as many as are wanted at most
     */
    static <T> Page<T> after(
            Optional<String> cursor, int limit, BiFunction<Long, Integer, List<T>> read, ToLongFunction<T> id) {
        requireLimit(limit);
        long after = cursor.map(Page::decodedId).orElse(0L);
        List<T> items = read.apply(after, limit + 1);
        return items.size() <= limit
                ? new Page<>(items, Optional.empty())
                : new Page<>(
                        items.subList(0, limit),
                        Optional.of(encoded(Long.toString(id.applyAsLong(items.get(limit - 1))))));
    }

    /**
     * The page after a cursor of a list that is in the order of its keys and read in parts.
     *
     * @param parse makes a key of its words
     * @param read the items after a key, or from the first without one, as many as are wanted at most
     * @param key the words of an item's key
     */
    static <T, K> Page<T> following(
            Optional<String> cursor,
            int limit,
            Function<String, K> parse,
            BiFunction<Optional<K>, Integer, List<T>> read,
            Function<T, String> key) {
        requireLimit(limit);
        Optional<K> after = cursor.map(words -> decodedKey(words, parse));
        List<T> items = read.apply(after, limit + 1);
        return items.size() <= limit
                ? new Page<>(items, Optional.empty())
                : new Page<>(items.subList(0, limit), Optional.of(encoded(key.apply(items.get(limit - 1)))));
    }

    private static <K> K decodedKey(String cursor, Function<String, K> parse) {
        try {
            return parse.apply(decoded(cursor));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw notACursor(cursor);
        }
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > LARGEST) {
            throw new ProblemException(Problem.of(
                    Fault.PARAMETER_INVALID,
                    "it needs 1.." + LARGEST,
                    Optional.of("limit"),
                    Optional.of(Integer.toString(limit))));
        }
    }

    private static long decodedId(String cursor) {
        try {
            return Long.parseLong(decoded(cursor));
        } catch (NumberFormatException e) {
            throw notACursor(cursor);
        }
    }

    private static String encoded(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw notACursor(cursor);
        }
    }

    private static ProblemException notACursor(String cursor) {
        return new ProblemException(Problem.of(
                Fault.PARAMETER_INVALID,
                "it is no cursor of this interface; begin without one",
                Optional.of("cursor"),
                Optional.of(cursor)));
    }
}
