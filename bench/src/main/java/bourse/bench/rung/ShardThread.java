package bourse.bench.rung;

import bourse.engine.match.MatcherLimits;
import bourse.services.placement.Affinity;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/** A shard that reads batches from a ring, spinning. Hot path. Thread: its own. */
final class ShardThread implements Runnable, AutoCloseable {
    private final RingBuffer commands;
    private final ShardHost host;
    private final Thread thread;
    private volatile boolean isStopped;
    private volatile Throwable fault;

    ShardThread(final MatcherLimits limits, final RingBuffer commands, final RingBuffer events, final Plant plant) {
        this.commands = commands;
        host = new ShardHost(limits, events, plant);
        thread = Thread.ofPlatform().name("shard").daemon().start(this);
    }

    @Override
    public void run() {
        final MessageHandler handler = (type, buffer, index, length) -> host.apply(buffer, index, length);
        // Two threads that wait by spinning: on one core they would only take it from each other. The rig has core 0.
        Affinity.bind(1);
        try {
            while (!isStopped) {
                if (commands.read(handler, 16) == 0) {
                    Thread.onSpinWait();
                }
            }
        } catch (final RuntimeException e) {
            fault = e;
            throw e;
        }
    }

    /** What ended it; null on a good day. */
    Throwable fault() {
        return fault;
    }

    @Override
    public void close() {
        isStopped = true;
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        host.close();
    }
}
