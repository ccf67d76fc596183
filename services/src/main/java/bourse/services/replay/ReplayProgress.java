package bourse.services.replay;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.IntSupplier;

/** The progress bar on a terminal; a line every few seconds elsewhere. A daemon thread of its own; {@link #close} ends it. */
final class ReplayProgress implements AutoCloseable {
    private static final int WIDTH = 30;
    private static final long TERMINAL_MS = 100;
    private static final long LINE_MS = 5_000;

    private final PrintStream out;
    private final boolean terminal;
    private final int total;
    private final IntSupplier done;
    private final Thread thread;
    private volatile String note = "";

    ReplayProgress(final PrintStream out, final boolean terminal, final int total, final IntSupplier done) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
        this.done = done;
        thread = Thread.ofPlatform().daemon().name("progress").start(this::run);
    }

    /** Shown behind the bar: what is being waited for; "" = nothing. */
    void note(final String text) {
        note = text;
    }

    private void run() {
        final long startNs = System.nanoTime();
        final int before = done.getAsInt();
        try {
            while (true) {
                Thread.sleep(terminal ? TERMINAL_MS : LINE_MS);
                print(startNs, before);
            }
        } catch (final InterruptedException e) {
            if (terminal) {
                print(startNs, before);
                out.println();
            }
        }
    }

    private void print(final long startNs, final int before) {
        final int now = done.getAsInt();
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        final int filled = total == 0 ? WIDTH : (int) ((long) WIDTH * now / total);
        final String text = String.format(Locale.ROOT, "[%s%s] %3d%%  %,d of %,d  %,.0f/s  %s", "#".repeat(filled),
                " ".repeat(WIDTH - filled), total == 0 ? 100 : 100L * now / total, now, total, (now - before) / seconds, note);
        out.print(terminal ? "\r" + text + "\u001b[K" : text + System.lineSeparator());
        out.flush();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
