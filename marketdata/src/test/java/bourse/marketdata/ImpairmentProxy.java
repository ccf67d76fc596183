package bourse.marketdata;

import java.nio.ByteBuffer;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A bad network between two ends, in virtual time and from a seed: loses (single and in bursts), repeats, delays, reorders and
 * corrupts packets, each line with its own conditions.
 */
public final class ImpairmentProxy {
    /** Where packets come out. */
    @FunctionalInterface
    public interface Exit {
        void deliver(int line, byte[] packet, int length, long nowNs);
    }

    /**
     * Conditions of a line; shares are 0 to 1.
     *
     * @param loss        packets lost one by one
     * @param burst       packets that begin a burst of {@code burstLength} losses
     * @param duplication packets that come twice
     * @param reordering  packets that are delayed by up to {@code reorderNs} more than others
     * @param corruption  packets in which a bit is flipped or whose end is cut off
     */
    public record Conditions(double loss, double burst, int burstLength, double duplication, double reordering, long reorderNs,
                             double corruption, long delayNs) {
        /** A perfect line. */
        public static final Conditions PERFECT = new Conditions(0, 0, 0, 0, 0, 0, 0, 0);

        /** Of this loss, reordering and duplication alone. */
        public static Conditions of(final double loss, final double reordering, final double duplication) {
            return new Conditions(loss, 0, 0, duplication, reordering, 300_000, 0, 50_000);
        }
    }

    private record InFlight(long atNs, long order, int line, byte[] bytes) implements Comparable<InFlight> {
        @Override
        public int compareTo(final InFlight other) {
            return atNs != other.atNs ? Long.compare(atNs, other.atNs) : Long.compare(order, other.order);
        }
    }

    private final RandomGenerator random;
    private final Conditions[] conditions;
    private final int[] burstLeft;
    private final PriorityQueue<InFlight> inFlight = new PriorityQueue<>();
    private final Exit exit;
    private long order;
    private long lost;

    /** A network whose lines have the given conditions. */
    public ImpairmentProxy(final long seed, final Exit exit, final Conditions... conditions) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.exit = exit;
        this.conditions = conditions;
        this.burstLeft = new int[conditions.length];
    }

    /** Changes a line. */
    public void conditions(final int line, final Conditions value) {
        conditions[line] = value;
    }

    /** Packets lost so far. */
    public long lost() {
        return lost;
    }

    /** A packet enters. */
    public void send(final int line, final ByteBuffer packet, final long nowNs) {
        final byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        final Conditions c = conditions[line];
        if (burstLeft[line] > 0) {
            burstLeft[line]--;
            lost++;
            return;
        }
        if (random.nextDouble() < c.burst()) {
            burstLeft[line] = c.burstLength() - 1;
            lost++;
            return;
        }
        if (random.nextDouble() < c.loss()) {
            lost++;
            return;
        }
        enqueue(line, random.nextDouble() < c.corruption() ? corrupt(bytes) : bytes, c, nowNs);
        if (random.nextDouble() < c.duplication()) {
            enqueue(line, bytes, c, nowNs);
        }
    }

    /** Packets whose time has come leave. */
    public int poll(final long nowNs) {
        int delivered = 0;
        while (!inFlight.isEmpty() && inFlight.peek().atNs() <= nowNs) {
            final InFlight packet = inFlight.poll();
            exit.deliver(packet.line(), packet.bytes(), packet.bytes().length, nowNs);
            delivered++;
        }
        return delivered;
    }

    private void enqueue(final int line, final byte[] bytes, final Conditions c, final long nowNs) {
        final long more = random.nextDouble() < c.reordering() ? random.nextLong(Math.max(1, c.reorderNs())) : 0;
        inFlight.add(new InFlight(nowNs + c.delayNs() + more, order++, line, bytes));
    }

    private byte[] corrupt(final byte[] bytes) {
        if (random.nextInt(4) == 0) {
            return java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        final byte[] changed = bytes.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }
}
