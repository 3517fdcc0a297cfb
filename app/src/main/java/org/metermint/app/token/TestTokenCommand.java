package org.metermint.app.token;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.token.Control;
import org.metermint.token.ExtendedRead;
import org.metermint.token.InitiateMeterTestDisplay1;
import org.metermint.token.InitiateMeterTestDisplay2;
import org.metermint.token.KnownToken;
import org.metermint.token.ManufacturerCode;
import org.metermint.token.MeterTest;
import org.metermint.token.TokenFrame;
import org.metermint.token.TokenNumber;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the tokens that make any meter test or show something. */
@Command(
        name = "test-token",
        description = {
            "Makes the tokens that let any meter test or show something. They need no key.",
            "Without an option: those of every test that the standard names."
        },
        footer = {"", "Example:", "  metermint token test-token --test 16"},
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class TestTokenCommand implements Runnable {
    /** What the meter is to show: at most one thing. */
    static final class What {
        @Option(
                names = "--test",
                paramLabel = "0..18",
                description = "A test or display of the standard; 0 is all of them.")
        private @Nullable Integer test;

        @Option(names = "--register", paramLabel = "0..62", description = "Shows a register of the extended set.")
        private @Nullable Integer register;

        @Option(names = "--flag", paramLabel = "0..511", description = "Shows a flag of the extended set.")
        private @Nullable Integer flag;
    }

    @ArgGroup(exclusive = true)
    private @Nullable What what;

    @Option(
            names = "--maker",
            paramLabel = "CODE",
            description = "Only for the meters of one maker, by its code of 2 or 4 digits; default: of every maker.")
    private @Nullable String maker;

    @Option(names = "--json", description = "Answers with one JSON object.")
    private boolean json;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** A token and the meters that it is for. */
    private record Line(String meters, KnownToken token) {
        TokenNumber number() {
            return TokenFrame.insertClass(token.tokenClass(), TokenFrame.block(token));
        }
    }

    @Override
    public void run() {
        List<Line> lines;
        try {
            lines = lines();
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    String.valueOf(e.getMessage()), "metermint token test-token without an option lists all tests.", e);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(
                    out,
                    Map.of(
                            "tokens",
                            lines.stream().map(TestTokenCommand::asJson).toList()));
            return;
        }
        for (Line line : lines) {
            out.println(line.number().grouped() + "  " + line.meters() + "  " + Words.kind(line.token()));
        }
        out.flush();
    }

    private List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        if (what == null || what.test != null) {
            List<MeterTest> tests = what == null || what.test == null
                    ? List.of(MeterTest.values())
                    : List.of(MeterTest.ofNumber(what.test));
            for (MeterTest test : tests) {
                if (maker == null || maker.length() == 2) {
                    Control control = InitiateMeterTestDisplay1.of(test).control();
                    lines.add(new Line("2-digit maker code", new InitiateMeterTestDisplay1(control, manufacturer())));
                }
                if (maker == null || maker.length() != 2) {
                    Control control = InitiateMeterTestDisplay2.of(test).control();
                    lines.add(new Line("4-digit maker code", new InitiateMeterTestDisplay2(control, manufacturer())));
                }
            }
            return lines;
        }
        if (maker != null) {
            throw new CommandFailure("--maker does not go with --register or --flag", "Leave it out.");
        }
        if (what.register != null) {
            lines.add(new Line("any maker", ExtendedRead.ofRegister(what.register)));
        } else if (what.flag != null) {
            lines.add(new Line("any maker", ExtendedRead.ofFlag(what.flag)));
        }
        return lines;
    }

    private ManufacturerCode manufacturer() {
        if (maker == null) {
            return ManufacturerCode.ALL;
        }
        if (!maker.matches("[0-9]{2}|[0-9]{4}")) {
            throw new CommandFailure("--maker " + maker + " is not a code of 2 or 4 digits", "Pad it with zeros.");
        }
        return new ManufacturerCode(Integer.parseInt(maker));
    }

    private static Map<String, Object> asJson(Line line) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("token", line.number().digits());
        answer.put("meters", line.meters());
        answer.put("order", Words.kind(line.token()));
        return answer;
    }
}
