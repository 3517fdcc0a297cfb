package org.metermint.app.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandFailure;
import org.metermint.app.client.ClientFile;
import org.metermint.app.client.Credential;
import org.metermint.app.client.RestClient;
import org.metermint.app.client.RestClient.Answer;
import org.metermint.app.command.Failures;
import org.metermint.app.demo.DemoCommand;
import org.metermint.app.server.Server;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A PostgreSQL that is not the program's own: one that runs elsewhere, with an administrator's credential. */
class ForeignDatabaseTest {

    @TempDir
    Path parent;

    private DataDirectory elsewhere;
    private EmbeddedDatabase foreign;
    private DataDirectory directory;
    private Path passwordFile;

    @BeforeEach
    void startForeignDatabase() throws IOException {
        elsewhere = DataDirectory.open(parent.resolve("elsewhere"));
        foreign = EmbeddedDatabase.start(elsewhere);
        directory = DataDirectory.open(parent.resolve("refused"));
        passwordFile = Files.writeString(parent.resolve("admin.password"), foreign.superuserPassword() + "\n");
    }

    @AfterEach
    void stopForeignDatabase() {
        foreign.close(); // a second time does no harm
        elsewhere.close();
        directory.close();
    }

    @Test
    void database_ofTheUtilitysOwn_isPreparedAndKeepsItsSales() throws Exception {
        Path data = parent.resolve("data");
        Path configuration = configuration("metermint");
        String[] demonstration = {"--once", "--json", "--config", configuration.toString(), "--data", data.toString()};
        JsonNode first = run(new DemoCommand(), 0, demonstration);
        assertThat(data.resolve("database")).as("an embedded database").doesNotExist();
        assertThat(answer("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'metermint_server'"))
                .isEqualTo("f");

        Settings settings = Settings.read(configuration).with(Setting.HTTP_PORT, "0");
        Credential credential = ClientFile.read(data).orElseThrow().credential();
        try (Server server = Server.start(settings, data);
                RestClient client = new RestClient(server.url(), credential)) {
            Answer found = client.sale(first.path("sale").asString());
            assertThat(found.sold()).as(found.text()).isTrue();
            assertThat(found.body().path("tokens").get(0).path("digits").asString())
                    .isEqualTo(first.path("tokens").get(0).asString());
        }
    }

    @Test
    void database_unfitOrOutOfReach_isRefusedWithTheRemedy() throws Exception {
        Files.writeString(passwordFile, "guessed-wrong");
        assertThat(refusal(configuration("metermint")))
                .contains("password authentication failed", "database.password-file")
                .doesNotContain("guessed-wrong");
        Files.writeString(passwordFile, foreign.superuserPassword());

        Path configuration = configuration("metermint");
        Database.open(Settings.read(configuration), directory).close();
        execute("ALTER ROLE metermint_server SUPERUSER");
        assertThat(refusal(configuration)).contains("metermint_server is a superuser", "NOSUPERUSER");
        execute("ALTER ROLE metermint_server NOSUPERUSER");
        execute("ALTER DATABASE metermint SET synchronous_commit = off");
        assertThat(refusal(configuration)).contains("synchronous_commit off", "loses sales", "set it on");

        foreign.close();
        assertThat(refusal(configuration)).contains("does not answer", "refused", "Check that it runs");
        restartWithoutFsync();
        try {
            assertThat(refusal(configuration)).contains("fsync off", "set it on and restart");
        } finally {
            control("stop", "-m", "fast");
        }
    }

    private Path configuration(String database) throws IOException {
        return Files.writeString(parent.resolve("metermint.conf"), """
                database.url = %s/%s
                database.user = %s
                database.password-file = %s
                """.formatted(
                        foreign.server(), database, foreign.superuser(), passwordFile));
    }

    private String refusal(Path configuration) {
        return refusal(Settings.read(configuration));
    }

    /** What somebody reads whose database is refused. */
    private String refusal(Settings settings) {
        CommandFailure failure = catchThrowableOfType(
                CommandFailure.class, () -> Database.open(settings, directory).close());
        assertThat(failure).as("a refusal").isNotNull();
        String words = failure.getMessage() + "\n" + failure.remedy();
        assertThat(words).doesNotContain(foreign.superuserPassword());
        return words;
    }

    private static JsonNode run(Object command, int exitCode, String... arguments) {
        StringWriter out = new StringWriter();
        int exited = new CommandLine(command)
                .setExecutionExceptionHandler(new Failures())
                .setOut(new PrintWriter(out, true))
                .execute(arguments);
        assertThat(exited).as(out.toString()).isEqualTo(exitCode);
        return JsonMapper.shared().readTree(out.toString());
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String answer(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                foreign.server() + "/postgres", foreign.superuser(), foreign.superuserPassword());
    }

    /** As an administrator might run it who holds speed for more than money. */
    private void restartWithoutFsync() throws IOException, InterruptedException {
        String port = foreign.server().substring(foreign.server().lastIndexOf(':') + 1);
        control(
                "start",
                "-l",
                elsewhere.resolve("database.log").toString(),
                "-o",
                "-c fsync=off -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -p " + port);
    }

    private void control(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "--user")); // PostgreSQL does not run for root
        }
        command.add(
                PostgresBinaries.unpack(elsewhere.path()).resolve("bin/pg_ctl").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-w", "-D", elsewhere.resolve("database").toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(parent.resolve("pg_ctl.out").toFile())
                .start();
        assertThat(process.waitFor()).as(command.toString()).isZero();
    }
}
