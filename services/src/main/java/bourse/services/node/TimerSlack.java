package bourse.services.node;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Linux may wake a sleeping thread up to 50 µs later than it asked for, so that timers that are near to each other share one interrupt; a
 * {@code parkNanos(1)} then takes 90 µs. A thread that sleeps for microseconds between two looks at its work asks for exact timers. Elsewhere: nothing.
 */
public final class TimerSlack {
    private static final Logger LOG = LoggerFactory.getLogger(TimerSlack.class);
    private static final int PR_SET_TIMERSLACK = 29;
    private static final long LEAST_NS = 1;
    private static final long AS_IT_BEGAN = 0;

    private TimerSlack() {
    }

    /** Exact timers for the calling thread. */
    public static void lower() {
        set(LEAST_NS);
    }

    /** The calling thread's timers are again as they were when it began. */
    public static void reset() {
        set(AS_IT_BEGAN);
    }

    private static void set(final long ns) {
        final Linker linker = Linker.nativeLinker();
        final MemorySegment prctl = linker.defaultLookup().find("prctl").orElse(null);
        if (prctl == null) {
            return;
        }
        try {
            final int result = (int) linker.downcallHandle(prctl, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1)).invokeExact(PR_SET_TIMERSLACK, ns, 0L, 0L, 0L);
            if (result != 0) {
                LOG.info("timers of {} stay inexact: prctl gives {}", Thread.currentThread().getName(), result);
            }
        } catch (final Throwable e) {
            throw new IllegalStateException("prctl", e);
        }
    }
}
