package org.metermint.app.token;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.metermint.app.CommandFailure;
import org.metermint.token.IdentifiedToken;
import org.metermint.token.KnownToken;
import org.metermint.token.Layout.FieldValue;
import org.metermint.token.Token;
import org.metermint.token.decode.Rejection;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads a token with the key of its meter. */
@Command(
        name = "decode",
        description = "Reads a token with the key of its meter. Tests and displays (class 1) need no key.",
        footer = {
            "",
            "Example:",
            "  metermint token decode 6539 0098 2220 8439 0289 --key-file meter.key --ea 11 --base-date 2035",
            "",
            "Exit status: 0 if the token is authentic and of a known kind, 1 if not."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class DecodeCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "DIGITS", description = "The 20 digits, grouped as you like.")
    private String[] digits = {};

    @Mixin
    private KeyOptions keys = new KeyOptions();

    @Option(names = "--json", description = "Answers with one JSON object.")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public Integer call() {
        Reading reading = Reading.of(Reading.number(String.join(" ", digits)), keys);
        if (reading.block().isEmpty() && reading.rejection().isEmpty()) {
            throw new CommandFailure(
                    "a token of class " + reading.tokenClass().number() + " is encrypted for one meter",
                    "Give that meter's key by --key-file and --ea; what can be known without it, explain tells.");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, asJson(reading));
        } else {
            keys.printWarnings(spec.commandLine().getErr());
            print(out, reading);
        }
        return reading.rejection().isEmpty() ? 0 : 1;
    }

    private void print(PrintWriter out, Reading reading) {
        if (reading.token().orElse(null) instanceof KnownToken token) {
            out.println(Words.kind(token));
            for (FieldValue field : token.describe()) {
                out.printf(
                        "  %-9s %-10s %s%n",
                        field.place().name(), Words.bits(field), Words.meaning(token, field, keys.baseDate()));
            }
        }
        reading.rejection().ifPresent(rejection -> out.println(rejection.standardName() + ": " + rejection.meaning()));
        out.flush();
    }

    private Map<String, Object> asJson(Reading reading) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token", reading.number().digits());
        answer.put("class", reading.tokenClass().number());
        reading.token().map(Token::subclass).ifPresent(subclass -> answer.put("subclass", subclass));
        if (reading.token().orElse(null) instanceof KnownToken token) {
            answer.put("kind", token.layout().type().getSimpleName());
            answer.put("order", Words.kind(token));
            if (token instanceof IdentifiedToken identified) {
                answer.put("tid", identified.tid().minutes());
                if (keys.baseDate() != null) {
                    answer.put("time", identified.tid().time(keys.baseDate()).toString());
                }
            }
            Map<String, Object> fields = new LinkedHashMap<>();
            for (FieldValue field : token.describe()) {
                fields.put(field.place().name(), Words.bits(field));
            }
            answer.put("fields", fields);
        }
        reading.rejection().map(Rejection::standardName).ifPresent(name -> answer.put("error", name));
        answer.put("warnings", keys.warnings());
        return answer;
    }
}
