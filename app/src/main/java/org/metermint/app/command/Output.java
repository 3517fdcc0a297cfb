package org.metermint.app.command;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** What a command says: words for people, or with {@code --json} one JSON value for programs. */
public final class Output {

    @Option(names = "--json", description = "Answer with JSON, for programs.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /** Says {@code words}, or the same as data. */
    public void say(Object data, String words) {
        PrintWriter out = out();
        out.println(json ? JsonMapper.shared().writeValueAsString(data) : words);
        out.flush();
    }

    /** Says {@code words} to people only. */
    public void tell(String words) {
        if (!json) {
            out().println(words);
            out().flush();
        }
    }

    public boolean isJson() {
        return json;
    }

    private PrintWriter out() {
        if (spec == null) {
            throw new IllegalStateException("output of no command");
        }
        return spec.commandLine().getOut();
    }
}
