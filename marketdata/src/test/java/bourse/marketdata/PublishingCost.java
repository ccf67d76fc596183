package bourse.marketdata;

import bourse.marketdata.publisher.MulticastLines;
import bourse.marketdata.publisher.PacketPublisher;
import bourse.marketdata.publisher.PacketSink;
import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.receiver.FeedAgent;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.ReceiverConfig;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a message costs on its way out, step by step, in nanoseconds of the thread's CPU time: translating, folding, packing, and sending on two
 * multicast lines; then what receiving it costs. For developers: {@code PublishingCost [millions of messages]}.
 */
public final class PublishingCost {
    private static final com.sun.management.ThreadMXBean THREADS = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private PublishingCost() {
    }

    public static void main(final String[] args) throws Exception {
        final int millions = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        final RandomFlow flow = new RandomFlow(3, 8, 1);
        final List<UnsafeBuffer> fragments = new ArrayList<>();
        fragments.add(new UnsafeBuffer(flow.define()));
        while (flow.feedSeq() < millions * 1_000_000L) {
            fragments.add(new UnsafeBuffer(flow.next(64)));
        }
        for (int pass = 0; pass < 3; pass++) {
            run("translate, fold", fragments, null, flow.feedSeq());
            run("translate, fold, pack", fragments, PacketSink.NONE, flow.feedSeq());
            final FeedAddresses addresses = FeedAddresses.of("239.192.75.1:17401", "239.192.75.2:17402", "239.192.75.3:17403",
                "127.0.0.1:17404", "127.0.0.1");
            for (final boolean bursts : new boolean[] {false, true}) {
                try (MulticastLines lines = new MulticastLines(addresses, 0, bursts)) {
                    System.out.println(lines.sending());
                    run("translate, fold, pack, send A+B, nobody listens", fragments, lines, flow.feedSeq());
                    final FeedAgent receiver = FeedAgent.open(addresses, ReceiverConfig.defaults(), FeedListener.NONE);
                    run("translate, fold, pack, send A+B, one listens", fragments, lines, flow.feedSeq());
                    System.out.println("dropped " + lines.dropped());
                    receiver.onClose();
                }
            }
            final List<byte[]> packets = new ArrayList<>();
            run("keep packets", fragments, (line, packet) -> {
                if (line == 0) {
                    packets.add(copy(packet));
                }
            }, flow.feedSeq());
            receive(packets, flow.feedSeq());
        }
    }

    private static byte[] copy(final ByteBuffer packet) {
        final byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        return bytes;
    }

    private static void run(final String name, final List<UnsafeBuffer> fragments, final PacketSink sink, final long messages) {
        final PacketPublisher publisher = sink == null ? null : new PacketPublisher(sink, new SystemEpochNanoClock(), 0);
        final PublicFeed feed = new PublicFeed(1 << 18, new FeedFold(), publisher);
        feed.startPublishing();
        final long startNs = System.nanoTime();
        final long cpuNs = THREADS.getCurrentThreadCpuTime();
        final long bytes = THREADS.getCurrentThreadAllocatedBytes();
        int i = 0;
        for (final UnsafeBuffer fragment : fragments) {
            feed.onEvents(fragment, 0, fragment.capacity());
            if ((++i & 7) == 0) {
                feed.endOfPoll(false);
            }
        }
        feed.endOfPoll(false);
        report(name, startNs, cpuNs, bytes, messages);
    }

    private static void receive(final List<byte[]> packets, final long messages) {
        final FeedReceiver receiver = new FeedReceiver(ReceiverConfig.defaults(), FeedListener.NONE, (buffer, offset, length) -> { });
        final UnsafeBuffer buffer = new UnsafeBuffer();
        final long startNs = System.nanoTime();
        final long cpuNs = THREADS.getCurrentThreadCpuTime();
        final long bytes = THREADS.getCurrentThreadAllocatedBytes();
        for (final byte[] packet : packets) {
            buffer.wrap(packet);
            receiver.onPacket(FeedReceiver.LINE_A, buffer, 0, packet.length, startNs);
            receiver.onPacket(FeedReceiver.LINE_B, buffer, 0, packet.length, startNs);
        }
        report("receive A+B, check, fold", startNs, cpuNs, bytes, messages);
        if (receiver.nextSeq() != messages + 1) {
            throw new IllegalStateException("nextSeq=" + receiver.nextSeq() + " (expected: " + (messages + 1) + ")");
        }
    }

    private static void report(final String name, final long startNs, final long cpuNs, final long bytes, final long messages) {
        final long cpu = THREADS.getCurrentThreadCpuTime() - cpuNs;
        System.out.printf("%-52s %6.1f ns CPU, %6.1f ns wall, %5.2f B a message%n", name, (double) cpu / messages,
            (double) (System.nanoTime() - startNs) / messages,
            (double) (THREADS.getCurrentThreadAllocatedBytes() - bytes) / messages);
    }
}
