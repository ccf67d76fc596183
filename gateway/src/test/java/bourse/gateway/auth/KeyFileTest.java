package bourse.gateway.auth;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

class KeyFileTest {
    private static final int THREADS = 8;

    @TempDir
    private Path dir;

    @Test
    void shouldMakeOneKeyWhoeverAsksAtTheSameTime() throws Exception {
        final CountDownLatch begin = new CountDownLatch(1);
        final List<Future<String>> keys = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int i = 0; i < THREADS; i++) {
                keys.add(threads.submit((Callable<String>) () -> {
                    begin.await();
                    return KeyFile.openOrCreate(dir).privateKey().getKeyID();
                }));
            }
            begin.countDown();
            final String first = keys.getFirst().get();
            for (final Future<String> key : keys) {
                assertThat(key.get()).isEqualTo(first);
            }
        }
    }
}
