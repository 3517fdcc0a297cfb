package org.metermint.secure.network.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TMap;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CallTest {
    private static final int SEQUENCE = -77;

    static List<Call<?, ?>> calls() {
        return TokenApi.calls();
    }

    private static Message message(byte[] frame) throws WireException {
        return Message.read(Arrays.copyOfRange(frame, Frames.HEAD_OCTETS, frame.length));
    }

    /** A call of ping whose arguments are written by hand. */
    private static Message ping(Message.Body body) throws WireException {
        return message(Message.frame("ping", TMessageType.CALL, 1, body));
    }

    private static void write(TProtocol out, int id, WireType<?> type, Message.Body value) throws TException {
        out.writeFieldBegin(new TField("", type.code(), (short) id));
        value.write(out);
    }

    @ParameterizedTest
    @MethodSource("calls")
    <A extends Record, R> void readArguments_isTheInverseOfFrameCall(Call<A, R> call) throws Exception {
        RandomMessages random = new RandomMessages(20260101);
        for (int i = 0; i < 200; i++) {
            A arguments = random.of(call.arguments());
            byte[] frame = call.frameCall(SEQUENCE, arguments);
            assertThat(ByteBuffer.wrap(frame).getInt()).isEqualTo(frame.length - Frames.HEAD_OCTETS);
            Message message = message(frame);
            assertThat(message.name()).isEqualTo(call.name());
            assertThat(message.sequence()).isEqualTo(SEQUENCE);
            assertThat(message.type()).isEqualTo(TMessageType.CALL);
            assertThat(call.readArguments(message)).isEqualTo(arguments);
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    @SuppressWarnings("unchecked") // the value is drawn from the very type of the result
    <A extends Record, R> void readReply_isTheInverseOfFrameReply(Call<A, R> call) throws Exception {
        RandomMessages random = new RandomMessages(20260102);
        for (int i = 0; i < 200; i++) {
            R value = (R) random.value(call.result());
            assertThat(call.readReply(message(call.frameReply(SEQUENCE, value)), SEQUENCE))
                    .isEqualTo(value);
        }
    }

    @ParameterizedTest
    @MethodSource("calls")
    void readReply_ofAFault_throwsIt(Call<?, ?> call) throws Exception {
        ApiException sent = ErrorCode.KEYSTORE_NOT_FOUND.with(123456, 1, "none");
        Message reply = message(call.frameFault(SEQUENCE, sent.fault()));
        ApiException thrown = catchThrowableOfType(ApiException.class, () -> call.readReply(reply, SEQUENCE));
        assertThat(thrown.fault()).isEqualTo(sent.fault());
        assertThat(thrown.code()).contains(ErrorCode.KEYSTORE_NOT_FOUND);
        assertThat(thrown.fault().eMsgEn()).isEqualTo("no vending key for SGC=123456, KRN=1: none");
    }

    @Test
    void readReply_ofThriftsOwnException_throwsIt() throws Exception {
        Message reply = message(Call.frameError("ping", 5, TApplicationException.UNKNOWN_METHOD, "no such method"));
        assertThatThrownBy(() -> TokenApi.PING.readReply(reply, 5))
                .isInstanceOfSatisfying(
                        TApplicationException.class,
                        e -> assertThat(e.getType()).isEqualTo(TApplicationException.UNKNOWN_METHOD))
                .hasMessage("no such method");
    }

    @Test
    void readReply_ofAnotherCall_isRefused() throws Exception {
        byte[] frame = TokenApi.PING.frameReply(5, "echo");
        assertThatThrownBy(() -> TokenApi.PING.readReply(message(frame), 6)).hasMessageContaining("call 6 of ping");
        assertThatThrownBy(() -> TokenApi.VERIFY_TOKEN.readReply(message(frame), 5))
                .hasMessageContaining("another method");
        byte[] call = TokenApi.PING.frameCall(5, new TokenApi.Ping(0, ""));
        assertThatThrownBy(() -> TokenApi.PING.readReply(message(call), 5)).hasMessageContaining("type 1");
    }

    @Test
    void readReply_withNeitherResultNorFault_isRefused() throws Exception {
        Message reply = message(Message.frame("ping", TMessageType.REPLY, 1, TProtocol::writeFieldStop));
        assertThatThrownBy(() -> TokenApi.PING.readReply(reply, 1)).hasMessageContaining("neither");
    }

    @Test
    void read_unknownFieldsOfEveryType_areSkipped() throws Exception {
        Message message = ping(out -> {
            write(out, 1, WireType.I32, o -> o.writeI32(7));
            write(out, 99, WireType.STRING, o -> o.writeString("new"));
            write(out, 100, WireType.DOUBLE, o -> o.writeDouble(1));
            write(out, -5, WireType.I64, o -> o.writeI64(1));
            write(out, 101, WireType.list(WireType.I16), o -> {
                o.writeListBegin(new TList(TType.I16, 2));
                o.writeI16((short) 1);
                o.writeI16((short) 2);
            });
            write(out, 102, WireType.map(WireType.STRING, WireType.BOOL), o -> {
                o.writeMapBegin(new TMap(TType.STRING, TType.BOOL, 1));
                o.writeString("key");
                o.writeBool(true);
            });
            write(out, 103, Alert.STRUCT, o -> Alert.STRUCT.write(o, new Alert("a", "b")));
            write(out, 2, WireType.STRING, o -> o.writeString("echo"));
            out.writeFieldStop();
        });
        assertThat(TokenApi.PING.readArguments(message)).isEqualTo(new TokenApi.Ping(7, "echo"));
    }

    @Test
    void read_requiredFieldMissing_isToldByItsPath() throws Exception {
        Message message = message(Message.frame("issueDitkChangeTokens", TMessageType.CALL, 1, out -> {
            write(out, 1, WireType.STRING, o -> o.writeString("id"));
            write(out, 2, WireType.STRING, o -> o.writeString("token"));
            write(out, 3, MeterConfigIn.STRUCT, o -> {
                write(o, 1, WireType.STRING, p -> p.writeString("12345678903"));
                o.writeFieldStop();
            });
            out.writeFieldStop();
        }));
        assertThatThrownBy(() -> TokenApi.ISSUE_DITK_CHANGE_TOKENS.readArguments(message))
                .isInstanceOf(WireException.Unexpected.class)
                .hasMessage("meterConfig.ea: required field 2 is missing");
    }

    @Test
    void read_fieldOfAnotherType_isToldByItsPath() throws Exception {
        Message message = ping(out -> {
            write(out, 1, WireType.I64, o -> o.writeI64(7));
            out.writeFieldStop();
        });
        assertThatThrownBy(() -> TokenApi.PING.readArguments(message))
                .isInstanceOf(WireException.Unexpected.class)
                .hasMessageContaining("sleepMs: field 1 has Thrift type 10; it must be i32 (8)");
    }

    @Test
    void read_listElementThatIsWrong_isToldByItsPlace() throws Exception {
        Message message = message(Message.frame("getStatus", TMessageType.REPLY, 1, out -> {
            write(out, 0, TokenApi.GET_STATUS.result(), o -> {
                o.writeListBegin(new TList(TType.STRUCT, 1));
                write(o, 1, NodeStatus.STRUCT.fields().getFirst().type(), p -> {
                    p.writeMapBegin(new TMap(TType.STRING, TType.STRING, 0));
                });
                o.writeFieldStop();
            });
            out.writeFieldStop();
        }));
        assertThatThrownBy(() -> TokenApi.GET_STATUS.readReply(message, 1))
                .hasMessage("success[0].alerts: required field 2 is missing");
    }

    @Test
    void read_textThatIsNoUtf8_isMalformed() throws Exception {
        Message message = ping(out -> {
            write(out, 1, WireType.I32, o -> o.writeI32(7));
            write(out, 2, WireType.STRING, o -> o.writeBinary(ByteBuffer.wrap(new byte[] {'a', (byte) 0xC3, 'b'})));
            out.writeFieldStop();
        });
        assertThatThrownBy(() -> TokenApi.PING.readArguments(message))
                .isInstanceOf(WireException.Malformed.class)
                .hasMessage("echo: text is not UTF-8");
    }

    @Test
    void read_octetsAfterTheMessage_areMalformed() throws Exception {
        Message message = ping(out -> {
            TokenApi.PING.arguments().write(out, new TokenApi.Ping(0, ""));
            out.writeI16((short) 0);
        });
        assertThatThrownBy(() -> TokenApi.PING.readArguments(message)).hasMessage("2 octets follow the message");
    }

    @Test
    void read_unknownValueNestedTooDeep_isMalformed() throws Exception {
        Message message = ping(out -> {
            write(out, 99, Alert.STRUCT, o -> {
                for (int i = 0; i < 1_000; i++) {
                    o.writeFieldBegin(new TField("", TType.STRUCT, (short) 1));
                }
            });
        });
        assertThatThrownBy(() -> TokenApi.PING.readArguments(message)).hasMessageContaining("nested more than 16");
    }

    @Test
    void read_unknownListWithoutContent_doesNotCostWhatItsCountSays() throws Exception {
        for (byte type : new byte[] {0, 1, 5, TType.STRUCT, TType.MAP, 100}) {
            Message message = ping(out -> {
                write(out, 99, WireType.list(WireType.STRING), o -> {
                    o.writeByte(type);
                    o.writeI32(Integer.MAX_VALUE);
                });
            });
            assertThatThrownBy(() -> TokenApi.PING.readArguments(message)).isInstanceOf(WireException.Malformed.class);
        }
    }

    @Test
    void read_messageCutOffAnywhere_isMalformed() throws Exception {
        RandomMessages random = new RandomMessages(20260103);
        byte[] frame = TokenApi.ISSUE_CREDIT_TOKEN.frameCall(1, random.of(TokenApi.ISSUE_CREDIT_TOKEN.arguments()));
        for (int end = Frames.HEAD_OCTETS; end < frame.length; end++) {
            byte[] part = Arrays.copyOfRange(frame, Frames.HEAD_OCTETS, end);
            assertThatThrownBy(() -> TokenApi.ISSUE_CREDIT_TOKEN.readArguments(Message.read(part)))
                    .isInstanceOf(WireException.Malformed.class);
        }
    }

    @Test
    void read_headThatIsNone_isMalformed() {
        assertThatThrownBy(() ->
                        Message.read("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isInstanceOf(WireException.Malformed.class);
        byte[] longName = Message.frame("m".repeat(65), TMessageType.CALL, 1, TProtocol::writeFieldStop);
        assertThatThrownBy(() -> message(longName)).hasMessageContaining("method name of 65");
    }

    /** Mutations of valid messages, and noise: either a value or a WireException, and never more memory than a frame's worth. */
    @Test
    void read_anyOctets_neverFailsOtherwiseNorAllocatesBeyondTheFrame() throws Exception {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        RandomMessages values = new RandomMessages(20260104);
        SplittableRandom random = new SplittableRandom(20260105);
        int refused = 0;
        int rounds = Boolean.getBoolean("metermint.full") ? 1_000_000 : 20_000;
        for (int i = 0; i < rounds; i++) {
            Call<?, ?> call =
                    TokenApi.calls().get(random.nextInt(TokenApi.calls().size()));
            byte[] octets = mutate(frameOf(call, values), random);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                call.readArguments(Message.read(octets));
            } catch (WireException e) {
                refused++;
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).as("round %d, %d octets", i, octets.length).isLessThan(60_000 + 200L * octets.length);
        }
        assertThat(refused).isGreaterThan(rounds / 2);
    }

    private static <A extends Record> byte[] frameOf(Call<A, ?> call, RandomMessages values) {
        byte[] frame = call.frameCall(1, values.of(call.arguments()));
        return Arrays.copyOfRange(frame, Frames.HEAD_OCTETS, frame.length);
    }

    private static byte[] mutate(byte[] message, SplittableRandom random) {
        byte[] octets = random.nextInt(8) == 0 ? new byte[random.nextInt(1, 2_000)] : message.clone();
        if (octets.length != message.length) {
            random.nextBytes(octets);
        }
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            int at = random.nextInt(octets.length);
            octets[at] = switch (random.nextInt(4)) {
                case 0 -> (byte) 0xFF;
                case 1 -> 0x7F;
                case 2 -> (byte) (octets[at] ^ 1 << random.nextInt(8));
                default -> (byte) random.nextInt();
            };
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(octets, random.nextInt(octets.length)) : octets;
    }

    @Test
    void frames_areReadOneByOne() throws Exception {
        byte[] first = TokenApi.PING.frameCall(1, new TokenApi.Ping(0, "one"));
        ByteArrayInputStream in = new ByteArrayInputStream(first);
        assertThat(Frames.read(in, 100)).contains(Arrays.copyOfRange(first, 4, first.length));
        assertThat(Frames.read(in, 100)).isEmpty();
    }

    @Test
    void frames_ofImpossibleLength_areRefusedBeforeTheyAreRead() {
        for (int length : new int[] {0, -1, 101, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            byte[] head = ByteBuffer.allocate(4).putInt(length).array();
            assertThatThrownBy(() -> Frames.read(new ByteArrayInputStream(head), 100))
                    .isInstanceOf(Frames.FrameSizeException.class)
                    .hasMessageContaining(Integer.toUnsignedString(length))
                    .hasMessageContaining("1..100");
        }
    }

    @Test
    void frames_cutOff_areTold() {
        for (byte[] octets : List.of(new byte[3], new byte[] {0, 0, 0, 9, 1, 2})) {
            assertThatThrownBy(() -> Frames.read(new ByteArrayInputStream(octets), 100))
                    .isInstanceOf(EOFException.class)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void toString_ofMessagesWithSecrets_hidesThem() {
        SessionOptions options = new SessionOptions("1.1", null);
        String text = new TokenApi.SignInWithPassword("id", "local", "user", new Secret("hunter2"), options).toString()
                + new SignInResult(new Secret("hunter2"))
                + new TokenApi.GetStatus("id", new Secret("hunter2"))
                + new NodeStatus(Map.of(), List.of());
        assertThat(text).doesNotContain("hunter2").contains("(secret)");
    }
}
