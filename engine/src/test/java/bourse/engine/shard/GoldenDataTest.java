package bourse.engine.shard;

import bourse.engine.log.OfflineControl;
import bourse.engine.log.RecordedLog;
import bourse.engine.match.MatcherLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import static org.assertj.core.api.Assertions.assertThat;

/** A data directory that release 0.1.0 left behind, killed, is read by this one: its log gives the state that it had. */
class GoldenDataTest {
    /** What {@code bourse admin hash} of release 0.1.0 said at the end. */
    private static final long ORDERS = 10;
    private static final long BOOK_HASH = 0xa0711ede07e7b542L;

    @TempDir
    private Path directory;

    /** Unpacks the golden directory; returns the member's data directory. */
    static Path unpack(final Path target) throws Exception {
        final Path packed = target.resolve("data.tar.gz");
        try (InputStream golden = GoldenDataTest.class.getResourceAsStream("/golden/data-0.1.0.tar.gz")) {
            Files.copy(golden, packed, StandardCopyOption.REPLACE_EXISTING);
        }
        final Process tar = new ProcessBuilder("tar", "-xzf", packed.toString(), "-C", target.toString()).inheritIO().start();
        assertThat(tar.waitFor()).isZero();
        return target.resolve("log");
    }

    @Test
    void shouldReadTheLogOfRelease010() throws Exception {
        final RecordedLog log = new RecordedLog(unpack(directory));
        final MatcherLimits limits = MatcherLimits.small();
        try (LadderReplica replica = LadderReplica.of(new ShardConfig(0, 16, 256, 16, 64 * 1024), limits)) {
            replica.listener().onStart(new OfflineControl());
            final long end = log.replay(0, Long.MAX_VALUE, replica.listener());
            assertThat(end).isEqualTo(3552);
            assertThat(replica.shard().matching().orderCount()).isEqualTo(ORDERS);
            assertThat(replica.shard().matching().matcher().bookHash()).isEqualTo(BOOK_HASH);
        }
    }
}
