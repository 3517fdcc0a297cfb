package org.metermint.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.Programs;
import tools.jackson.databind.JsonNode;

/** Preparation and load on a real server, in processes of their own. */
class PreparedServerTest {

    @TempDir
    Path parent;

    private Programs programs;

    @BeforeEach
    void openPrograms() {
        programs = new Programs(parent.resolve("log"));
    }

    @AfterEach
    void closePrograms() {
        programs.close();
    }

    private JsonNode prepare(String meters, String vendors) throws IOException, InterruptedException {
        Process prepare = programs.start(
                "load",
                "prepare",
                "--json",
                "--meters",
                meters,
                "--vendors",
                vendors,
                "--data",
                data(),
                "--clients",
                clients());
        JsonNode said = programs.said(prepare);
        prepare.waitFor();
        return said;
    }

    private String data() {
        return parent.resolve("data").toString();
    }

    private String clients() {
        return parent.resolve("clients").toString();
    }

    @Test
    void load_onWhatWasPrepared_sellsAndProves() throws Exception {
        assertThat(prepare("300", "2").path("meters").asString()).isEqualTo("08:300");
        Process server = programs.start("start", "--json", "--port", "0", "--data", data());
        String url = programs.said(server).path("url").asString();
        assertThat(prepare("400", "3").path("vendors").asInt())
                .as("prepared again, beside the running server")
                .isEqualTo(3);

        List<String> arguments = new ArrayList<>(List.of("load", "--json", "--url", url, "--clients", clients()));
        arguments.addAll(List.of("--meters", "08:400", "--connections", "8", "--seconds", "2", "--warm-up", "1"));
        arguments.addAll(List.of("--duplicates", "0.2"));
        Process load = programs.start(arguments.toArray(String[]::new));
        JsonNode said = programs.said(load);
        assertThat(said.path("faults").size()).as("%s", said).isZero();
        assertThat(said.path("sales").asInt()).as("%s", said).isPositive();
        assertThat(said.path("sales_confirmed").asInt()
                        + said.path("sold_unacknowledged").asInt())
                .isEqualTo(said.path("sales").asInt());
        assertThat(load.waitFor()).isZero();

        Process verify = programs.start("ledger", "verify", "--json", "--data", data());
        JsonNode books = programs.said(verify);
        assertThat(books.path("faults").size()).as("%s", books).isZero();
        assertThat(books.path("sales").asInt()).isEqualTo(said.path("sales").asInt());
        server.destroy();
        server.waitFor();
    }
}
