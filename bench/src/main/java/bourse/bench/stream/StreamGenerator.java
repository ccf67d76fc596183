package bourse.bench.stream;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * Makes a seeded stream around a drifting mid price: 57% passive limits at geometric distances, 36% cancels of a random live order, 5%
 * aggressive orders (half IOC, half GTC, sweeping), 1% reductions, 1% moves; the number of live orders stays near its target.
 * The same arguments give the same bytes.
 */
public final class StreamGenerator {
    private static final int BUFFERED_RECORDS = 65_536;
    private static final long FIRST_MID = 100_000;
    private static final int USERS = 1_000;
    private static final int MAX_AGGRESSIVE_QUANTITY = 100_000;
    private static final int MEAN_AGGRESSIVE_QUANTITY = 349;

    private final int target;
    private final double meanDistance;
    private final int measured;
    private final SplittableRandom random;
    private final GeneratorBook book;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(StreamRecord.LENGTH * BUFFERED_RECORDS).order(ByteOrder.LITTLE_ENDIAN);
    private final FileChannel channel;
    private long mid = FIRST_MID;
    private int nextId = 1;

    private StreamGenerator(final FileChannel channel, final int target, final double meanDistance, final int measured, final long seed) {
        this.channel = channel;
        this.target = target;
        this.meanDistance = meanDistance;
        this.measured = measured;
        random = new SplittableRandom(seed);
        book = new GeneratorBook(Math.addExact(target, measured));
    }

    /**
     * Writes a stream.
     *
     * @param target       live orders, and commands of the prefill, 1 and up
     * @param meanDistance of passive orders from the mid, in ticks, above 0
     * @param measured     commands after the prefill, 1 and up
     * @return what an engine reaches with it
     */
    public static StreamResult write(final Path file, final int target, final double meanDistance, final int measured, final long seed)
            throws IOException {
        if (target < 1 || measured < 1 || !(meanDistance > 0)) {
            throw new IllegalArgumentException("live: " + target + ", measured: " + measured + ", meanDistance: " + meanDistance
                    + " (expected: each above 0)");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            final var generator = new StreamGenerator(channel, target, meanDistance, measured, seed);
            generator.writeHeader(seed);
            for (int i = 0, total = target + measured; i < total; i++) {
                generator.step(i < target);
            }
            generator.flush();
            return generator.book.result();
        }
    }

    private void writeHeader(final long seed) throws IOException {
        buffer.put(StreamRecord.MAGIC.getBytes(StandardCharsets.US_ASCII)).putInt(StreamRecord.VERSION).putInt(StreamRecord.LENGTH)
                .putLong(target).putLong(measured).putLong(seed).putLong(target).putLong((long) meanDistance).putLong(0);
        flush();
    }

    private void record(final int type, final int side, final int quantity, final int id, final long price, final int uid, final int aux)
            throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.put((byte) type).put((byte) side).putShort((short) 0).putInt(quantity).putLong(id).putLong(price).putInt(uid).putInt(aux);
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** At least 0, with the given mean, by inversion. */
    private long geometric(final double mean) {
        return (long) Math.floor(Math.log(1.0 - random.nextDouble()) / Math.log(mean / (mean + 1.0)));
    }

    private enum Act { ENTER, AGGRESS, CANCEL, REDUCE, MOVE }

    /** The order in which random numbers are drawn is part of the format: it must not change. */
    private void step(final boolean prefill) throws IOException {
        if (!prefill && random.nextInt(50) == 0) {
            mid += random.nextBoolean() ? 1 : -1;
        }
        final int live = book.liveCount();
        final double cancelShare = Math.max(0.15, Math.min(0.55, 0.35 + 0.5 * (live - target) / (double) target));
        Act act = choose(prefill, random.nextDouble(), cancelShare);
        final int side = random.nextBoolean() ? 1 : 0;
        final int uid = 1 + random.nextInt(USERS);
        final long bid = book.bestBid();
        final long ask = book.bestAsk();
        if (act == Act.AGGRESS && (side == 0 ? ask == 0 : bid == 0) || act.compareTo(Act.AGGRESS) > 0 && live == 0) {
            act = Act.ENTER;
        }
        switch (act) {
            case ENTER -> enter(side, uid, bid, ask);
            case AGGRESS -> aggress(side, uid, bid, ask);
            default -> change(act, bid, ask);
        }
    }

    private static Act choose(final boolean prefill, final double dice, final double cancelShare) {
        if (prefill) {
            return Act.ENTER;
        }
        if (dice < 0.05) {
            return Act.AGGRESS;
        }
        if (dice < 0.07) {
            return dice < 0.06 ? Act.REDUCE : Act.MOVE;
        }
        return dice < 0.07 + cancelShare ? Act.CANCEL : Act.ENTER;
    }

    private void enter(final int side, final int uid, final long bid, final long ask) throws IOException {
        final long price = passive(side, bid, ask);
        final int quantity = 1 + random.nextInt(100);
        final int id = nextId++;
        record(StreamRecord.NEW, side, quantity, id, price, uid, 0);
        book.limit(id, side, price, quantity, uid, false);
    }

    private void aggress(final int side, final int uid, final long bid, final long ask) throws IOException {
        final boolean ioc = random.nextBoolean();
        final int quantity = (int) Math.min(MAX_AGGRESSIVE_QUANTITY, 1 + geometric(MEAN_AGGRESSIVE_QUANTITY));
        final long slip = geometric(Math.max(1, meanDistance / 3));
        final long price = side == 0 ? ask + slip : Math.max(1, bid - slip);
        final int id = nextId++;
        record(ioc ? StreamRecord.IOC : StreamRecord.NEW, side, quantity, id, price, uid, 0);
        book.limit(id, side, price, quantity, uid, ioc);
    }

    private void change(final Act wanted, final long bid, final long ask) throws IOException {
        final int id = book.randomLive(random);
        final int open = book.quantity(id);
        final int side = book.side(id);
        final Act act = wanted == Act.REDUCE && open < 2 ? Act.CANCEL : wanted;
        if (act == Act.CANCEL) {
            record(StreamRecord.CANCEL, side, open, id, book.price(id), book.uid(id), open);
            book.cancel(id);
        } else if (act == Act.REDUCE) {
            final int by = 1 + random.nextInt(open - 1);
            record(StreamRecord.REDUCE, side, by, id, book.price(id), book.uid(id), open - by);
            book.reduce(id, by);
        } else {
            long price = passive(side, bid, ask);
            if (price == book.price(id)) {
                price += side == 0 ? -1 : 1;
            }
            record(StreamRecord.MOVE, side, open, id, price, book.uid(id), open);
            book.move(id, price);
        }
    }

    /** A price on the passive side of the mid that does not cross. */
    private long passive(final int side, final long bid, final long ask) {
        final long distance = 1 + geometric(meanDistance);
        long price = side == 0 ? mid - distance : mid + distance;
        if (side == 0 && ask != 0 && price >= ask) {
            price = ask - 1;
        }
        if (side == 1 && bid != 0 && price <= bid) {
            price = bid + 1;
        }
        return Math.max(1, price);
    }
}
