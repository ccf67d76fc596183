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
        Affinity.release();
        ThreadPriority.lower(NICE);
        while (!isClosed) {
            for (EventReading reading = opened.poll(); reading != null; reading = opened.poll()) {
                reading.begin(memory());
                readings.add(reading);
            }
            boolean isMoving = false;
            for (int i = readings.size() - 1; i >= 0; i--) {
                final EventReading reading = readings.get(i);
                if (reading.isClosed()) {
                    unused.push(reading.end());
                    readings.remove(i);
                } else {
                    isMoving |= advance(reading);
                }
            }
            if (readings.isEmpty()) {
                LockSupport.park(this);
            } else if (!isMoving) {
                LockSupport.parkNanos(this, IDLE_NS);
            }
        }
        readings.forEach(EventReading::end);
    }

    private boolean advance(final EventReading reading) {
        try {
            return reading.advance(recorded);
        } catch (final RuntimeException e) {
            LOG.warn("recorded events cannot be read on: {}", e.toString());
            reading.cut();
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
