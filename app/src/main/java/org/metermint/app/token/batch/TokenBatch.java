package org.metermint.app.token.batch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.metermint.token.cipher.Ea07Tables;

/**
 * Serves requests line by line. The calling thread reads chunks of lines, workers serve them side by side, and each
 * chunk's replies are written when those of the chunk before it have been; a fixed number of chunks is under way at any
 * time, so that memory does not grow with the input. Nothing is held back: what has been written has left the program.
 */
public final class TokenBatch {
    private static final int CHUNKS_PER_WORKER = 4;

    private final Operations operations;
    private final int workers;

    /**
     * A filter that serves on so many threads.
     *
     * @param tables the tables of EA07
     * @param workers at least 1
     */
    public TokenBatch(Ea07Tables tables, int workers) {
        this.operations = new Operations(tables);
        this.workers = workers;
    }

    /**
     * Serves all requests.
     *
     * @param in lines of JSON, read to the end
     * @param out one reply line for each line that is not empty, in order; no octet is kept back in a buffer
     * @param progress told, as replies are written, the number of the first line of the latest chunk
     * @return whether every request was served, that is, no reply has the member {@code error}
     * @throws IOException if reading or writing fails
     */
    public boolean run(InputStream in, OutputStream out, LongConsumer progress) throws IOException {
        LineReader lines = new LineReader(in);
        Semaphore room = new Semaphore(CHUNKS_PER_WORKER * workers);
        CompletableFuture<Boolean> tail = CompletableFuture.completedFuture(true);
        try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
            for (LineChunk chunk = lines.next();
                    chunk != null && !tail.isCompletedExceptionally();
                    chunk = lines.next()) {
                LineChunk served = chunk;
                room.acquireUninterruptibly();
                tail = tail.thenCombine(
                        CompletableFuture.supplyAsync(() -> served.serve(operations), pool), (clean, reply) -> {
                            write(reply, out);
                            progress.accept(served.firstLine());
                            return clean && !reply.hasErrors();
                        });
                tail = tail.whenComplete((clean, failure) -> room.release());
            }
            return tail.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException failure) {
                throw failure.getCause();
            }
            throw e;
        }
    }

    private static void write(Reply reply, OutputStream out) {
        try {
            reply.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
