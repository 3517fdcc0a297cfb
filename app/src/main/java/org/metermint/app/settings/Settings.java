package org.metermint.app.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.app.CommandFailure;
import org.metermint.vending.utility.KeyChangePolicy;
import org.metermint.vending.utility.UtilitySettings;

/**
 * The values of all settings: from the file, and over them from the command line. A file has one {@code name = value}
 * on a line; a line that begins with {@code #} is a comment. Whatever is unknown, twice there, or no value of its
 * setting is refused with its line.
 */
public final class Settings {

    /** The file that is read if none is named and it exists, in the data directory. */
    public static final String DEFAULT_FILE = "metermint.conf";

    private final Map<Setting, String> values;

    private Settings(Map<Setting, String> values) {
        this.values = new EnumMap<>(Setting.class);
        this.values.putAll(values);
    }

    /** What holds without any file. */
    public static Settings defaults() {
        return new Settings(Map.of());
    }

    /**
     * Reads a file.
     *
     * @throws CommandFailure if it cannot be read or says what cannot be
     */
    public static Settings read(Path file) {
        try {
            return parse(file.toString(), Files.readAllLines(file));
        } catch (NoSuchFileException e) {
            throw new CommandFailure(
                    "there is no configuration file " + file, "Check the path given with --config.", e);
        } catch (CharacterCodingException e) {
            throw new CommandFailure(
                    "the configuration file " + file + " is not text in UTF-8", "Save it as UTF-8.", e);
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot read the configuration file " + file + ": " + e.getMessage(),
                    "Check that it is a file that you may read.",
                    e);
        }
    }

    static Settings parse(String name, List<String> lines) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String at = name + ", line " + (i + 1) + ": ";
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new CommandFailure(at + "there is no '='", "Write name = value."); // the line may hold a password
            }
            Setting setting = named(at, line.substring(0, equals).strip());
            String value = line.substring(equals + 1).strip();
            check(at, setting, value);
            if (values.put(setting, value) != null) {
                throw new CommandFailure(at + setting.key() + " stands there a second time", "Remove one of the two.");
            }
        }
        return new Settings(values);
    }

    /** These settings with one of them set anew, for options of the command line. */
    public Settings with(Setting setting, String value) {
        check("", setting, value);
        Settings changed = new Settings(values);
        changed.values.put(setting, value);
        return changed;
    }

    public String text(Setting setting) {
        return values.getOrDefault(setting, setting.byDefault());
    }

    public int number(Setting setting) {
        return Integer.parseInt(text(setting));
    }

    /** The path of a setting, unless it is empty. */
    public Optional<Path> path(Setting setting) {
        return text(setting).isEmpty() ? Optional.empty() : Optional.of(Path.of(text(setting)));
    }

    /** What the file says about the utility. */
    public UtilitySettings utility() {
        return new UtilitySettings(
                text(Setting.UTILITY_NAME),
                text(Setting.UTILITY_CURRENCY),
                number(Setting.UTILITY_MINOR_DIGITS),
                ZoneId.of(text(Setting.UTILITY_ZONE)),
                Arrays.stream(KeyChangePolicy.values())
                        .filter(policy -> Setting.word(policy).equals(text(Setting.UTILITY_KEY_CHANGE)))
                        .findFirst()
                        .orElseThrow(),
                Long.parseLong(text(Setting.UTILITY_SMALLEST_TENDER)),
                Long.parseLong(text(Setting.UTILITY_LARGEST_TENDER)));
    }

    /** These settings with those of a utility in place of the file's. */
    public Settings withUtility(UtilitySettings utility) {
        return with(Setting.UTILITY_NAME, utility.name())
                .with(Setting.UTILITY_CURRENCY, utility.currency())
                .with(Setting.UTILITY_MINOR_DIGITS, Integer.toString(utility.minorDigits()))
                .with(Setting.UTILITY_ZONE, utility.zone().getId())
                .with(Setting.UTILITY_KEY_CHANGE, Setting.word(utility.keyChange()))
                .with(Setting.UTILITY_SMALLEST_TENDER, Long.toString(utility.smallestTender()))
                .with(Setting.UTILITY_LARGEST_TENDER, Long.toString(utility.largestTender()));
    }

    private static Setting named(String at, String key) {
        return Setting.ofKey(key)
                .orElseThrow(() -> new CommandFailure(
                        at + "there is no setting '" + key + "'",
                        "Did you mean " + nearest(key) + "? All settings stand in docs/reference/configuration.md."));
    }

    private static void check(String at, Setting setting, String value) {
        setting.fault(value).ifPresent(fault -> {
            throw new CommandFailure(
                    at + (setting == Setting.DATABASE_URL ? "the value" : "'" + value + "'") // may hold a password
                            + " for " + setting.key() + " " + fault,
                    "The default is '" + setting.byDefault()
                            + "'; docs/reference/configuration.md explains the setting.");
        });
    }

    private static String nearest(String key) {
        return Arrays.stream(Setting.values())
                .map(Setting::key)
                .min(Comparator.comparingInt(candidate -> distance(candidate, key)))
                .orElseThrow();
    }

    /** Levenshtein's: how many characters must be put in, taken out or replaced. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
