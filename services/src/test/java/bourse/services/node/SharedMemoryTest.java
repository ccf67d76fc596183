package bourse.services.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Engines of one user on one host, which clear away after each other. */
@Timeout(60)
class SharedMemoryTest {
    private static final int ENGINES = 3;
    private static final int ROUNDS = 150;

    @TempDir
    private Path dir;

    private Path book(final int engine) {
        return dir.resolve("bourse-test-" + Integer.toHexString(0xa0 + engine) + "-book");
    }

    @Test
    void shouldRemoveWhatAKilledEngineLeft() throws IOException {
        final Path dead = book(1);
        SharedMemory.take(dead).close();
        Files.createDirectories(dir.resolve("bourse-test-a1-marks/1"));
        Files.createDirectories(dir.resolve("bourse-test-a1"));
        try (SharedMemory own = SharedMemory.take(book(0))) {
            assertThat(dir).isDirectoryNotContaining("glob:**a1*");
            assertThat(book(0)).isNotEmptyDirectory();
        }
    }

    /** An engine that a rung of the bench ran without a book, or one whose book somebody removed by hand. */
    @Test
    void shouldRemoveWhatBelongsToNoBook() throws IOException {
        Files.createDirectories(dir.resolve("bourse-test-a1-marks/1"));
        Files.createFile(dir.resolve("bourse-test-a1-marks/1/archive-mark.dat"));
        Files.createDirectories(dir.resolve("bourse-test-a2/publications"));
        Files.createDirectories(dir.resolve("bourse-test-a3-book"));
        Files.createFile(dir.resolve("bourse-test-a3-book/book"));
        Files.createDirectories(dir.resolve("bourse-test-a3-marks"));
        Files.createDirectories(dir.resolve("bourse-other-a4-marks"));
        Files.createDirectories(dir.resolve("bourse-test-"));
        try (SharedMemory own = SharedMemory.take(book(0))) {
            try (Stream<Path> left = Files.list(dir)) {
                assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("bourse-test-a0-book",
                    "bourse-test-a3-book", "bourse-test-a3-marks", "bourse-other-a4-marks", "bourse-test-");
            }
        }
    }

    @Test
    void shouldLeaveALivingEngineAlone() throws IOException {
        try (SharedMemory living = SharedMemory.take(book(1)); SharedMemory own = SharedMemory.take(book(0))) {
            assertThat(book(1).resolve("lock")).exists();
            assertThatThrownBy(() -> SharedMemory.take(book(1))).isInstanceOf(IllegalStateException.class).hasMessageContaining("in use by another engine");
        }
    }

    /** As other processes see it: Java's own table of locks does not tell of one that was given away by closing the file a second time. */
    @Test
    void shouldHoldTheLockForOtherProcessesToSee() throws IOException {
        final Path locks = Path.of("/proc/locks");
        assumeTrue(Files.isReadable(locks), "SKIPPED: no /proc/locks here");
        try (SharedMemory own = SharedMemory.take(book(0)); SharedMemory other = SharedMemory.take(book(1))) {
            final String inode = Files.getAttribute(book(0).resolve("lock"), "unix:ino").toString();
            assertThat(Files.readAllLines(locks)).anySatisfy(line -> assertThat(line).contains("POSIX", " " + ProcessHandle.current().pid() + " ", ":" + inode + " "));
        }
    }

    /** All of a host's engines were killed and start again: each finds the others dead, until they are not. */
    @Test
    void shouldNeverRemoveWhatIsStartingAtTheSameTime() throws Exception {
        final CyclicBarrier start = new CyclicBarrier(ENGINES);
        final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        final List<Thread> engines = new ArrayList<>();
        for (int i = 0; i < ENGINES; i++) {
            final Path book = book(i);
            engines.add(Thread.ofPlatform().start(() -> {
                try {
                    for (int round = 0; round < ROUNDS; round++) {
                        takeOnce(book, start, round);
                    }
                } catch (final Exception | AssertionError e) {
                    failures.add(e);
                    start.reset();
                }
            }));
        }
        for (final Thread engine : engines) {
            engine.join();
        }
        assertThat(failures.peek()).isNull();
    }

    private static void takeOnce(final Path book, final CyclicBarrier start, final int round) throws Exception {
        start.await(20, TimeUnit.SECONDS);
        try (SharedMemory own = SharedMemory.take(book)) {
            final Path file = Files.createFile(book.resolve("file"));
            start.await(20, TimeUnit.SECONDS);
            assertThat(file).as("round %d", round).exists();
            Files.delete(file);
        }
    }
}
