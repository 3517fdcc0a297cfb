package org.metermint.app.token;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.metermint.token.KnownToken;
import org.metermint.token.Layout.FieldPlace;
import org.metermint.token.Layout.FieldValue;
import org.metermint.token.MalformedToken;
import org.metermint.token.Token;
import org.metermint.token.UnknownToken;
import org.metermint.token.decode.Rejection;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a token to somebody who wants to understand it. */
@Command(
        name = "explain",
        description = "Shows what the 20 digits of a token are: their class, every field, and what a meter would do.",
        footer = {
            "",
            "Examples:",
            "  metermint token explain 0000 0000 0001 5099 7584",
            "  metermint token explain 6539 0098 2220 8439 0289 --key-file meter.key --ea 11 --base-date 2035"
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Runnable {
    private static final int CLASS_HIGH_BIT = 28;
    private static final int WIDTH = 96;

    @Parameters(arity = "1..*", paramLabel = "DIGITS", description = "The 20 digits, grouped as you like.")
    private String[] digits = {};

    @Mixin
    private KeyOptions keys = new KeyOptions();

    @Option(names = "--json", description = "Answers with one JSON object.")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** A field as it is shown. */
    private record Row(FieldPlace place, String bits, String meaning) {}

    @Override
    public void run() {
        Reading reading = Reading.of(Reading.number(String.join(" ", digits)), keys);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, asJson(reading));
            return;
        }
        keys.printWarnings(spec.commandLine().getErr());
        out.println("Token " + reading.number().grouped());
        out.println();
        out.println("  66 bits  " + reading.number().hex() + " in hexadecimal");
        out.println("  class    " + Words.tokenClass(reading.tokenClass()));
        out.println("           (the bits " + CLASS_HIGH_BIT + " and " + (CLASS_HIGH_BIT - 1)
                + ", which can be read without any key)");
        reading.block().ifPresent(block -> printBlock(out, reading, block));
        out.println();
        out.println("What a meter does");
        for (String sentence : sentences(reading)) {
            wrap(out, sentence);
        }
        out.flush();
    }

    private void printBlock(PrintWriter out, Reading reading, long block) {
        out.printf(
                "  block    %016X%s%n",
                block, reading.tokenClass().isEncrypted() ? ", after decryption" : ", in clear");
        reading.token()
                .filter(KnownToken.class::isInstance)
                .map(KnownToken.class::cast)
                .ifPresent(token -> {
                    out.println("  order    " + Words.kind(token));
                    out.println();
                    out.println("  Bits    Field      Holds       Meaning");
                    for (Row row : rows(token, block)) {
                        out.printf(
                                "  %2d..%-2d  %-9s  %-10s  %s%n",
                                row.place().highBit(),
                                row.place().lowBit(),
                                row.place().name(),
                                row.bits(),
                                row.meaning());
                    }
                });
    }

    private List<Row> rows(KnownToken token, long block) {
        List<Row> rows = new ArrayList<>();
        List<FieldValue> values = token.describe();
        for (FieldPlace place : token.layout().places()) {
            rows.add(values.stream()
                    .filter(value -> value.place().equals(place))
                    .findFirst()
                    .map(value -> new Row(place, Words.bits(value), Words.meaning(token, value, keys.baseDate())))
                    .orElseGet(() -> fixed(token, place)));
        }
        rows.add(new Row(
                new FieldPlace("CRC", 15, 0),
                String.format("%04X", block & 0xFFFF),
                "checksum over class and fields: right"));
        return rows;
    }

    private static Row fixed(KnownToken token, FieldPlace place) {
        return place.name().equals("SubClass")
                ? new Row(
                        place,
                        Integer.toString(token.subclass()),
                        token.layout().type().getSimpleName())
                : new Row(place, "0", "always zero");
    }

    private static List<String> sentences(Reading reading) {
        Optional<Rejection> rejection = reading.rejection();
        List<String> sentences = new ArrayList<>();
        reading.token().ifPresent(token -> {
            switch (token) {
                case KnownToken known -> {
                    if (known.tokenClass().isEncrypted()) {
                        sentences.add("The checksum is right: the token was made for a meter with this key.");
                    }
                    sentences.addAll(Words.effect(known));
                }
                case UnknownToken unknown ->
                    sentences.add("The token is authentic, but its subclass " + unknown.subclass() + " is "
                            + (unknown.origin() == UnknownToken.Origin.PROPRIETARY
                                    ? "a maker's own; only that maker's meters know what to do."
                                    : "reserved."));
                case MalformedToken malformed ->
                    sentences.add("The token is authentic, but " + malformed.problem() + ".");
            }
        });
        rejection.ifPresent(
                reason -> sentences.add("It answers " + reason.standardName() + ": " + reason.meaning() + "."));
        if (reading.block().isEmpty() && rejection.isEmpty()) {
            sentences.add(
                    "All but the class is encrypted. Whether the token is genuine, what it orders, when it was made"
                            + " and for which meter cannot be known without that meter's key; the meter number is not in it.");
            sentences.add(
                    "A meter with another key decrypts it to noise and answers CRCError, all but once in 65,536.");
            sentences.add(
                    "With the key: --key-file FILE --ea 07 or 11; with a vending key: --vending-key-file FILE, --ea,"
                            + " --meter, --sgc, --ti, --krn and --base-date.");
        }
        return sentences;
    }

    private static void wrap(PrintWriter out, String sentence) {
        StringBuilder line = new StringBuilder("  -");
        for (String word : sentence.split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH) {
                out.println(line);
                line = new StringBuilder("   ");
            }
            line.append(' ').append(word);
        }
        out.println(line);
    }

    private Map<String, Object> asJson(Reading reading) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token", reading.number().digits());
        answer.put("hex", reading.number().hex());
        answer.put("class", reading.tokenClass().number());
        answer.put("class_meaning", Words.tokenClass(reading.tokenClass()));
        reading.block().ifPresent(block -> answer.put("block", String.format("%016X", block)));
        reading.token().map(Token::subclass).ifPresent(subclass -> answer.put("subclass", subclass));
        if (reading.token().orElse(null) instanceof KnownToken token) {
            answer.put("kind", token.layout().type().getSimpleName());
            answer.put("order", Words.kind(token));
            List<Map<String, Object>> fields = new ArrayList<>();
            for (Row row : rows(token, reading.block().orElseThrow())) {
                Map<String, Object> field = new LinkedHashMap<>();
                field.put("name", row.place().name());
                field.put("high_bit", row.place().highBit());
                field.put("low_bit", row.place().lowBit());
                field.put("holds", row.bits());
                field.put("meaning", row.meaning());
                fields.add(field);
            }
            answer.put("fields", fields);
        }
        answer.put("meter", sentences(reading));
        reading.rejection().map(Rejection::standardName).ifPresent(name -> answer.put("error", name));
        answer.put("warnings", keys.warnings());
        return answer;
    }
}
