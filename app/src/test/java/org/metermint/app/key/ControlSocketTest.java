package org.metermint.app.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.settings.Settings;
import org.metermint.secure.IssueCredit;
import org.metermint.secure.MessageId;
import org.metermint.secure.MeterKeyState;
import org.metermint.secure.SecurityModuleException;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditType;
import org.metermint.token.DecoderReferenceNumber;
import org.metermint.token.EncryptionAlgorithm;
import org.metermint.token.KeyRevisionNumber;
import org.metermint.token.KeyType;
import org.metermint.token.Luhn;
import org.metermint.token.MeterPan;
import org.metermint.token.SupplyGroupCode;
import org.metermint.token.TariffIndex;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What goes on between the commands and the process that has a store open. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlSocketTest {
    private static final Duration PATIENCE = Duration.ofMillis(400);

    @TempDir
    Path directory;

    private ConfiguredModule opened;

    @BeforeEach
    void open() {
        opened = ConfiguredModule.open(
                Settings.defaults(), new ConfiguredModule.Place(store(), Optional.empty(), directory.resolve("kek")));
    }

    @AfterEach
    void close() {
        opened.close();
    }

    private Path store() {
        return directory.resolve("store");
    }

    private Ran on(String input, String command, String... more) {
        return Ran.key(input, command + " --store " + store() + " --key-file " + directory.resolve("kek"), more);
    }

    /** Says something as it is, and gives back all that is answered. */
    private String say(byte[] octets) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                SocketPath path = SocketPath.of(store(), ControlSocket.NAME)) {
            channel.connect(path.address());
            try {
                ByteBuffer all = ByteBuffer.wrap(octets);
                while (all.hasRemaining()) {
                    channel.write(all);
                }
                channel.shutdownOutput();
            } catch (IOException e) {
                // it was answered and closed before it had read all, which is its right
            }
            return read(channel);
        }
    }

    private static String read(SocketChannel channel) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(4096);
        while (channel.read(some.clear()) >= 0) {
            answer.write(some.array(), 0, some.position());
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    private String say(String line) throws IOException {
        return say((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String message(String answer) {
        JsonNode json = JsonMapper.shared().readTree(answer);
        assertThat(json.path("error").path("remedy").stringValue()).isNotBlank();
        return json.path("error").path("message").stringValue();
    }

    @Test
    void socketAndDirectory_areTheirOwnersAlone_andGoWithTheProcess() throws Exception {
        opened.withControl();
        Path socket = store().resolve("control");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store())))
                .isEqualTo("rwx------");
        opened.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void commands_goToTheProcessThatHasTheStoreOpen() throws Exception {
        assertThat(on("", "list --json").message()).contains("in use");
        opened.withControl();
        assertThat(on("", "test-keys").status()).isZero();
        assertThat(opened.module().vendingKeys()).hasSize(15);
        assertThat(on("", "expire 201457/1/2 --by Ada --reason over").out()).contains("EXPIRED");
        String before = Files.readString(directory.resolve("kek"));
        Ran rotated = on("", "rotate-kek --by Ada");
        assertThat(rotated.status()).as(rotated.err()).isZero();
        assertThat(Files.readString(directory.resolve("kek"))).isNotEqualTo(before);
        assertThat(on("a long password\n", "users add till-9 --by Ada").status())
                .isZero();
        assertThat(opened.module().policy().clients()).hasSize(2); // with the client of this process itself
        opened.close();
        open();
        assertThat(on("", "list --json").message()).contains("in use");
        opened.close();
        assertThat(on("", "list").out()).containsPattern("201457/1/2 .* EXPIRED");
    }

    /** A file that a killed process left behind. */
    @Test
    void socketOfADeadProcess_isNoObstacle() throws Exception {
        opened.withControl();
        opened.close();
        Files.createFile(store().resolve("control"));
        assertThat(on("", "list").status()).isZero();
        open();
        opened.withControl();
        assertThat(on("", "list").status()).isZero();
    }

    @Test
    void directoryWithALongName_isReachedToo() throws Exception {
        Path deep = directory.resolve("d".repeat(120)).resolve("e".repeat(120));
        Files.createDirectories(deep);
        try (ConfiguredModule module = ConfiguredModule.open(
                        Settings.defaults(),
                        new ConfiguredModule.Place(deep.resolve("store"), Optional.empty(), deep.resolve("kek")))
                .withControl()) {
            Ran list = Ran.key("", "list --store " + deep.resolve("store"));
            assertThat(list.status()).as(list.err()).isZero();
            assertThat(module.module().vendingKeys()).isEmpty();
        }
    }

    @Test
    void whatIsNoRequest_isRefused_andDoesNothing() throws Exception {
        opened.withControl();
        assertThat(message(say("{"))).contains("no JSON object").doesNotContain("{");
        assertThat(message(say("[]"))).contains("no JSON object");
        assertThat(message(say(""))).contains("no JSON object");
        assertThat(message(say("{}"))).contains("lacks the text do");
        assertThat(message(say("{\"do\":7}"))).contains("lacks the text do");
        assertThat(message(say("{\"do\":\"format\"}"))).contains("no operation of that name");
        assertThat(message(say("{\"do\":\"list\",\"secret\":1025}"))).contains("outside 0..1024");
        assertThat(message(say("{\"do\":\"list\",\"secret\":-1}"))).contains("outside 0..1024");
        assertThat(message(say("{\"do\":\"list\",\"secret\":8}"))).contains("shorter than the request says");
        byte[] endless = new byte[ControlSocket.MAX_LINE + 2];
        assertThat(message(say(endless))).contains("longer than " + ControlSocket.MAX_LINE);
        assertThat(on("", "list").status()).isZero();
    }

    /** Each operation with members left out or of another kind: refused in words, whatever they are. */
    @Test
    void everyOperationWithNonsense_isAnswered() throws Exception {
        opened.withControl();
        Random random = new Random(20_261_121);
        String[] values = {"null", "7", "-1", "\"\"", "\"201457\"", "[]", "{}", "1.5", "\"2014-13-01T00:00:00Z\""};
        String[] members = {
            "supply_group",
            "revision",
            "type",
            "by",
            "reason",
            "confirmed_by",
            "check_value",
            "custodians",
            "expiry",
            "base_date",
            "algorithm",
            "active_from",
            "ceremony",
            "custodian",
            "policy",
            "seen"
        };
        for (String operation : KeyOperations.names()) {
            for (int i = 0; i < 40; i++) {
                StringBuilder line = new StringBuilder("{\"do\":\"" + operation + "\"");
                if (operation.equals("rotate-kek")) {
                    line.append(",\"key_file\":\"relative/nowhere\"");
                }
                for (String member : members) {
                    if (random.nextInt(3) > 0) {
                        line.append(",\"" + member + "\":" + values[random.nextInt(values.length)]);
                    }
                }
                JsonNode answer =
                        JsonMapper.shared().readTree(say(line.append('}').toString()));
                assertThat(answer.has("ok") || answer.has("error"))
                        .as("%s", line)
                        .isTrue();
            }
        }
        assertThat(on("", "list").status()).isZero();
    }

    /** Of many who change the policy that they have seen, one at a time succeeds and no change is lost. */
    @Test
    void policyChangedByManyAtOnce_losesNoChange() throws Exception {
        opened.withControl();
        int many = 8;
        try (ExecutorService people = Executors.newFixedThreadPool(many)) {
            List<Future<Integer>> refused = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                String limit = Integer.toString(1000 + i);
                refused.add(people.submit(() -> raiseLimit(limit)));
            }
            int total = 0;
            for (Future<Integer> one : refused) {
                total += one.get(60, TimeUnit.SECONDS);
            }
            assertThat(opened.module().policy().limits())
                    .as("%d were refused and tried again", total)
                    .hasSize(many);
        }
    }

    /** Adds a limit of its own supply group to the policy as it is seen, until that is the one that holds. */
    private int raiseLimit(String supplyGroup) throws IOException {
        for (int refused = 0; ; refused++) {
            JsonNode seen = JsonMapper.shared()
                    .readTree(say("{\"do\":\"policy\"}"))
                    .path("ok")
                    .path("policy");
            ObjectNode next = (ObjectNode) seen.deepCopy();
            ObjectNode limit = ((ArrayNode) next.get("limits")).addObject();
            limit.put("supplyGroup", "40" + supplyGroup);
            limit.put("kind", "CREDIT");
            limit.put("largestAmount", 1000);
            limit.put("period", "DAY");
            limit.putNull("amountPerPeriod");
            limit.putNull("countPerPeriod");
            ObjectNode request = KeyCommand.request("set-policy");
            request.set("seen", seen);
            request.set("policy", next);
            request.put("by", "Ada");
            String answer = say(JsonMapper.shared().writeValueAsString(request));
            if (JsonMapper.shared().readTree(answer).has("ok")) {
                return refused;
            }
            assertThat(message(answer)).contains("changed the policy meanwhile");
        }
    }

    @Test
    void peersThatSayNothing_areGivenUp_andOthersServedMeanwhile() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try (ControlSocket socket = ControlSocket.open(store(), opened.module(), PATIENCE);
                SocketPath path = SocketPath.of(store(), ControlSocket.NAME)) {
            for (int i = 0; i < 8; i++) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.connect(path.address());
                channel.write(ByteBuffer.wrap("{\"do\"".getBytes(StandardCharsets.UTF_8)));
                silent.add(channel);
            }
            assertThat(on("", "list").status()).isZero();
            for (SocketChannel channel : silent) {
                assertThat(read(channel)).isEmpty(); // blocks until it is closed at the other end
                channel.close();
            }
            assertThat(on("", "list").status()).isZero();
            assertThat(socket).isNotNull();
        }
    }

    @Test
    void closing_waitsForNoPeerThatSaysNothing() throws Exception {
        try (SocketPath path = SocketPath.of(store(), ControlSocket.NAME);
                SocketChannel silent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            opened.withControl();
            silent.connect(path.address());
            assertThat(on("", "list").status()).isZero(); // so the silent one was taken before
            opened.close();
            opened.close();
            assertThat(message(read(silent))).contains("no JSON object");
        }
    }

    /** Issuing goes on while keys are expired, the key-encryption key rotated and the policy changed. */
    @Test
    void commands_whileTokensAreIssued_stopNoToken() throws Exception {
        opened.withControl();
        assertThat(on("", "test-keys").status()).isZero();
        AtomicBoolean enough = new AtomicBoolean();
        try (ExecutorService till = Executors.newSingleThreadExecutor()) {
            Future<Integer> issued = till.submit(() -> issueUntil(enough));
            for (int i = 0; i < 5; i++) {
                assertThat(on("", "rotate-kek --by Ada").status()).isZero();
                assertThat(on("a long password\n", "users add till-" + i).status())
                        .isZero();
            }
            assertThat(on("", "expire 123456/1/2 --by Ada --reason over").status())
                    .isZero();
            enough.set(true);
            assertThat(issued.get(60, TimeUnit.SECONDS)).isPositive();
        }
        assertThat(opened.module().policy().clients()).hasSize(6);
    }

    /** Sells to many meters, and counts the tokens; every one of them must come. */
    private int issueUntil(AtomicBoolean enough) throws SecurityModuleException {
        int count = 0;
        while (!enough.get()) {
            String serial = "01%08d".formatted(count);
            MeterKeyState meter = new MeterKeyState(
                    MeterPan.of(new DecoderReferenceNumber(serial + Luhn.checkDigit(serial))),
                    EncryptionAlgorithm.EA11,
                    SupplyGroupCode.parse("201457"),
                    new TariffIndex(1),
                    new KeyRevisionNumber(1),
                    KeyType.DUTK);
            opened.module()
                    .issue(new IssueCredit(
                            new MessageId("sale-" + count),
                            meter,
                            CreditType.ELECTRICITY,
                            new CreditAmount(256),
                            null));
            count++;
        }
        return count;
    }
}
