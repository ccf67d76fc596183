package bourse.engine.log;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** When the parts of a start began and ended, in milliseconds since the process was started; some run beside each other. Cold. Thread: any. */
public final class StageClock {
    private final long originNs;
    private final List<Stage> stages = new ArrayList<>();

    /** One part of a start. */
    public record Stage(String name, long beginMs, long endMs) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s %.2f-%.2f", name, beginMs / 1e3, endMs / 1e3);
        }
    }

    /** A stage that has begun. */
    public final class Span implements AutoCloseable {
        private final String name;
        private final long beginMs = nowMs();

        private Span(final String name) {
            this.name = name;
        }

        /** It has ended. */
        @Override
        public void close() {
            add(new Stage(name, beginMs, nowMs()));
        }
    }

    /** @param originNs {@link System#nanoTime()} when the process was started */
    public StageClock(final long originNs) {
        this.originNs = originNs;
    }

    /** Of this process: since its JVM was there, some 40 ms after the process. */
    public static StageClock ofThisProcess() {
        return new StageClock(System.nanoTime() - ManagementFactory.getRuntimeMXBean().getUptime() * 1_000_000);
    }

    /** Milliseconds since the process was started. */
    public long nowMs() {
        return (System.nanoTime() - originNs) / 1_000_000;
    }

    public Span begin(final String name) {
        return new Span(name);
    }

    /** A stage that began with the process and ends now. */
    public void sinceStart(final String name) {
        add(new Stage(name, 0, nowMs()));
    }

    private void add(final Stage stage) {
        synchronized (stages) {
            stages.add(stage);
        }
    }

    /** What has ended, by its end. */
    public List<Stage> stages() {
        synchronized (stages) {
            return List.copyOf(stages);
        }
    }

    @Override
    public String toString() {
        return String.join(", ", stages().stream().map(Stage::toString).toList());
    }
}
