package bourse.bench.lab;

import static bourse.bench.lab.Technique.variant;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** A level of the book: price, quantity, number of orders, in a mapped file and as an object. */
final class LevelTechniques {
    private static final int LEVELS = 1 << 12;
    private static final int LEVEL_BYTES = 64;
    private static final int PRICE = 0;
    private static final int QUANTITY = 8;
    private static final int ORDERS = 16;
    private static final int[] ORDER = new SplittableRandom(11).ints(1 << 12, 0, LEVELS).toArray();

    private LevelTechniques() {
    }

    static Technique levels() {
        return Technique.of("mapped-level", "a level of 4,096 updated and read: price, quantity, number of orders",
                variant("objects in a tree map, boxed keys", LevelTechniques::objects),
                variant("memory outside the heap", () -> buffer(() -> new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(LEVELS * LEVEL_BYTES)), () -> { })),
                variant("memory-mapped file, read without a copy", LevelTechniques::mapped));
    }

    private static final class LevelObject {
        private long price;
        private long quantity;
        private int orders;
    }

    private static Technique.Work objects() {
        final Map<Long, LevelObject> levels = new TreeMap<>();
        for (long price = 0; price < LEVELS; price++) {
            final LevelObject level = new LevelObject();
            level.price = price;
            levels.put(price, level);
        }
        return operations -> {
            long sum = 1;
            for (int i = 0; i < operations; i++) {
                final LevelObject level = levels.get((long) ORDER[i & ORDER.length - 1]);
                level.quantity += 3;
                level.orders++;
                sum += level.price + level.quantity + level.orders;
            }
            return sum;
        };
    }

    private static Technique.Work mapped() {
        try {
            final File file = File.createTempFile("bourse-level", ".map", new File("/dev/shm").isDirectory() ? new File("/dev/shm") : null);
            IoUtil.delete(file, false);
            final MappedByteBuffer mapped = IoUtil.mapNewFile(file, LEVELS * LEVEL_BYTES);
            return buffer(() -> new UnsafeBuffer(mapped), () -> {
                IoUtil.unmap(mapped);
                IoUtil.delete(file, true);
            });
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Technique.Work buffer(final Supplier<UnsafeBuffer> memory, final Runnable onClose) {
        final UnsafeBuffer levels = memory.get();
        for (int i = 0; i < LEVELS; i++) {
            levels.putLong(i * LEVEL_BYTES + PRICE, i);
        }
        return new BufferLevels(levels, onClose);
    }

    private record BufferLevels(UnsafeBuffer levels, Runnable onClose) implements Technique.Work, AutoCloseable {
        @Override
        public long run(final int operations) {
            long sum = 1;
            for (int i = 0; i < operations; i++) {
                final int at = ORDER[i & ORDER.length - 1] * LEVEL_BYTES;
                final long quantity = levels.getLong(at + QUANTITY) + 3;
                final int orders = levels.getInt(at + ORDERS) + 1;
                levels.putLong(at + QUANTITY, quantity);
                levels.putInt(at + ORDERS, orders);
                sum += levels.getLong(at + PRICE) + quantity + orders;
            }
            return sum;
        }

        @Override
        public long bytesOutsideHeap() {
            return levels.capacity();
        }

        @Override
        public void close() {
            onClose.run();
        }
    }
}
