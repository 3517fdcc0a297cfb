package org.metermint.secure.network.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.thrift.TApplicationException;
import org.apache.thrift.protocol.TMessageType;

/**
 * Whatever octets a peer sends, they become a message that writes back to the same, or a refusal. {@code JAZZER_FUZZ=1}
 * makes these search; otherwise they replay what was found.
 */
class WireFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void call(byte[] octets) {
        try {
            Message message = Message.read(octets);
            Optional<Call<?, ?>> call = TokenApi.named(message.name());
            if (call.isPresent()) {
                requireSameAgain(call.get(), message);
            }
        } catch (WireException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static <A extends Record> void requireSameAgain(Call<A, ?> call, Message message) throws WireException {
        A arguments = call.readArguments(message);
        byte[] frame = call.frameCall(message.sequence(), arguments);
        Message again = Message.read(Arrays.copyOfRange(frame, Frames.HEAD_OCTETS, frame.length));
        assertThat(again.type()).isEqualTo(TMessageType.CALL);
        assertThat(call.readArguments(again)).isEqualTo(arguments);
    }

    @FuzzTest(maxDuration = "60s")
    void reply(byte[] octets) {
        try {
            Message message = Message.read(octets);
            Optional<Call<?, ?>> call = TokenApi.named(message.name());
            if (call.isPresent()) {
                requireSameReplyAgain(call.get(), message);
            }
        } catch (WireException | TApplicationException | ApiException e) {
            assertThat(e).isNotNull();
        }
    }

    private static <R> void requireSameReplyAgain(Call<?, R> call, Message message)
            throws WireException, TApplicationException, ApiException {
        R result = call.readReply(message, message.sequence());
        byte[] frame = call.frameReply(message.sequence(), result);
        Message again = Message.read(Arrays.copyOfRange(frame, Frames.HEAD_OCTETS, frame.length));
        assertThat(call.readReply(again, message.sequence())).isEqualTo(result);
    }

    @FuzzTest(maxDuration = "60s")
    void frames(byte[] octets) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(octets);
        int before = in.available();
        try {
            Optional<byte[]> frame = Frames.read(in, 1_000);
            assertThat(frame.map(message -> message.length + Frames.HEAD_OCTETS).orElse(0))
                    .isEqualTo(before - in.available());
        } catch (EOFException | Frames.FrameSizeException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
