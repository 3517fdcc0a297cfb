package org.metermint.secure.network.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the interface definition that is published to the tables that the program runs on. */
class InterfaceDefinitionTest {
    private static final Path IDL =
            Path.of(System.getProperty("metermint.root")).resolve("docs/reference/token-api.thrift");
    private static final Pattern STRUCT = Pattern.compile("(?:struct|exception) (\\w+) \\{([^}]*)}");
    private static final Pattern METHOD =
            Pattern.compile("([\\w<>]+) (\\w+)\\(([^)]*)\\) throws \\(1: ApiException \\w+\\)");
    private static final Pattern FIELD = Pattern.compile("(\\d+): (required|optional) ([\\w<>,]+) (\\w+)");
    private static final Pattern FLAG = Pattern.compile("([A-Z_]+) = (\\d+)");

    private static String definition;

    @BeforeAll
    static void read() throws IOException {
        definition = Files.readString(IDL).replaceAll("//[^\n]*", "");
    }

    @Test
    void structures_areThoseOfTheTables() {
        Map<String, List<String>> published = new LinkedHashMap<>();
        Matcher matcher = STRUCT.matcher(definition);
        while (matcher.find()) {
            published.put(matcher.group(1), fields(matcher.group(2)));
        }
        Map<String, List<String>> tables = new LinkedHashMap<>();
        TokenApi.calls().stream()
                .flatMap(call -> Stream.of(call.arguments(), call.result()))
                .forEach(type -> collect(type, tables));
        TokenApi.calls().forEach(call -> tables.remove(call.arguments().idl()));
        collect(ApiException.Fault.STRUCT, tables);
        assertThat(published).containsExactlyInAnyOrderEntriesOf(tables).hasSize(11);
    }

    /** The structure and all that it holds. */
    private static void collect(WireType<?> type, Map<String, List<String>> tables) {
        if (type instanceof Struct<?> struct) {
            tables.put(struct.idl(), fields(struct));
            struct.fields().forEach(field -> collect(field.type(), tables));
        }
        Stream.of(Token.STRUCT, NodeStatus.STRUCT, Alert.STRUCT)
                .filter(element -> type.idl().equals("list<" + element.idl() + ">"))
                .forEach(element -> collect(element, tables));
    }

    @Test
    void methods_areThoseOfTheCalls() {
        List<String> published = new ArrayList<>();
        Matcher matcher = METHOD.matcher(definition);
        while (matcher.find()) {
            published.add(matcher.group(1) + " " + matcher.group(2) + fields(matcher.group(3)));
        }
        assertThat(published)
                .isEqualTo(TokenApi.calls().stream()
                        .map(call -> call.result().idl() + " " + call.name() + fields(call.arguments()))
                        .toList())
                .hasSize(13);
    }

    @Test
    void argumentIds_countFromOne() {
        for (Call<?, ?> call : TokenApi.calls()) {
            List<Integer> ids = new ArrayList<>();
            call.arguments().fields().forEach(field -> ids.add(field.id()));
            for (int i = 0; i < ids.size(); i++) {
                assertThat(ids.get(i)).as(call.name()).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void flags_areThoseOfTheProgram() {
        List<String> published = new ArrayList<>();
        Matcher matcher = FLAG.matcher(definition);
        while (matcher.find()) {
            published.add(matcher.group(1) + "=" + matcher.group(2));
        }
        assertThat(published)
                .isEqualTo(Stream.of(IssueFlag.values())
                        .map(flag -> flag + "=" + flag.bit())
                        .toList());
    }

    private static List<String> fields(String text) {
        List<String> fields = new ArrayList<>();
        Matcher matcher = FIELD.matcher(text);
        while (matcher.find()) {
            fields.add(matcher.group());
        }
        return fields;
    }

    private static List<String> fields(Struct<?> struct) {
        List<String> fields = new ArrayList<>();
        for (Struct.Field<?, ?> field : struct.fields()) {
            fields.add(field.id() + ": " + (field.required() ? "required " : "optional ")
                    + field.type().idl() + " " + field.name());
        }
        return fields;
    }
}
