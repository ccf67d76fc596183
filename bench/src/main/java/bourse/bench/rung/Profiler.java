package bourse.bench.rung;

import java.io.IOException;
import java.util.List;
import one.profiler.AsyncProfiler;

/** async-profiler in this process; its library comes with its jar. Any thread. */
public final class Profiler {
    private static final String PROPERTY = "bourse.bench.profile";

    private Profiler() {
    }

    /** Profiles were asked for: {@link #jvmOptions} were given to this JVM. */
    public static boolean isOn() {
        return Boolean.getBoolean(PROPERTY);
    }

    /** Of a JVM that is to be profiled: frames are exact between safepoints, too. */
    public static List<String> jvmOptions() {
        return List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints", "-D" + PROPERTY + "=true");
    }

    /**
     * Runs a command of async-profiler, such as {@code start,event=cpu} or {@code stop,collapsed,file=…}.
     *
     * @return why it could not, or null
     */
    public static String execute(final String command) {
        try {
            AsyncProfiler.getInstance().execute(command);
            return null;
        } catch (final IOException | IllegalStateException | IllegalArgumentException | UnsatisfiedLinkError e) {
            return command + ": " + e.getMessage();
        }
    }
}
