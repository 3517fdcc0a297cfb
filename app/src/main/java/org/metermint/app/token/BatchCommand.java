package org.metermint.app.token;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.metermint.app.CommandFailure;
import org.metermint.app.token.batch.Ea07TablesFile;
import org.metermint.app.token.batch.TokenBatch;
import org.metermint.token.cipher.Ea07Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The token engine as a filter for other programs. */
@Command(
        name = "batch",
        description = {
            "Serves requests from standard input, one JSON object a line; answers each with one line on standard output,"
                    + " in the same order.",
            "The format is described in docs/reference/token-batch.md."
        },
        footer = {
            "",
            "Example:",
            "  echo '{\"op\":\"luhn\",\"digits\":\"1234567890\"}' | metermint token batch",
            "",
            "Exit status: 0 if every request was served, 1 if a reply has the member error."
        },
        mixinStandardHelpOptions = true)
final class BatchCommand implements Callable<Integer> {
    @Option(
            names = "--ea07-tables",
            paramLabel = "FILE",
            description = "The EA07 tables of the operator; without it, the sample tables of the standard.")
    private @Nullable Path tablesFile;

    @Override
    public Integer call() {
        Ea07Tables tables = tablesFile == null ? Ea07Tables.sample() : Ea07TablesFile.read(tablesFile);
        Progress progress = Progress.onTerminal(System.err);
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            int workers = Runtime.getRuntime().availableProcessors();
            return new TokenBatch(tables, workers).run(System.in, out, progress) ? 0 : 1;
        } catch (IOException e) {
            throw new CommandFailure(
                    "the run broke off: " + e.getMessage(),
                    "Whoever reads the replies must read them to the end, and the disk must have room for them.",
                    e);
        } finally {
            progress.end();
        }
    }
}
