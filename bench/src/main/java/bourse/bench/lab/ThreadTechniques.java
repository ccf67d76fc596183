package bourse.bench.lab;

import static bourse.bench.lab.Technique.variant;

import bourse.services.placement.Affinity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.jctools.queues.MpscArrayQueue;

/** What threads do to each other: queues, shared lines, placement; and what it costs to know the time. */
final class ThreadTechniques {
    private static final int CAPACITY = 1 << 10;
    private static final int CHUNK = 1 << 12;
    private static final int PADDED = 16;

    private ThreadTechniques() {
    }

    /** A second thread that does the other half of the work until it is stopped. */
    private abstract static class Partner implements Technique.Work, AutoCloseable {
        private final Thread thread;
        private volatile boolean isStopped;

        Partner() {
            thread = Thread.ofPlatform().daemon().name("partner").unstarted(this::serve);
        }

        final Partner begin() {
            thread.start();
            return this;
        }

        private void serve() {
            onStart();
            while (!isStopped) {
                if (turn() == 0) {
                    Thread.onSpinWait();
                }
            }
        }

        /** On the partner's thread: on another core than the first one's, where there is one. */
        void onStart() {
            Affinity.bind(1);
        }

        /** The partner's share. @return 0 = nothing to do */
        abstract int turn();

        @Override
        public void close() throws InterruptedException {
            isStopped = true;
            thread.join();
        }
    }

    static Technique queue() {
        return new Technique("queue", "an element from one thread to another, one producer, capacity 1,024", 2, List.of(
                variant("ArrayBlockingQueue", () -> passing(new ArrayBlockingQueue<>(CAPACITY))),
                variant("JCTools MpscArrayQueue", () -> passing(new MpscArrayQueue<>(CAPACITY))),
                variant("Agrona ManyToOneConcurrentArrayQueue", () -> passing(new ManyToOneConcurrentArrayQueue<>(CAPACITY)))));
    }

    private static Technique.Work passing(final Queue<Long> queue) {
        final Long element = 1L;
        return new Partner() {
            private final AtomicLong taken = new AtomicLong();
            private long given;

            @Override
            int turn() {
                int count = 0;
                while (count < CHUNK && queue.poll() != null) {
                    count++;
                }
                if (count > 0) {
                    taken.lazySet(taken.get() + count);
                }
                return count;
            }

            @Override
            public long run(final int operations) {
                Affinity.bind(0);
                for (int i = 0; i < operations; i++) {
                    while (!queue.offer(element)) {
                        Thread.onSpinWait();
                    }
                }
                given += operations;
                while (taken.get() < given) {
                    Thread.onSpinWait();
                }
                return given;
            }
        }.begin();
    }

    static Technique padding() {
        return new Technique("padding", "a counter of one's own counted up while a neighbour counts his", 2, List.of(
                variant("both counters in one cache line", () -> counting(1)),
                variant("128 bytes apart", () -> counting(PADDED))));
    }

    private static Technique.Work counting(final int distance) {
        final AtomicLongArray counters = new AtomicLongArray(4 * PADDED);
        return new Partner() {
            @Override
            int turn() {
                for (int i = 0; i < CHUNK; i++) {
                    counters.getAndIncrement(PADDED + distance);
                }
                return 1;
            }

            @Override
            public long run(final int operations) {
                Affinity.bind(0);
                for (int i = 0; i < operations; i++) {
                    counters.getAndIncrement(PADDED);
                }
                return counters.get(PADDED);
            }
        }.begin();
    }

    static Technique affinity() {
        return new Technique("affinity", "a number to another thread and back, both spinning", 2, List.of(
                variant("wherever the scheduler puts them", () -> pingPong(false)),
                variant("each bound to a core (FFM)", () -> pingPong(true))));
    }

    private static Technique.Work pingPong(final boolean bound) {
        final AtomicLongArray balls = new AtomicLongArray(4 * PADDED);
        return new Partner() {
            private long answered;

            @Override
            void onStart() {
                if (bound) {
                    Affinity.bind(1);
                } else {
                    Affinity.release();
                }
            }

            @Override
            int turn() {
                final long asked = balls.getAcquire(PADDED);
                if (asked == answered) {
                    return 0;
                }
                answered = asked;
                balls.setRelease(3 * PADDED, asked);
                return 1;
            }

            @Override
            public long run(final int operations) {
                if (bound) {
                    Affinity.bind(0);
                } else {
                    Affinity.release();
                }
                long ball = balls.get(PADDED);
                for (int i = 0; i < operations; i++) {
                    balls.setRelease(PADDED, ++ball);
                    while (balls.getAcquire(3 * PADDED) != ball) {
                        Thread.onSpinWait();
                    }
                }
                Affinity.release();
                return ball;
            }
        }.begin();
    }

    static Technique timers() {
        final AtomicLong cached = new AtomicLong(System.nanoTime());
        return Technique.of("timers", "the time is read",
                variant("Instant.now()", () -> operations -> {
                    long sum = 0;
                    for (int i = 0; i < operations; i++) {
                        sum += Instant.now().getNano();
                    }
                    return sum;
                }),
                variant("System.currentTimeMillis()", () -> operations -> {
                    long sum = 0;
                    for (int i = 0; i < operations; i++) {
                        sum += System.currentTimeMillis();
                    }
                    return sum;
                }),
                variant("System.nanoTime()", () -> operations -> {
                    long sum = 0;
                    for (int i = 0; i < operations; i++) {
                        sum += System.nanoTime();
                    }
                    return sum;
                }),
                variant("once a batch of 64, handed on (the engine: the log's time)", () -> operations -> {
                    long sum = 0;
                    for (int i = 0; i < operations; i++) {
                        if ((i & 63) == 0) {
                            cached.setOpaque(System.nanoTime());
                        }
                        sum += cached.getOpaque();
                    }
                    return sum;
                }));
    }

    /** A profiler that many threads may feed. */
    static Technique profiler() {
        return Technique.of("profiler", "a duration is noted, to be told as percentiles",
                variant("a list behind a lock, sorted at the end", ThreadTechniques::listed),
                variant("HdrHistogram, one writer", () -> recording(new Histogram(1_000_000_000L, 3))),
                variant("HdrHistogram, many writers", () -> recording(new ConcurrentHistogram(1_000_000_000L, 3))));
    }

    private static Technique.Work listed() {
        final List<Long> durations = new ArrayList<>();
        return operations -> {
            for (int i = 0; i < operations; i++) {
                synchronized (durations) {
                    durations.add(1_000L + (i & 0xFFFF));
                }
                if (durations.size() == 1 << 16) {
                    Collections.sort(durations);
                    durations.clear();
                }
            }
            return operations;
        };
    }

    private static Technique.Work recording(final Histogram histogram) {
        return operations -> {
            for (int i = 0; i < operations; i++) {
                histogram.recordValue(1_000 + (i & 0xFFFF));
            }
            return histogram.getTotalCount();
        };
    }
}
