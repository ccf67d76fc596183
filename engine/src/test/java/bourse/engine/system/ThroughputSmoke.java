package bourse.engine.system;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

import bourse.engine.book.BookMemory;
import bourse.engine.log.AeronLayout;
import bourse.engine.log.AeronLog;
import bourse.engine.log.AeronLogConfig;
import bourse.engine.log.LogClient;
import bourse.engine.log.SyncLevel;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.shard.Commands;
import bourse.sbe.Streams;
import bourse.sbe.engine.CommandBatchEncoder;
import bourse.sbe.engine.CommandKind;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.SelfTradePrevention;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;

import io.aeron.FragmentAssembler;
import io.aeron.Subscription;

import org.agrona.IoUtil;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How many commands a second pass a real shard on a real log, events recorded and read live: {@code ThroughputSmoke BATCH SECONDS LAYOUT SYNC}. Half of each
 * batch enters resting orders, half cancels them. A look, not a measurement: one run, closed loop, client and engine on the same machine.
 */
public final class ThroughputSmoke {
    private static final int IN_FLIGHT_BATCHES = 64;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64 * 1024]);
    private final int batchSize;
    private long nextClientSeq = 1;
    private long answered;
    private long events;
    private int length;

    private ThroughputSmoke(final int batchSize) {
        this.batchSize = batchSize;
    }

    public static void main(final String[] args) throws Exception {
        final int batch = Integer.parseInt(args[0]);
        final Path directory = Files.createTempDirectory("bourse-smoke");
        final AeronLogConfig config = AeronLogConfig.of(directory).withLayout(AeronLayout.valueOf(args[2]))
                .withSyncLevel(SyncLevel.valueOf(args[3]));
        final MatcherLimits limits = MatcherLimits.standard();
        try (BookMemory memory = LadderMatcher.offHeapMemory(limits);
             AeronLog log = AeronLog.launch(config, EngineProcess.shard(memory, limits), EngineProcess.snapshots(limits))) {
            final AgentRunner runner = config.layout() == AeronLayout.ORDINARY ? null
                    : new AgentRunner(BusySpinIdleStrategy.INSTANCE, Throwable::printStackTrace, null, log.agent());
            if (runner != null) {
                AgentRunner.startOnThread(runner);
            }
            while (!log.isLeader()) {
                Thread.sleep(1);
            }
            new ThroughputSmoke(batch).run(log, Integer.parseInt(args[1]));
            if (runner != null) {
                runner.close();
            }
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    private void run(final AeronLog log, final int seconds) {
        final EventBatchDecoder eventBatch = new EventBatchDecoder();
        try (LogClient client = new LogClient(log.aeronDirectoryName(), null, AeronLog.EGRESS_STREAM_ID);
             Subscription subscription = client.aeron().addSubscription("aeron:ipc?tether=false", Streams.EVENTS_STREAM_ID)) {
            final FragmentAssembler handler = new FragmentAssembler((fragment, offset, fragmentLength, frame) -> {
                events += eventBatch.wrap(fragment, offset + MessageHeaderDecoder.ENCODED_LENGTH, EventBatchDecoder.BLOCK_LENGTH,
                        EventBatchDecoder.SCHEMA_VERSION).count();
                answered++;
            });
            while (!client.poll() || !subscription.isConnected()) {
                Thread.onSpinWait();
            }
            final Commands commands = new Commands();
            send(client, commands.instrument(1, "SYM").buffer(), commands.length());
            send(client, commands.establish(10, 100, 1, 0).buffer(), commands.length());
            while (answered < 2) {
                subscription.poll(handler, 10);
            }
            answered = 0;
            long sent = 0;
            for (int second = 1; second <= seconds; second++) {
                final long startNs = System.nanoTime();
                final long cpuBefore = engineCpuNs();
                final long before = answered;
                final long eventsBefore = events;
                while (System.nanoTime() - startNs < 1_000_000_000L) {
                    client.poll();
                    if (sent - answered < IN_FLIGHT_BATCHES) {
                        encode();
                        send(client, buffer, length);
                        sent++;
                    }
                    subscription.poll(handler, 50);
                }
                final long applied = (answered - before) * batchSize;
                System.out.printf("%s %s batch %d: %,d commands/s, %,d events/s; engine threads %.0f ns CPU a command%n",
                        log.config().layout(), log.config().syncLevel(), batchSize, applied, events - eventsBefore,
                        (double) (engineCpuNs() - cpuBefore) / Math.max(1, applied));
            }
        }
    }

    /** CPU time of every thread but this one's and the JVM's own. */
    private static long engineCpuNs() {
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (final long id : threads.getAllThreadIds()) {
            sum += id == Thread.currentThread().threadId() ? 0 : Math.max(0, threads.getThreadCpuTime(id));
        }
        return sum;
    }

    private static void send(final LogClient client, final UnsafeBuffer message, final int messageLength) {
        while (client.offer(message, 0, messageLength) < 0) {
            client.poll();
        }
    }

    private void encode() {
        final CommandBatchEncoder batch = new CommandBatchEncoder();
        final CommandBatchEncoder.CommandsEncoder commands = batch.wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                .sessionId(100).firstClientSeq(nextClientSeq).ingressTimeNs(0).account(10).epoch(1).commandsCount(batchSize);
        for (int i = 0; i < batchSize; i++) {
            final boolean isNew = i < batchSize / 2;
            commands.next().clientOrderId(nextClientSeq + (isNew ? i : i - batchSize / 2)).orderId(0).price(1000 + (i & 31)).quantity(10)
                    .instrumentId(1).kind(isNew ? CommandKind.NEW : CommandKind.CANCEL).side(Side.BUY).orderType(OrderType.LIMIT)
                    .timeInForce(TimeInForce.GTC).selfTradePrevention(SelfTradePrevention.ALLOW).flags().clear();
        }
        batch.extensionsCount(0);
        nextClientSeq += batchSize;
        length = MessageHeaderEncoder.ENCODED_LENGTH + batch.encodedLength();
    }
}
