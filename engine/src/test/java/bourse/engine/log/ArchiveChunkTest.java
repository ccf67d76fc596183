package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings whose last frame ends where the archive's reading begins anew. */
class ArchiveChunkTest {
    private static final int FRAME = 3_936;
    private static final int SEGMENT = 8 << 20;
    /** The frame that ends in the second mebibyte. */
    private static final int CROSSING = ArchiveChunk.DEFAULT_LENGTH / FRAME + 1;

    @TempDir
    Path directory;

    private void segment(final String name, final int begin, final int frames, final int length) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), SEGMENT - 1);
            for (int i = 0; i < frames; i++) {
                channel.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, length), begin + (long) i * length);
            }
        }
    }

    @Test
    void shouldKeepTheArchivesOwnLengthWhereNothingCrosses() throws IOException {
        assertThat(ArchiveChunk.length(directory)).isEqualTo(ArchiveChunk.DEFAULT_LENGTH);
        segment("0-0.rec", 0, 5, FRAME);
        segment("1-0.rec", 0, CROSSING - 1, FRAME);
        segment("2-0.rec", 0, CROSSING + 1, FRAME);
        assertThat(ArchiveChunk.length(directory)).isEqualTo(ArchiveChunk.DEFAULT_LENGTH);
    }

    @Test
    void shouldReadMoreAtOnceWhereTheLastFrameCrosses() throws IOException {
        segment("0-0.rec", 0, CROSSING, FRAME);
        assertThat(ArchiveChunk.length(directory)).isEqualTo(2 * ArchiveChunk.DEFAULT_LENGTH);
    }

    @Test
    void shouldReadMoreAtOnceWhereTheLastFrameEndsWithTheChunk() throws IOException {
        segment("3-0.rec", 0, ArchiveChunk.DEFAULT_LENGTH / 4_096, 4_096);
        assertThat(ArchiveChunk.length(directory)).isEqualTo(2 * ArchiveChunk.DEFAULT_LENGTH);
    }

    @Test
    void shouldCountFromWhereTheRecordingBegins() throws IOException {
        segment("0-0.rec", 1_024, CROSSING, FRAME);
        assertThat(ArchiveChunk.length(directory)).isEqualTo(2 * ArchiveChunk.DEFAULT_LENGTH);
    }

    @Test
    void shouldLookAtTheNewestFileOfEachRecordingOnly() throws IOException {
        segment("4-0.rec", 0, CROSSING, FRAME);
        segment("4-8388608.rec", 0, 3, FRAME);
        segment("4-16777216.rec.del", 0, CROSSING, FRAME);
        assertThat(ArchiveChunk.length(directory)).isEqualTo(ArchiveChunk.DEFAULT_LENGTH);
    }
}
