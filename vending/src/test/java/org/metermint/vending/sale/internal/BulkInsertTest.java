package org.metermint.vending.sale.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.metermint.vending.sale.internal.BulkInsert.column;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.metermint.vending.database.TestDatabase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Rows as one array of composites: every text arrives as it was sent. */
@Tag("database")
class BulkInsertTest {
    /** What quoting could break, and what it does not touch. */
    private static final String[] PIECES = {
        "\"", "\\", "\"\"", "\\\"", "{", "}", "(", ")", ",", " ", "\n", "\t", "'", "NULL", "null", "é", "😀", "a", "?",
        "::text", "$1"
    };

    private record Row(
            @Nullable String first,
            @Nullable String second,
            @Nullable Instant at,
            @Nullable UUID id) {}

    private static final BulkInsert<Row> ROWS = new BulkInsert<>(
            "request",
            List.of(
                    column("client_id", Row::first),
                    column("request_id", Row::second),
                    column("body_sha256", row -> null),
                    column("received_at", Row::at),
                    column("sale_id", Row::id),
                    column("refusal_code", Row::second),
                    column("refusal_detail", row -> null)));

    private static JdbcClient sql;

    @BeforeAll
    static void prepare() {
        sql = JdbcClient.create(new DriverManagerDataSource(
                TestDatabase.create() + "?currentSchema=metermint", "postgres", "postgres"));
    }

    static List<BulkInsert<?>> tables() {
        return List.of(
                BatchTables.REQUEST, BatchTables.SALE, BatchTables.ENTRY, BatchTables.OUTCOME, BatchTables.EVENT);
    }

    /** The members of the type are the columns in their order, and of the columns' types. */
    @ParameterizedTest
    @MethodSource("tables")
    void type_ofTheTable_hasTheColumnsThatAreWritten(BulkInsert<?> insert) {
        assertThat(columns("new_" + insert.table()))
                .containsExactlyElementsOf(insert.names().stream()
                        .map(name -> columns(insert.table()).stream()
                                .filter(column -> column.startsWith(name + " "))
                                .findFirst()
                                .orElseThrow())
                        .toList());
    }

    private static List<String> columns(String relation) {
        return sql.sql("""
                        SELECT attname || ' ' || format_type(atttypid, NULL) FROM pg_attribute
                        WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
                        """).param(relation).query(String.class).list();
    }

    @Test
    void literal_ofRandomTexts_isReadBackAsItWas() {
        Random random = new Random(20261121);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            rows.add(new Row(
                    text(random),
                    text(random),
                    random.nextInt(4) == 0
                            ? null
                            : Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000) * 1_000L),
                    random.nextInt(4) == 0 ? null : new UUID(random.nextLong(), random.nextLong())));
        }
        List<Row> read = sql.sql("SELECT client_id, request_id, received_at, sale_id FROM unnest(?::new_request[])")
                .param(ROWS.literal(rows))
                .query((row, number) -> {
                    OffsetDateTime at = row.getObject(3, OffsetDateTime.class);
                    return new Row(
                            row.getString(1),
                            row.getString(2),
                            at == null ? null : at.toInstant(),
                            row.getObject(4, UUID.class));
                })
                .list();
        assertThat(read).isEqualTo(rows);
    }

    private static @Nullable String text(Random random) {
        if (random.nextInt(8) == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int pieces = random.nextInt(12); pieces > 0; pieces--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    @Test
    void literal_ofNoRows_isTheEmptyArray() {
        assertThat(ROWS.literal(List.of())).isEqualTo("{}");
    }

    @Test
    void literal_ofAnUnknownClass_isRefused() {
        BulkInsert<Double> doubles = new BulkInsert<>("request", List.of(column("client_id", value -> value)));
        assertThatThrownBy(() -> doubles.literal(List.of(1.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Double");
        BulkInsert<BigDecimal> decimals = new BulkInsert<>("request", List.of(column("client_id", value -> value)));
        assertThat(decimals.literal(List.of(new BigDecimal("1E+3")))).isEqualTo("{\"(1000)\"}");
    }
}
