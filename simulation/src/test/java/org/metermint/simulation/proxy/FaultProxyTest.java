package org.metermint.simulation.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.metermint.simulation.proxy.Fault.Kind;

class FaultProxyTest {
    private static final Duration PAUSE = Duration.ofMillis(30);

    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void startEcho() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> {
            while (!echo.isClosed()) {
                try {
                    Socket socket = echo.accept();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            socket.getInputStream().transferTo(socket.getOutputStream());
                        } catch (IOException e) {
                            // cut, as the test wants
                        }
                    });
                } catch (IOException e) {
                    return;
                }
            }
        });
        proxy = FaultProxy.before(echo.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void connection_withoutFault_isForwardedAndCounted() throws IOException {
        try (Socket socket = connect()) {
            assertThat(exchange(socket, "hello")).isEqualTo("hello");
            assertThat(exchange(socket, "again")).isEqualTo("again");
        }
        assertThat(proxy.steps()).isEqualTo(4);
        assertThat(proxy.octets()).isEqualTo(20);
    }

    @Test
    void cut_afterOctets_letsExactlyThoseThrough_andTheNextConnectionIsWhole() throws IOException {
        for (int octets = 0; octets < 10; octets++) {
            proxy.arm(Fault.cutAfterOctets(octets));
            try (Socket socket = connect()) {
                // the first five are the question, the others the answer
                assertThat(exchange(socket, "hello")).isEqualTo("hello".substring(0, Math.max(0, octets - 5)));
            }
            assertThat(proxy.isArmed()).isFalse();
            try (Socket socket = connect()) {
                assertThat(exchange(socket, "hello")).isEqualTo("hello");
            }
        }
    }

    @Test
    void cut_beforeAStep_losesThatStep() throws IOException {
        for (int step = 0; step < 2; step++) {
            proxy.arm(Fault.atStep(Kind.CUT, step, Duration.ZERO));
            try (Socket socket = connect()) {
                assertThat(exchange(socket, "hello")).isEmpty();
            }
            assertThat(proxy.steps()).isEqualTo(step);
        }
    }

    @Test
    void reset_isSeenAsSuch() throws IOException {
        proxy.arm(Fault.atStep(Kind.RESET, 0, Duration.ZERO));
        try (Socket socket = connect()) {
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> exchange(socket, "hello"));
        }
    }

    @Test
    void slowedAndStalled_arriveWhole_andLate() throws IOException {
        for (Kind kind : new Kind[] {Kind.STALL, Kind.SLOW}) {
            proxy.arm(Fault.atStep(kind, 1, PAUSE));
            long start = System.nanoTime();
            try (Socket socket = connect()) {
                assertThat(exchange(socket, "hello")).isEqualTo("hello");
            }
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(PAUSE.toNanos());
        }
    }

    @Test
    void partition_endsEveryConnection_andTakesNoneForAWhile() throws IOException {
        try (Socket bystander = connect();
                Socket struck = connect()) {
            assertThat(exchange(bystander, "hello")).isEqualTo("hello");
            proxy.arm(Fault.atStep(Kind.PARTITION, 0, Duration.ofDays(1)));
            assertThat(exchange(struck, "hello")).isEmpty();
            assertThat(bystander.getInputStream().read()).isEqualTo(-1);
        }
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            try (Socket late = connect()) {
                exchange(late, "hello");
            }
        });
        proxy.endPartition();
        try (Socket later = connect()) {
            assertThat(exchange(later, "hello")).isEqualTo("hello");
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }

    /** Sends, and reads as much again, or up to the end. */
    private static String exchange(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.US_ASCII);
    }
}
