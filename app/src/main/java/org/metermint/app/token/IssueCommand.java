package org.metermint.app.token;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.token.BaseDate;
import org.metermint.token.ClearCredit;
import org.metermint.token.ClearTamperCondition;
import org.metermint.token.CreditAmount;
import org.metermint.token.CreditRegister;
import org.metermint.token.CreditType;
import org.metermint.token.CurrencyAmount;
import org.metermint.token.ExtendedSet;
import org.metermint.token.ExtendedValue;
import org.metermint.token.IdentifiedToken;
import org.metermint.token.KeyExpiryNumber;
import org.metermint.token.KeyType;
import org.metermint.token.PowerLimit;
import org.metermint.token.RawValue;
import org.metermint.token.Rnd;
import org.metermint.token.SetMaximumPhasePowerUnbalanceLimit;
import org.metermint.token.SetMaximumPowerLimit;
import org.metermint.token.SetTariffRate;
import org.metermint.token.SetWaterMeterFactor;
import org.metermint.token.TokenClass;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenIdentifier;
import org.metermint.token.TokenNumber;
import org.metermint.token.TransferCredit;
import org.metermint.token.TransferCurrencyCredit;
import org.metermint.token.key.DecoderKey;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a token for one meter: credit or management. */
@Command(
        name = "issue",
        description = {
            "Makes a token for one meter: credit, or management.",
            "Nothing is recorded: two tokens of one minute share their token identifier, and the meter takes only one of"
                    + " them. Selling is metermint sale."
        },
        footer = {"", "Example:", "  metermint token issue --units 25.6 --key-file meter.key --ea 11 --base-date 2014"},
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class IssueCommand implements Runnable {
    /** What the token orders: exactly one thing. */
    static final class Order {
        @Option(
                names = "--units",
                paramLabel = "UNITS",
                description = "Credit in units with at most one decimal: kWh, m3 or minutes.")
        private @Nullable BigDecimal units;

        @Option(
                names = "--money",
                paramLabel = "AMOUNT",
                description = "Credit in money with at most five decimals, for meters that price; may be negative.")
        private @Nullable BigDecimal money;

        @Option(names = "--power-limit", paramLabel = "WATTS", description = "Sets the maximum power limit.")
        private @Nullable Long powerLimit;

        @Option(
                names = "--phase-unbalance-limit",
                paramLabel = "WATTS",
                description = "Sets the maximum unbalance between phases.")
        private @Nullable Long unbalanceLimit;

        @Option(
                names = "--clear-credit",
                paramLabel = "REGISTER",
                description = "Clears a credit register: electricity, water, gas, time, or all.")
        private @Nullable String clearCredit;

        @Option(names = "--clear-tamper", description = "Clears the tamper condition.")
        private boolean clearTamper;

        @Option(names = "--tariff-rate", paramLabel = "0..65535", description = "Sets the tariff rate.")
        private @Nullable Integer tariffRate;

        @Option(names = "--water-factor", paramLabel = "0..65535", description = "Sets the water meter factor.")
        private @Nullable Integer waterFactor;

        @Option(
                names = "--set-register",
                paramLabel = "INDEX=CONTENT",
                description = "Writes a register of the extended set: 0..62=0..1023.")
        private @Nullable Map<Integer, Integer> register;

        @Option(
                names = "--set-flag",
                paramLabel = "INDEX=0|1",
                description = "Writes a flag of the extended set: 0..511=0|1.")
        private @Nullable Map<Integer, Integer> flag;
    }

    @ArgGroup(exclusive = true, multiplicity = "1", order = 1)
    private Order order = new Order();

    @Option(
            names = "--for",
            paramLabel = "WHAT",
            description = "What the credit is for: electricity (the default), water, gas or time.")
    private String utility = "electricity";

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "Minute of issue in UTC, as 2026-11-20T21:05; default: now.",
            converter = Converters.Time.class)
    private @Nullable Instant time;

    @Option(
            names = "--tid",
            paramLabel = "MINUTES",
            description = "The token identifier itself, 0..16777215, in place of a time and a base date.")
    private @Nullable Integer tid;

    @Option(names = "--rnd", paramLabel = "0..15", description = "The random bits; default: drawn.")
    private @Nullable Integer rnd;

    @Option(
            names = "--ken",
            paramLabel = "KEN",
            description = "Key expiry number of the vending key; a token past it is refused. Default: 255, never.",
            converter = Converters.Expiry.class)
    private KeyExpiryNumber expiry = KeyExpiryNumber.NEVER;

    @Mixin
    private KeyOptions keys = new KeyOptions();

    @Option(names = "--json", description = "Answers with one JSON object.")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        TokenIdentifier identifier = identifier();
        IdentifiedToken token = token(identifier);
        DecoderKey key = keys.key();
        refuseUnwelcome(token);
        long block = TokenFrame.block(token);
        TokenNumber number =
                TokenFrame.insertClass(token.tokenClass(), keys.cipher(key).encrypt(block));
        PrintWriter out = spec.commandLine().getOut();
        Optional<BaseDate> base = Optional.ofNullable(keys.baseDate());
        if (json) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("token", number.digits());
            answer.put("hex", number.hex());
            answer.put("order", Words.kind(token));
            answer.put("tid", identifier.minutes());
            base.ifPresent(date -> answer.put("time", identifier.time(date).toString()));
            answer.put("warnings", keys.warnings());
            Json.print(out, answer);
            return;
        }
        keys.printWarnings(spec.commandLine().getErr());
        out.println(number.grouped());
        out.println();
        out.println("  " + Words.kind(token));
        Words.rounding(token).ifPresent(words -> out.println("  " + words));
        out.println("  TID " + identifier.minutes()
                + base.map(date -> ", " + Words.minute(identifier.time(date)) + ", base date " + date.year())
                        .orElse(""));
        out.flush();
    }

    private TokenIdentifier identifier() {
        try {
            if (tid != null) {
                if (time != null) {
                    throw new CommandFailure("--tid and --time were both given", "Give one of them.");
                }
                return new TokenIdentifier(tid);
            }
            BaseDate base = KeyOptions.required("--base-date", keys.baseDate());
            return TokenIdentifier.at(time == null ? Instant.now() : time, base);
        } catch (IllegalArgumentException e) {
            throw failure(e, "Choose a time within the base date of the meter's key, or change the key first.");
        }
    }

    private IdentifiedToken token(TokenIdentifier identifier) {
        try {
            Rnd random = new Rnd(rnd == null ? new SecureRandom().nextInt(16) : rnd);
            if (order.units != null) {
                return new TransferCredit(creditType(""), random, identifier, new CreditAmount(tenths(order.units)));
            }
            if (order.money != null) {
                return new TransferCurrencyCredit(creditType("_CURRENCY"), identifier, currency(order.money));
            }
            return management(random, identifier);
        } catch (IllegalArgumentException e) {
            throw failure(e, "metermint token issue --help lists what each option takes.");
        }
    }

    private IdentifiedToken management(Rnd random, TokenIdentifier identifier) {
        if (order.powerLimit != null) {
            return new SetMaximumPowerLimit(random, identifier, new PowerLimit(order.powerLimit));
        }
        if (order.unbalanceLimit != null) {
            return new SetMaximumPhasePowerUnbalanceLimit(random, identifier, new PowerLimit(order.unbalanceLimit));
        }
        if (order.clearCredit != null) {
            return new ClearCredit(random, identifier, creditRegister(order.clearCredit));
        }
        if (order.tariffRate != null) {
            return new SetTariffRate(random, identifier, new RawValue(order.tariffRate));
        }
        if (order.waterFactor != null) {
            return new SetWaterMeterFactor(random, identifier, new RawValue(order.waterFactor));
        }
        if (order.register != null) {
            Map.Entry<Integer, Integer> one = only("--set-register", order.register);
            return new ExtendedSet(random, identifier, ExtendedValue.register(one.getKey(), one.getValue()));
        }
        if (order.flag != null) {
            Map.Entry<Integer, Integer> one = only("--set-flag", order.flag);
            return new ExtendedSet(random, identifier, ExtendedValue.flag(one.getKey(), state(one.getValue())));
        }
        if (order.clearTamper) {
            return new ClearTamperCondition(random, identifier, RawValue.ZERO);
        }
        throw new CommandFailure(
                "nothing was ordered: --clear-tamper=false", "Give the order; --help lists what a token can do.");
    }

    private static Map.Entry<Integer, Integer> only(String option, Map<Integer, Integer> entries) {
        if (entries.size() != 1) {
            throw new CommandFailure(
                    option + " was given " + entries.size() + " times",
                    "One token writes one; issue a token for each.");
        }
        return entries.entrySet().iterator().next();
    }

    private static boolean state(int value) {
        if (value != 0 && value != 1) {
            throw new IllegalArgumentException("flag state " + value + " is neither 0 nor 1");
        }
        return value == 1;
    }

    private CreditType creditType(String suffix) {
        try {
            return CreditType.valueOf(utility.toUpperCase(Locale.ROOT) + suffix);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    "--for " + utility + " is none of electricity, water, gas, time", "Choose one of them.", e);
        }
    }

    private static CreditRegister creditRegister(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        try {
            return upper.equals("ALL")
                    ? CreditRegister.ALL
                    : CreditRegister.of(CreditType.valueOf(upper.replace('-', '_')));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    "--clear-credit " + name + " is none of electricity, water, gas, time, all",
                    "Choose one of them; a register of money is electricity-currency and so on.",
                    e);
        }
    }

    private static long tenths(BigDecimal units) {
        BigInteger tenths = whole("--units", units, 1);
        if (tenths.bitLength() > 62) {
            throw new CommandFailure(
                    "--units " + units.toPlainString() + " is more than any token can carry",
                    "One token carries at most 1820162.4 units.");
        }
        return tenths.longValue();
    }

    private static CurrencyAmount currency(BigDecimal money) {
        return new CurrencyAmount(whole("--money", money, 5));
    }

    private static BigInteger whole(String option, BigDecimal value, int decimals) {
        if (value.precision() > 60 || Math.abs((long) value.scale()) > 60) {
            throw new CommandFailure(
                    option + " has more digits than any token can carry", "Give an amount in ordinary notation.");
        }
        try {
            return value.movePointRight(decimals).toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw new CommandFailure(
                    option + " " + value.toPlainString() + " has more decimals than the " + decimals + " of a token",
                    "Round it; a token carries no smaller step.",
                    e);
        }
    }

    private void refuseUnwelcome(IdentifiedToken token) {
        if (expiry.isExpiredAt(token.tid())) {
            throw new CommandFailure(
                    "the key has expired: TID " + token.tid().minutes() + " is past "
                            + expiry.lastGood().minutes() + ", the last of key expiry number " + expiry,
                    "Change the meter's key first: metermint token keychange.");
        }
        if (token.tokenClass() == TokenClass.CREDIT_TRANSFER && keys.type() == KeyType.DDTK) {
            throw new CommandFailure(
                    "a default key (DDTK) carries no credit: the meter would answer DDTKError",
                    "Change the meter's key to a unique one first: metermint token keychange.");
        }
        if (keys.type() == KeyType.DITK && keys.nameAVendingKey()) {
            throw new CommandFailure(
                    "an initialisation key (DITK) is chosen by the maker of the meter and never derived",
                    "Give the key itself by --key-file.");
        }
    }

    private static CommandFailure failure(IllegalArgumentException refusal, String remedy) {
        return new CommandFailure(String.valueOf(refusal.getMessage()), remedy, refusal);
    }
}
