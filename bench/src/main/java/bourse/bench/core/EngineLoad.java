package bourse.bench.core;

import bourse.bench.stream.CommandStream;
import bourse.engine.events.EventSink;

/** The engine of a shard at work in this process for another bench: a stream in, its events out. Thread: the caller's. */
public final class EngineLoad implements AutoCloseable {
    private final CommandStream stream;
    private final EncodedCommands commands;

    /** @param batch commands in one log entry, 1..512 */
    public EngineLoad(final CommandStream stream, final int batch) {
        this.stream = stream;
        this.commands = new EncodedCommands(stream, batch);
    }

    /** Fragments of events at most: one a log entry, as long as none overflows. */
    public int fragments() {
        return commands.messageOf(stream.count()) + 2;
    }

    /** Runs the whole stream in a fresh engine; {@code measured} is run once the prefill is done, around the rest. */
    public void run(final EventSink events, final Phase measured) throws InterruptedException {
        try (EngineRung rung = new EngineRung(stream, commands, events)) {
            rung.apply(0, stream.prefill());
            measured.around(() -> rung.apply(stream.prefill(), stream.count()));
        }
    }

    /** What a bench does before and after the part that it measures. */
    @FunctionalInterface
    public interface Phase {
        void around(Runnable rest) throws InterruptedException;
    }

    @Override
    public void close() {
        commands.close();
    }
}
