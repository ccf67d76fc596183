package bourse.marketdata.grpc;

import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Level;
import bourse.sbe.layout.PublishedBookLayout;
import bourse.sbe.layout.PublishedBookReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Top and depth from the engine's published region on this host: newer than any message, and nothing that the engine notices. The region
 * knows events, not feed messages: {@code feed_seq} and {@code rpt_seq} of such snapshots are 0. A file that the engine has made anew
 * is noticed within a second. Any thread; calls take turns.
 */
public final class MappedDepth implements PublishedDepth {
    private static final long LOOK_EVERY_NS = 1_000_000_000L;

    private final Path file;
    private PublishedBookReader reader;
    private Object fileKey;
    private long lastLookNs = System.nanoTime() - LOOK_EVERY_NS;
    private long failures;

    /** Reads {@code file} when there is one. */
    public MappedDepth(final Path file) {
        this.file = file;
    }

    /** Reads that found the region torn for too long. */
    public synchronized long failures() {
        return failures;
    }

    /** Torn attempts that were tried again, since the file was opened. */
    public synchronized long retries() {
        return reader == null ? 0 : reader.retries();
    }

    @Override
    public synchronized BookSnapshot read(final int instrumentId, final int levels) {
        look();
        if (reader == null || levels > PublishedBookLayout.DEPTH) {
            return null;
        }
        final int index = reader.indexOf(instrumentId);
        if (index < 0) {
            return null;
        }
        if (!reader.readTop(index)) {
            failures++;
            return null;
        }
        final BookSnapshot.Builder book = BookSnapshot.newBuilder().setInstrumentId(instrumentId).setLastPrice(reader.lastPrice())
            .setLastQuantity(reader.lastQuantity());
        if (!reader.readDepth(index)) {
            failures++;
            return null;
        }
        book.setEventSeq(reader.eventSeq()).setState(FeedProto.state(reader.state()));
        for (int i = 0, count = Math.min(levels, reader.levels(0)); i < count; i++) {
            book.addBids(level(0, i));
        }
        for (int i = 0, count = Math.min(levels, reader.levels(1)); i < count; i++) {
            book.addAsks(level(1, i));
        }
        return book.build();
    }

    private Level.Builder level(final int side, final int index) {
        return Level.newBuilder().setPrice(reader.price(side, index)).setQuantity(reader.quantity(side, index))
            .setOrders((int) reader.orders(side, index));
    }

    private void look() {
        final long nowNs = System.nanoTime();
        if (nowNs - lastLookNs < LOOK_EVERY_NS) {
            return;
        }
        lastLookNs = nowNs;
        try {
            final Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            if (reader == null || !key.equals(fileKey)) {
                reader = PublishedBookReader.open(file);
                fileKey = key;
            }
        } catch (final IOException | IllegalArgumentException e) {
            reader = null;
        }
    }
}
