package bourse.services.transport;

import bourse.engine.thread.ThreadPriority;
import bourse.services.placement.Affinity;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A thread that reads recorded events for the cursors of one source, straight from the files: neither the disk nor looking through what is not a client's takes
 * the time of the thread that matches. It gives way to every other thread that wants its core. Begins with the first cursor; sleeps while there is none.
 */
final class RecordedEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordedEvents.class);
    private static final int NICE = 10;
    private static final long IDLE_NS = 500_000;
    private static final long CLOSE_MS = 5_000;

    private final RecordedEnd recorded;
    private final Queue<EventReading> opened = new ConcurrentLinkedQueue<>();
    private final List<EventReading> readings = new ArrayList<>();
    private final Deque<ByteBuffer> unused = new ArrayDeque<>();
    private Thread thread;
    private volatile boolean isClosed;

    RecordedEvents(final RecordedEnd recorded) {
        this.recorded = recorded;
    }

    /** Thread: the source's agent. */
    void open(final EventReading reading) {
        opened.add(reading);
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("recorded-events").start(this::run);
        }
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            Affinity.release();
            ThreadPriority.lower(NICE);
        } catch (final RuntimeException e) {
            LOG.info("recorded events are read at ordinary priority: {}", e.toString());
        }
        while (!isClosed) {
            boolean isMoving = false;
            for (int i = readings.size() - 1; i >= 0; i--) {
                final EventReading reading = readings.get(i);
                if (reading.isClosed()) {
                    readings.remove(i);
                    release(reading);
                } else {
                    isMoving |= guarded(reading, () -> reading.advance(recorded));
                }
            }
            final EventReading next = opened.poll();
            if (next != null) {
                isMoving = true;
                begin(next);
            }
            if (readings.isEmpty() && !isMoving) {
                LockSupport.park(this);
            } else if (!isMoving) {
                LockSupport.parkNanos(this, IDLE_NS);
            }
        }
        readings.forEach(EventReading::end);
    }

    private void begin(final EventReading reading) {
        if (reading.isClosed()) {
            reading.end();
            return;
        }
        readings.add(reading);
        guarded(reading, () -> {
            reading.begin(memory());
            return true;
        });
    }

    private void release(final EventReading reading) {
        final ByteBuffer memory = reading.end();
        if (memory != null) {
            unused.push(memory);
        }
    }

    /** The thread must live: whoever resumes waits for it. */
    private static boolean guarded(final EventReading reading, final BooleanSupplier step) {
        try {
            return step.getAsBoolean();
        } catch (final RuntimeException | OutOfMemoryError | InternalError e) {
            if (reading.failed(e)) {
                LOG.info("a client is told to take a snapshot, recorded events cannot be read on: {}", e.toString());
            }
            return false;
        }
    }

    private ByteBuffer memory() {
        final ByteBuffer used = unused.poll();
        if (used == null) {
            return BufferUtil.allocateDirectAligned(EventReading.memoryBytes(), BitUtil.CACHE_LINE_LENGTH);
        }
        new UnsafeBuffer(used).setMemory(0, used.capacity(), (byte) 0);
        return used;
    }

    @Override
    public void close() {
        isClosed = true;
        if (thread != null) {
            LockSupport.unpark(thread);
            try {
                thread.join(CLOSE_MS);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
