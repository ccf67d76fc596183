package bourse.services.telemetry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether the process works and whether it may get traffic. Any thread. Live: nothing has failed that only a restart mends. Ready: every
 * part named here says so. Warm: the compiled code is, which changes speed but never correctness.
 */
public final class Health {
    private final Map<String, BooleanSupplier> parts = new LinkedHashMap<>();
    private final Map<String, Supplier<String>> notes = new LinkedHashMap<>();
    private volatile String failure;
    private volatile boolean isWarm;
    private volatile boolean isDraining;

    /** Before the process is ready; {@code isReady} is asked from any thread. */
    public synchronized void part(final String name, final BooleanSupplier isReady) {
        parts.put(name, isReady);
    }

    /** Something worth knowing besides; changes nothing. */
    public synchronized void note(final String name, final Supplier<String> text) {
        notes.put(name, text);
    }

    /** The process must end; what is first said stays. */
    public synchronized void fail(final String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    public void drain() {
        isDraining = true;
    }

    public void warm() {
        isWarm = true;
    }

    public boolean isWarm() {
        return isWarm;
    }

    /** Null while it lives. */
    public String failure() {
        return failure;
    }

    public synchronized boolean isReady() {
        return isReadyBut(null);
    }

    /** Whether all is ready, {@code part} or not: for whoever makes that one ready when the others are. */
    public synchronized boolean isReadyBut(final String part) {
        return failure == null && !isDraining
            && parts.entrySet().stream().allMatch(entry -> entry.getKey().equals(part) || entry.getValue().getAsBoolean());
    }

    /** State by part, in the order in which they were named. */
    public synchronized Map<String, Object> describe() {
        final Map<String, Object> state = new LinkedHashMap<>();
        state.put("ready", isReady());
        state.put("warm", isWarm);
        state.put("draining", isDraining);
        if (failure != null) {
            state.put("failure", failure);
        }
        parts.forEach((name, isPartReady) -> state.put(name, isPartReady.getAsBoolean()));
        notes.forEach((name, text) -> state.put(name, text.get()));
        return state;
    }
}
