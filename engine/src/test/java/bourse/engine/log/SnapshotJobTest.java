package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class SnapshotJobTest {
    @TempDir
    Path root;

    private static void awaitFailures(final SnapshotJob job, final int count) throws InterruptedException {
        while (job.failed() < count) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** What is short now may be there for the next one. */
    @ParameterizedTest
    @ValueSource(classes = {OutOfMemoryError.class, InternalError.class, IllegalStateException.class})
    void shouldTryAgainAfterAnAttemptThatCameToNothing(final Class<? extends Throwable> reason) throws Exception {
        final AtomicInteger attempts = new AtomicInteger();
        final SnapshotSetup setup = new SnapshotSetup(() -> {
            attempts.incrementAndGet();
            return fail(reason);
        }, List.of());
        try (SnapshotJob job = new SnapshotJob(root, setup, new Pruning(() -> null), 0)) {
            job.request(new SnapshotMarker(64, 1, 1, -1, 0));
            awaitFailures(job, 1);
            job.request(new SnapshotMarker(128, 1, 1, -1, 0));
            awaitFailures(job, 2);
            assertThat(attempts).hasValue(2);
            assertThat(job.completed()).isZero();
        }
    }

    private static Replica fail(final Class<? extends Throwable> reason) {
        try {
            throw reason.getConstructor(String.class).newInstance("planted");
        } catch (final Error | RuntimeException planted) {
            throw planted;
        } catch (final Throwable e) {
            throw new AssertionError(e);
        }
    }
}
