package bourse.marketdata.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.marketdata.v1.BookSnapshot;
import bourse.sbe.layout.PublishedBookLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedDepthTest {
    @TempDir
    private Path directory;

    @Test
    void shouldReadWhatTheEnginePublishes() {
        final Path file = directory.resolve("book.published");
        final UnsafeBuffer region = publish(file);
        final MappedDepth depth = new MappedDepth(file);
        final BookSnapshot book = depth.read(7, 5);
        assertThat(book.getEventSeq()).isEqualTo(42);
        assertThat(book.getBidsList()).hasSize(2);
        assertThat(book.getBids(0).getPrice()).isEqualTo(9_999);
        assertThat(book.getBids(1).getOrders()).isEqualTo(3);
        assertThat(book.getAsksCount()).isZero();
        assertThat(book.getLastPrice()).isEqualTo(10_000);
        assertThat(depth.read(7, 1).getBidsCount()).isEqualTo(1);
        assertThat(depth.read(8, 1)).as("no such instrument").isNull();
        assertThat(depth.read(7, 11)).as("deeper than the region").isNull();
        final int block = (int) PublishedBookLayout.block(0);
        region.putLong(block + PublishedBookLayout.DEPTH_VERSION, 3);
        assertThat(depth.read(7, 5)).as("a writer that died in the middle").isNull();
        assertThat(depth.failures()).isEqualTo(1);
        assertThat(depth.retries()).isPositive();
    }

    @Test
    void shouldSayNothingWithoutAFileOrWithAnother() throws Exception {
        assertThat(new MappedDepth(directory.resolve("none")).read(1, 1)).isNull();
        assertThat(new MappedDepth(Files.write(directory.resolve("zeros"), new byte[4_096])).read(1, 1)).isNull();
    }

    private static UnsafeBuffer publish(final Path file) {
        final UnsafeBuffer region = new UnsafeBuffer(IoUtil.mapNewFile(file.toFile(), PublishedBookLayout.length(4)));
        final int block = (int) PublishedBookLayout.block(0);
        region.putLong(PublishedBookLayout.MAGIC_OFFSET, PublishedBookLayout.MAGIC);
        region.putInt(PublishedBookLayout.LAYOUT_VERSION_OFFSET, PublishedBookLayout.LAYOUT_VERSION);
        region.putInt(PublishedBookLayout.BLOCK_LENGTH_OFFSET, PublishedBookLayout.BLOCK_LENGTH);
        region.putInt(PublishedBookLayout.COUNT_OFFSET, 1);
        region.putLong(block + PublishedBookLayout.TOP_VERSION, 2);
        region.putLong(block + PublishedBookLayout.LAST_PRICE, 10_000);
        region.putLong(block + PublishedBookLayout.DEPTH_VERSION, 2);
        region.putLong(block + PublishedBookLayout.DEPTH_EVENT_SEQ, 42);
        region.putInt(block + PublishedBookLayout.INSTRUMENT_ID, 7);
        region.putInt(block + PublishedBookLayout.BID_LEVELS, 2);
        region.putInt(block + PublishedBookLayout.STATE, 2);
        for (int i = 0; i < 2; i++) {
            final int level = block + PublishedBookLayout.LEVELS + i * PublishedBookLayout.LEVEL_LENGTH;
            region.putLong(level + PublishedBookLayout.LEVEL_PRICE, 9_999 - i);
            region.putLong(level + PublishedBookLayout.LEVEL_QUANTITY, 10);
            region.putLong(level + PublishedBookLayout.LEVEL_ORDERS, 2 + i);
        }
        return region;
    }
}
