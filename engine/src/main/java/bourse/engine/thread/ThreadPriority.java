package bourse.engine.thread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The priority of the calling thread in the eyes of Linux, which ignores Java's. Cold. */
public final class ThreadPriority {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadPriority.class);
    private static final int PRIO_PROCESS = 0;
    private static final int LOWEST = 19;

    private ThreadPriority() {
    }

    /** From now on the calling thread gets what the others leave. Where that cannot be said it stays as it is. */
    public static void lowest() {
        lower(LOWEST);
    }

    /** From now on the calling thread gets less of a core that others want: with {@code nice} 10 about a tenth of what each of them gets, 19 = the least. */
    public static void lower(final int nice) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return;
        }
        final Linker linker = Linker.nativeLinker();
        try {
            final MethodHandle gettid = linker.downcallHandle(linker.defaultLookup().find("gettid").orElseThrow(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
            final MethodHandle setpriority = linker.downcallHandle(linker.defaultLookup().find("setpriority").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            final int threadId = (int) gettid.invokeExact();
            if ((int) setpriority.invokeExact(PRIO_PROCESS, threadId, nice) != 0) {
                LOG.info("background work runs at ordinary priority: the system does not let a thread lower its own");
            }
        } catch (final Throwable e) {
            throw new IllegalStateException("setpriority of this thread", e);
        }
    }
}
