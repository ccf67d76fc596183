package bourse.services.replay;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a replay goes.
 *
 * @param batch        commands in one message, 1..512
 * @param window       commands without an answer, 512..65536
 * @param speed        recorded seconds per second; 0 = as fast as the venue takes them
 * @param state        cursor file for resuming; null = none
 * @param reconnectFor how long a venue that went away is waited for
 * @param mayStop      stop after this many commands have been answered (0 = never): for tests of resuming
 */
public record ReplayOptions(int batch, int window, double speed, Path state, Duration reconnectFor, int mayStop) {
    public ReplayOptions {
        if (batch < 1 || batch > bourse.sbe.WireLimits.MAX_BATCH_COMMANDS) {
            throw new IllegalArgumentException("batch: " + batch + " (expected: 1.." + bourse.sbe.WireLimits.MAX_BATCH_COMMANDS + ")");
        }
        if (!(speed >= 0) || speed > 1e9) {
            throw new IllegalArgumentException("speed: " + speed + " (expected: 0.001x and up, or nothing for full speed)");
        }
    }

    /** Full speed, batches of 64, no state. */
    public static ReplayOptions fullSpeed() {
        return new ReplayOptions(64, 8_192, 0, null, Duration.ofSeconds(30), 0);
    }
}
