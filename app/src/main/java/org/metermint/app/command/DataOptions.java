package org.metermint.app.command;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import picocli.CommandLine.Option;

/** The options of every command that works on an installation: where it lies, and how it is set. */
public class DataOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory of the installation; default: .metermint beside the program.")
    private @Nullable Path data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration file; default: metermint.conf in the data directory, if it is there.")
    private @Nullable Path config;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "A PostgreSQL of your own, such as jdbc:postgresql://db.example/metermint.")
    private @Nullable String databaseUrl;

    /** The data directory, whether or not it exists yet. */
    public Path data() {
        if (data != null) {
            return data.toAbsolutePath().normalize();
        }
        return Path.of(System.getProperty("metermint.home", ""), ".metermint")
                .toAbsolutePath()
                .normalize();
    }

    /** The options that name the same installation again, for a command that somebody is to enter; each after a space. */
    public String again() {
        return (data == null ? "" : " --data " + data) + (config == null ? "" : " --config " + config);
    }

    /** The settings: the file's, and over them those of the command line. */
    public Settings settings() {
        Path byDefault = data().resolve(Settings.DEFAULT_FILE);
        Settings settings = Settings.defaults();
        if (config != null) {
            settings = Settings.read(config);
        } else if (Files.exists(byDefault)) {
            settings = Settings.read(byDefault);
        }
        return databaseUrl == null ? settings : settings.with(Setting.DATABASE_URL, databaseUrl);
    }
}
