package org.metermint.app.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.metermint.app.CommandFailure;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;

class DatabaseUrlTest {

    @TempDir
    Path parent;

    @Test
    void url_thatHoldsAPassword_isRefusedAndNotRepeated() {
        try (DataDirectory directory = DataDirectory.open(parent.resolve("data"))) {
            for (String url :
                    List.of("jdbc:postgresql://h/metermint?user=a&password=hidden", "jdbc:postgresql://a:hidden@h/x")) {
                CommandFailure failure = catchThrowableOfType(
                        CommandFailure.class,
                        () -> Database.open(Settings.defaults().with(Setting.DATABASE_URL, url), directory));
                assertThat(failure.getMessage() + failure.remedy())
                        .contains("jdbc:postgresql://host:port/database", "database.password-file")
                        .doesNotContain("hidden");
            }
        }
        CommandFailure failure = catchThrowableOfType(
                CommandFailure.class, () -> Settings.defaults().with(Setting.DATABASE_URL, "postgres://a:hidden@h/x"));
        assertThat(failure).hasMessageContaining("does not begin with jdbc:postgresql://");
        assertThat(failure.getMessage()).doesNotContain("hidden");
    }
}
