package bourse.engine.log;

import io.aeron.Image;
import io.aeron.ImageFragmentAssembler;

import org.agrona.concurrent.IdleStrategy;

/** A snapshot as the archive replays it. Cold. Thread: the service's. */
final class ImageSnapshotReader implements SnapshotReader {
    private final Image image;
    private final IdleStrategy idle;
    private final ImageFragmentAssembler assembler;
    private ChunkHandler handler;
    private boolean wasDelivered;

    ImageSnapshotReader(final Image image, final IdleStrategy idle) {
        this.image = image;
        this.idle = idle;
        this.assembler = new ImageFragmentAssembler((buffer, offset, length, header) -> {
            wasDelivered = true;
            handler.onChunk(buffer, offset, length);
        });
    }

    @Override
    public boolean next(final ChunkHandler chunkHandler) {
        handler = chunkHandler;
        wasDelivered = false;
        idle.reset();
        while (true) {
            final int fragments = image.poll(assembler, 1);
            if (wasDelivered) {
                return true;
            }
            if (fragments == 0) {
                if (image.isEndOfStream() || image.isClosed()) {
                    return false;
                }
                idle.idle();
            }
        }
    }
}
