package bourse.bench.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** The pauses that this JVM makes by itself, from the flight recorder: operations at a safepoint, garbage collections among them. Cold. */
final class SafepointLog implements AutoCloseable {
    /** One pause, on the clock of {@link System#nanoTime}. */
    record Pause(long fromNs, long toNs, String what) {
    }

    private final Recording recording = new Recording();
    private final long nanoTime;
    private final Instant instant;

    /** Records from now on. */
    SafepointLog() {
        recording.enable("jdk.ExecuteVMOperation").withThreshold(Duration.ZERO);
        recording.start();
        instant = Instant.now();
        nanoTime = System.nanoTime();
    }

    /** Ends the recording. */
    List<Pause> stop() throws IOException {
        recording.stop();
        final Path file = Files.createTempFile("bourse-pauses", ".jfr");
        try {
            recording.dump(file);
            final List<Pause> pauses = new ArrayList<>();
            for (final RecordedEvent event : RecordingFile.readAllEvents(file)) {
                if (event.getEventType().getName().equals("jdk.ExecuteVMOperation") && event.getBoolean("safepoint")) {
                    final long from = nanoTime + Duration.between(instant, event.getStartTime()).toNanos();
                    pauses.add(new Pause(from, from + event.getDuration().toNanos(), event.getString("operation")));
                }
            }
            return pauses;
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}
