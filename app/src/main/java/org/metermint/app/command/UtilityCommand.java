package org.metermint.app.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.server.FirstClient;
import org.metermint.app.server.Registers;
import org.metermint.app.settings.Setting;
import org.metermint.app.settings.Settings;
import org.metermint.vending.utility.Utilities;
import org.metermint.vending.utility.Utility;
import org.metermint.vending.utility.UtilitySettings;
import org.metermint.vending.vendor.ClientSecret;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code metermint utility}: the utilities of an installation. */
@Command(
        name = "utility",
        description = "The utilities of an installation, beside a running server or without one.",
        subcommands = LetterheadCommand.class,
        mixinStandardHelpOptions = true)
public final class UtilityCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** What a utility decides for itself, as options; those that are left away stay as they are. */
    static final class SettingOptions {

        @Option(names = "--name", paramLabel = "NAME", description = "Its name as receipts print it.")
        private @Nullable String name;

        @Option(names = "--zone", paramLabel = "ZONE", description = "Its time zone, such as Africa/Nairobi.")
        private @Nullable String zone;

        @Option(
                names = "--key-change",
                paramLabel = "POLICY",
                description = "with-sale or refuse: what a sale does for a meter whose key must change.")
        private @Nullable String keyChange;

        @Option(names = "--smallest-tender", paramLabel = "MINOR", description = "Least amount of a sale.")
        private @Nullable String smallestTender;

        @Option(names = "--largest-tender", paramLabel = "MINOR", description = "Greatest amount of a sale.")
        private @Nullable String largestTender;

        Settings over(Settings settings) {
            Settings changed = settings;
            changed = name == null ? changed : changed.with(Setting.UTILITY_NAME, name);
            changed = zone == null ? changed : changed.with(Setting.UTILITY_ZONE, zone);
            changed = keyChange == null ? changed : changed.with(Setting.UTILITY_KEY_CHANGE, keyChange);
            changed = smallestTender == null ? changed : changed.with(Setting.UTILITY_SMALLEST_TENDER, smallestTender);
            return largestTender == null ? changed : changed.with(Setting.UTILITY_LARGEST_TENDER, largestTender);
        }
    }

    @Command(name = "list", description = "All utilities.", mixinStandardHelpOptions = true)
    int list(@Mixin DataOptions where, @Mixin Output output) {
        try (Registers registers = Registers.open(where.settings(), where.data(), Optional.empty())) {
            Utilities utilities = registers.vending().utilities();
            List<Utility> all = utilities.all().stream().map(utilities::get).toList();
            StringBuilder words = new StringBuilder();
            all.forEach(utility -> words.append("%-32s  %s  %s%n"
                    .formatted(
                            utility.code(),
                            utility.settings().currency(),
                            utility.settings().name())));
            output.say(
                    all.stream().map(UtilityCommand::facts).toList(),
                    words.toString().stripTrailing());
        }
        return 0;
    }

    @Command(
            name = "add",
            description = "Adds a utility, and its first client with a credential that is shown this one time.",
            mixinStandardHelpOptions = true)
    int add(
            @Mixin DataOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "Its short name for ever: 1 to 32 of a-z, 0-9 and '-'.")
                    String code,
            @Mixin SettingOptions options,
            @Option(
                            names = "--currency",
                            required = true,
                            paramLabel = "CODE",
                            description = "Currency of its books for ever, three letters.")
                    String currency,
            @Option(
                            names = "--minor-digits",
                            defaultValue = "2",
                            paramLabel = "DIGITS",
                            description = "Decimals of the currency's minor unit; default: ${DEFAULT-VALUE}.")
                    String minorDigits) {
        requireGiven(options.name, "--name");
        requireGiven(options.zone, "--zone");
        Settings file = where.settings();
        UtilitySettings settings = checked(options.over(Settings.defaults()
                .with(Setting.UTILITY_CODE, code)
                .with(Setting.UTILITY_CURRENCY, currency)
                .with(Setting.UTILITY_MINOR_DIGITS, minorDigits)));
        try (Registers registers = Registers.open(file, where.data(), Optional.empty())) {
            Utility utility = registers.vending().utilities().register(code, settings);
            Optional<ClientSecret> credential = FirstClient.make(registers.vending(), utility);
            Map<String, Object> facts = facts(utility);
            credential.ifPresent(made -> put(facts, made));
            output.say(
                    facts,
                    credential
                            .map(made -> "Utility " + code + " is there.\n\n" + words(made))
                            .orElse("Utility " + code + " was there already, with the same settings and its client."));
        }
        return 0;
    }

    @Command(name = "show", description = "What a utility decided for itself.", mixinStandardHelpOptions = true)
    int show(
            @Mixin DataOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "Its short name.") String code) {
        try (Registers registers = Registers.open(where.settings(), where.data(), Optional.of(code))) {
            say(output, registers.utility());
        }
        return 0;
    }

    @Command(
            name = "change",
            description = "Changes what a utility decides for itself. Code, currency and minor digits stay.",
            mixinStandardHelpOptions = true)
    int change(
            @Mixin DataOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "Its short name.") String code,
            @Mixin SettingOptions options) {
        Settings file = where.settings();
        if (file.text(Setting.UTILITY_CODE).equals(code)) {
            throw new CommandFailure(
                    "utility '" + code + "' is the one of the configuration file, which is written over it at every"
                            + " start",
                    "Change the settings utility.* there, and start the server again.");
        }
        try (Registers registers = Registers.open(file, where.data(), Optional.of(code))) {
            Utility utility = registers.utility();
            UtilitySettings settings = checked(options.over(Settings.defaults().withUtility(utility.settings())));
            say(output, registers.vending().utilities().change(utility.id(), settings));
        }
        return 0;
    }

    @Command(
            name = "credential",
            description = "Gives a utility's first client a new secret, for one that was lost; the old one is worth"
                    + " nothing from then on.",
            mixinStandardHelpOptions = true)
    int credential(
            @Mixin DataOptions where,
            @Mixin Output output,
            @Parameters(paramLabel = "CODE", description = "Its short name.") String code) {
        try (Registers registers = Registers.open(where.settings(), where.data(), Optional.of(code))) {
            Utility utility = registers.utility();
            ClientSecret secret = FirstClient.make(registers.vending(), utility)
                    .orElseGet(() -> registers.vending().clients().renew(utility.id(), FirstClient.idOf(utility)));
            Map<String, Object> facts = new LinkedHashMap<>();
            put(facts, secret);
            output.say(facts, words(secret));
        }
        return 0;
    }

    private static void requireGiven(@Nullable String value, String option) {
        if (value == null) {
            throw new CommandFailure(
                    "option " + option + " is missing", "A new utility needs --name, --currency and --zone.");
        }
    }

    private static UtilitySettings checked(Settings settings) {
        try {
            return settings.utility();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), "Give another value.", e);
        }
    }

    private static void say(Output output, Utility utility) {
        Map<String, Object> facts = facts(utility);
        StringBuilder words = new StringBuilder();
        facts.forEach((name, value) -> words.append("%-16s %s%n".formatted(name, value)));
        output.say(facts, words.toString().stripTrailing());
    }

    private static Map<String, Object> facts(Utility utility) {
        UtilitySettings settings = utility.settings();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("code", utility.code());
        facts.put("name", settings.name());
        facts.put("currency", settings.currency());
        facts.put("minor_digits", settings.minorDigits());
        facts.put("zone", settings.zone().getId());
        facts.put(
                "key_change",
                settings.keyChange().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        facts.put("smallest_tender", settings.smallestTender());
        facts.put("largest_tender", settings.largestTender());
        facts.put("created_at", utility.createdAt().toString());
        return facts;
    }

    private static void put(Map<String, Object> facts, ClientSecret secret) {
        facts.put("client_id", secret.clientId());
        facts.put("client_secret", secret.secret());
    }

    private static String words(ClientSecret secret) {
        return """
                A client credential was made. Keep it now: it is not shown again.
                  client  %s
                  secret  %s""".formatted(secret.clientId(), secret.secret());
    }
}
