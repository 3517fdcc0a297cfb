package org.metermint.secure.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.metermint.secure.network.ServerFixture.meter;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.IssueCurrencyCredit;
import org.metermint.secure.IssueKeyChange;
import org.metermint.secure.IssueManagement;
import org.metermint.secure.IssueMeterTest;
import org.metermint.secure.IssuePolicy;
import org.metermint.secure.MessageId;
import org.metermint.secure.RecordSettings;
import org.metermint.secure.SecurityModuleException.Kind;
import org.metermint.secure.TestModules;
import org.metermint.secure.network.wire.ApiException;
import org.metermint.secure.network.wire.Call;
import org.metermint.secure.network.wire.ErrorCode;
import org.metermint.secure.network.wire.NodeStatus;
import org.metermint.secure.network.wire.Token;
import org.metermint.secure.network.wire.TokenApi;
import org.metermint.secure.network.wire.Validation;

/**
 * Holds docs/reference/security-module-api.md to the program. After a change of a code, a bound or a name run it with
 * {@code -Dmetermint.regenerate=true}, which writes the tables anew.
 */
class ApiPageTest {
    private static final Path PAGE =
            Path.of(System.getProperty("metermint.root"), "docs/reference/security-module-api.md");
    private static final Pattern BLOCK =
            Pattern.compile("<!-- generated: (\\w+) -->\n(.*?)<!-- end -->\n", Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("^\\| `([^|]*)` \\|", Pattern.MULTILINE);

    @Test
    void tables_areThoseOfTheProgram() throws Exception {
        Map<String, String> tables = tables();
        String page = Files.readString(PAGE);
        String fresh = BLOCK.matcher(page)
                .replaceAll(block -> Matcher.quoteReplacement("<!-- generated: " + block.group(1) + " -->\n"
                        + tables.get(block.group(1)) + "<!-- end -->\n"));
        if (Boolean.getBoolean("metermint.regenerate")) {
            Files.writeString(PAGE, fresh);
        }
        assertThat(BLOCK.matcher(page).results().map(block -> block.group(1)))
                .containsExactlyInAnyOrderElementsOf(tables.keySet());
        assertThat(PAGE)
                .as("run this test with -Dmetermint.regenerate=true to renew the tables")
                .content()
                .isEqualTo(fresh);
    }

    @Test
    void methods_areAllThere() throws IOException {
        assertThat(rows("## Methods"))
                .isEqualTo(TokenApi.calls().stream().map(Call::name).toList());
    }

    @Test
    void statusKeys_areAllThere(@TempDir Path directory) throws Exception {
        try (ServerFixture fixture = new ServerFixture(directory)) {
            IssuePolicy policy = fixture.module.policy();
            fixture.module.setPolicy(
                    new IssuePolicy(
                            policy.clients(),
                            policy.limits(),
                            TestModules.NOW.plus(Duration.ofDays(1)),
                            policy.maxAhead()),
                    "test");
            try (WireClient client = fixture.signedIn(ServerFixture.ADMIN)) {
                NodeStatus status = client.call(
                                TokenApi.GET_STATUS, new TokenApi.GetStatus("status", client.accessToken()))
                        .getFirst();
                List<String> keys = status.info().keySet().stream()
                        .map(key -> key.startsWith(StatusWriter.VENDING_KEY) ? "metermint.vk.<sgc>.<krn>.<kt>" : key)
                        .distinct()
                        .toList();
                assertThat(rows("## Status").stream()
                                .flatMap(row -> Arrays.stream(row.split("`, `", -1)))
                                .toList())
                        .isEqualTo(keys);
            }
        }
    }

    @Test
    void numbersInTheText_areThoseOfTheProgram(@TempDir Path directory) throws Exception {
        String page = Files.readString(PAGE);
        assertThat(page)
                .contains("(" + RecordSettings.STANDARD.retention().toDays() + " days unless set otherwise)")
                .contains("one of the next seven")
                .contains("begin with `" + KeyChangeIds.PREFIX + "`");
        assertThat(TokenTime.WINDOW).isEqualTo(7);
        try (ServerFixture fixture = new ServerFixture(directory);
                WireClient client = fixture.signedIn(ServerFixture.ADMIN)) {
            Token token = client.call(
                            TokenApi.ISSUE_CREDIT_TOKEN,
                            new TokenApi.IssueCreditToken(
                                    "sale", client.accessToken(), meter("12345678903", 7), 0, 102, 0, 0))
                    .getFirst();
            assertThat(token.idSm()).startsWith("SMID.1:Metermint-TEST-ONLY:");
            assertThat(new ModuleIdentity(fixture.module.status().moduleId()).text(false))
                    .matches("SMID\\.1:Metermint:[^:]+:19700101T000000Z:[^:]+:[^:]+");
        }
    }

    /** What the rows of the first table under a heading begin with. */
    private static List<String> rows(String heading) throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(heading + "\n");
        int to = page.indexOf("\n## ", from + 1);
        return ROW.matcher(page.substring(from, to))
                .results()
                .map((MatchResult row) -> row.group(1))
                .toList();
    }

    private static Map<String, String> tables() throws ApiException {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("bounds", bounds());
        tables.put("tokens", tokens());
        tables.put("errors", errors());
        tables.put("kinds", kinds());
        tables.put("validations", validations());
        return tables;
    }

    private static String table(List<String> head, Stream<List<String>> rows) {
        List<List<String>> all =
                new ArrayList<>(List.of(head, head.stream().map(cell -> "---").toList()));
        rows.forEach(all::add);
        return all.stream().map(row -> "| " + String.join(" | ", row) + " |\n").collect(Collectors.joining());
    }

    private static String bounds() {
        ServerSettings standard = ServerSettings.standard(new InetSocketAddress(ServerSettings.USUAL_PORT));
        String closed = "the connection is closed";
        return table(
                List.of("Bound", "Value", "Beyond it"),
                Stream.of(
                        List.of("Open connections", number(standard.maxConnections()), "the new one is closed"),
                        List.of("Length of a call", number(standard.maxFrameOctets()) + " octets", closed),
                        List.of("Until TLS stands", seconds(standard.handshakeTimeout()), closed),
                        List.of(
                                "From the first octet of a call to its last, and until a reply is taken",
                                seconds(standard.frameTimeout()),
                                closed),
                        List.of("Silence between calls", seconds(standard.idleTimeout()), closed),
                        List.of(
                                "Life of an access token",
                                seconds(standard.sessionLifetime()),
                                "`EAuthentication.Token`: sign in again"),
                        List.of("Sessions of one client", number(Sessions.MAX_PER_CLIENT), "its oldest ends")));
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String seconds(Duration duration) {
        return number(duration.toSeconds()) + " s";
    }

    private static String tokens() throws ApiException {
        List<List<String>> rows = new ArrayList<>();
        for (int subclass = 0; subclass <= 7; subclass++) {
            rows.add(row(meaning(TokenOrder.credit(subclass, 1)), mostCredit(subclass)));
        }
        for (int subclass : new int[] {0, 1, 2, 5, 6, 7, 10}) {
            rows.add(row(meaning(TokenOrder.management(subclass, 0)), mostManagement(subclass)));
        }
        for (int subclass : new int[] {3, 4, 8, 9}) {
            rows.add(row(TokenMeaning.ofSection(subclass), ""));
        }
        return table(
                List.of(
                        "Class",
                        "Subclass",
                        "`description`",
                        "Largest `transferAmount`",
                        "`stsUnitName`",
                        "`scaledUnitName`"),
                rows.stream());
    }

    private static TokenMeaning meaning(TokenOrder order) {
        return switch (order.request(new MessageId("id"), TestModules.meter(1), null)) {
            case IssueCredit credit -> TokenMeaning.of(credit);
            case IssueCurrencyCredit credit -> TokenMeaning.of(credit);
            case IssueManagement management -> TokenMeaning.of(management);
            case IssueKeyChange change -> throw new AssertionError(change);
            case IssueMeterTest test -> throw new AssertionError(test);
        };
    }

    private static String mostCredit(int subclass) {
        return most(() -> TokenOrder.credit(subclass, -1));
    }

    private static String mostManagement(int subclass) {
        return most(() -> TokenOrder.management(subclass, -1));
    }

    /** The greatest amount, as the refusal of an impossible one tells it. */
    private static String most(ThrowingCallable refused) {
        String message = catchThrowable(refused).getMessage();
        BigInteger most = new BigInteger(message.substring(message.lastIndexOf("0..") + 3));
        return String.format(Locale.ROOT, "%,d", most);
    }

    private static List<String> row(TokenMeaning meaning, String most) {
        return List.of(
                Integer.toString(meaning.tokenClass()),
                Integer.toString(meaning.subclass()),
                "`" + meaning.description() + "`",
                most,
                code(meaning.unit()),
                code(meaning.scaledUnit()));
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String errors() {
        Map<ErrorCode, List<Kind>> kinds = Arrays.stream(Kind.values()).collect(Collectors.groupingBy(Faults::code));
        return table(
                List.of("Code", "Text", "Refusals of the module that it stands for"),
                Arrays.stream(ErrorCode.values())
                        .map(code -> List.of(
                                "`" + code.code() + "`",
                                code.text(),
                                code == ErrorCode.SECURITY_MODULE
                                        ? "all others, see below"
                                        : kinds.getOrDefault(code, List.of()).stream()
                                                .map(kind -> "`" + kind + "`")
                                                .collect(Collectors.joining(", ")))));
    }

    private static String kinds() {
        return table(
                List.of("Name", "Retry"),
                Arrays.stream(Kind.values())
                        .filter(kind -> Faults.code(kind) == ErrorCode.SECURITY_MODULE)
                        .map(kind -> List.of("`" + kind + "`", kind.retryable() ? "retry" : "")));
    }

    private static String validations() {
        Function<Validation, String> meaning = validation -> switch (validation) {
            case OK -> "The token is good under the meter's key";
            case CRC -> "Mistyped, or made for another meter or key";
            case DDTK_CREDIT -> "Credit under a default key, which no meter takes";
            case KEY_EXPIRED -> "The identifier lies behind the key's expiry number";
        };
        return table(
                List.of("`validationResult`", "Meaning"),
                Arrays.stream(Validation.values())
                        .map(validation -> List.of("`" + validation.code() + "`", meaning.apply(validation))));
    }
}
