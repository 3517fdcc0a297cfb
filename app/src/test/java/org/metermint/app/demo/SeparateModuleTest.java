package org.metermint.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.Programs;
import tools.jackson.databind.JsonNode;

/** The demonstration with the security module in a process of its own. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SeparateModuleTest {
    @TempDir
    Path directory;

    private Programs programs;

    @BeforeEach
    void begin() {
        programs = new Programs(directory.resolve("log"));
    }

    @AfterEach
    void end() {
        programs.close();
    }

    private Process demonstration(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "demo",
                "--separate-security-module",
                "--json",
                "--port",
                "0",
                "--data",
                directory.resolve("data").toString()));
        arguments.addAll(List.of(more));
        return programs.start(arguments.toArray(String[]::new));
    }

    /** A second time, with the store of the first; then it is killed, and has no time to end its child. */
    @Test
    void demonstration_sellsThroughAnotherProcess_whichDoesNotOutliveIt() throws Exception {
        Process first = demonstration("--once");
        JsonNode facts = programs.said(first);
        assertThat(facts.path("credit_arrived").asBoolean()).as("%s", facts).isTrue();
        assertThat(facts.path("second_refused_as_used").asBoolean()).isTrue();
        assertThat(first.waitFor()).isZero();
        assertThat(ProcessHandle.of(facts.path("security_module_process").asLong()))
                .isEmpty();
        Path home = directory.resolve("data-security-module");
        assertThat(home.resolve("store")).isDirectory();
        assertThat(home.resolve("password")).doesNotExist();
        assertThat(directory.resolve("data/security-module")).doesNotExist();

        Process second = demonstration();
        JsonNode again = programs.said(second);
        assertThat(again.path("credit_arrived").asBoolean()).as("%s", again).isTrue();
        ProcessHandle module =
                ProcessHandle.of(again.path("security_module_process").asLong()).orElseThrow();
        second.destroyForcibly().waitFor();
        assertThat(module.onExit().get(60, TimeUnit.SECONDS).isAlive()).isFalse();
    }
}
