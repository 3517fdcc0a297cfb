package org.metermint.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.client.ClientFile;
import org.metermint.app.client.RestClient;

class FirstStartTest {
    @TempDir
    Path parent;

    @Test
    void start_withoutAnyConfiguration_canSellAtOnceOnTestKeys() throws Exception {
        Path data = parent.resolve("data");
        ServerProcess server = ServerProcess.launch(data, Files.createFile(parent.resolve("server.log")));
        try {
            server.url(); // waits until it is up
            ClientFile client = ClientFile.read(data).orElseThrow();
            try (RestClient rest = new RestClient(client.url(), client.credential())) {
                RestClient.Answer answer =
                        rest.sell("first", new RestClient.Order("01000000032", "100.00", "ZAR", "CASH"), true);
                assertThat(answer.status()).isEqualTo(201);
                // this household's meter still holds a key of the first base date: the key change comes first
                assertThat(answer.body().path("tokens").size()).isGreaterThan(2);
                assertThat(answer.body().path("receipt_text").asString()).contains("TEST ONLY", "Ayesha Patel");
            }
        } finally {
            server.stop();
        }
    }
}
