package bourse.gateway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.Right;
import bourse.gateway.auth.TokenMinter;
import bourse.gateway.auth.TokenVerifier;
import bourse.gateway.session.VenueFold;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.Batch;
import bourse.order.v1.ClientFrame;
import bourse.order.v1.Command;
import bourse.order.v1.Establish;
import bourse.order.v1.NewOrder;
import bourse.order.v1.OrderEntryGrpc;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.Side;
import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.engine.EventBatchEncoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderAcceptedEncoder;
import bourse.sbe.engine.OrderCancelledEncoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.SessionEstablishDecoder;
import bourse.sbe.engine.SessionEstablishedEncoder;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.port.CommandLog;
import bourse.sbe.port.EventSource;

/**
 * The gateway alone under load: standard generated client, in one process with a log that answers each command with an accepted event at once.
 * {@code GatewayLoad [batch] [seconds] [network threads]}. What the engine and its log cost is not in this figure.
 */
final class GatewayLoad {
    private static final int WINDOW = 8_192;

    /** Accepts new orders and cancels them again by turns, so that the fold's live orders stay few. */
    private static final class EchoEngine implements CommandLog, EventSource {
        private final UnsafeBuffer out = new UnsafeBuffer(new byte[128 * 1024]);
        private final MessageHeaderDecoder header = new MessageHeaderDecoder();
        private final MessageHeaderEncoder outHeader = new MessageHeaderEncoder();
        private final CommandBatchDecoder batch = new CommandBatchDecoder();
        private final OrderAcceptedEncoder accepted = new OrderAcceptedEncoder();
        private final OrderCancelledEncoder cancelled = new OrderCancelledEncoder();
        private final EventBatchEncoder events = new EventBatchEncoder();
        private int pending;
        private long eventSeq;
        private long accountSeq;
        private long position;

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length) {
            if (pending > 0) {
                return BACK_PRESSURED;
            }
            header.wrap(buffer, offset);
            position += length;
            int at = 8 + EventBatchEncoder.BLOCK_LENGTH;
            final long first = eventSeq + 1;
            if (header.templateId() == SessionEstablishDecoder.TEMPLATE_ID) {
                final SessionEstablishDecoder d = new SessionEstablishDecoder().wrapAndApplyHeader(buffer, offset, header);
                new SessionEstablishedEncoder().wrapAndApplyHeader(out, at, outHeader).sessionId(d.sessionId())
                    .correlationId(d.correlationId()).gatewayId(d.gatewayId()).nextClientSeq(1).lastAccountSeq(accountSeq)
                    .account(d.account()).epoch(1).reason(bourse.sbe.engine.RejectReason.NONE);
                at += 8 + SessionEstablishedEncoder.BLOCK_LENGTH;
                eventSeq++;
            } else if (header.templateId() == CommandBatchDecoder.TEMPLATE_ID) {
                at = batch(buffer, offset, at);
            } else {
                return position;
            }
            events.wrapAndApplyHeader(out, 0, outHeader).firstEventSeq(first).logPosition(position).timeNs(position)
                .count((int) (eventSeq - first + 1)).shard(0).venueEpoch(1);
            pending = at;
            return position;
        }

        private int batch(final DirectBuffer buffer, final int offset, final int start) {
            int at = start;
            batch.wrapAndApplyHeader(buffer, offset, header);
            long seq = batch.firstClientSeq();
            for (final CommandBatchDecoder.CommandsDecoder c : batch.commands()) {
                if (c.kindRaw() == 1) {
                    accepted.wrapAndApplyHeader(out, at, outHeader).accountSeq(++accountSeq).feedSeq(0).sessionId(batch.sessionId())
                        .clientSeq(seq).clientOrderId(c.clientOrderId()).orderId(c.clientOrderId()).price(c.price()).quantity(c.quantity())
                        .visibleQuantity(c.quantity()).stopPrice(0).account(batch.account()).instrumentId(c.instrumentId()).rptSeq(0)
                        .side(bourse.sbe.engine.Side.BUY).orderType(OrderType.LIMIT).timeInForce(TimeInForce.GTC).resting((short) 1);
                    at += 8 + OrderAcceptedEncoder.BLOCK_LENGTH;
                } else {
                    cancelled.wrapAndApplyHeader(out, at, outHeader).accountSeq(++accountSeq).feedSeq(0).sessionId(batch.sessionId())
                        .clientSeq(seq).clientOrderId(c.clientOrderId()).orderId(c.clientOrderId()).price(1).quantity(1)
                        .account(batch.account()).instrumentId(1).side(bourse.sbe.engine.Side.BUY).reason(CancelReason.REQUESTED);
                    at += 8 + OrderCancelledEncoder.BLOCK_LENGTH;
                }
                eventSeq++;
                seq++;
            }
            return at;
        }

        @Override
        public int poll() {
            return 0;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public int poll(final Handler handler, final int fragmentLimit) {
            if (pending == 0) {
                return 0;
            }
            final int length = pending;
            pending = 0;
            handler.onEvents(out, 0, length);
            return 1;
        }

        @Override
        public boolean isCaughtUp() {
            return true;
        }

        @Override
        public long firstAvailableEventSeq() {
            return 1;
        }

        @Override
        public Cursor openCursor(final long fromEventSeq, final Wanted wanted) {
            return null;
        }

        @Override
        public void close() {
        }
    }

    private GatewayLoad() {
    }

    /** Prints orders per second for every second. */
    public static void main(final String[] args) throws Exception {
        final int batchSize = args.length > 0 ? Integer.parseInt(args[0]) : 64;
        final int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        final Path folder = Files.createTempDirectory("gateway-load");
        final KeyFile keyFile = KeyFile.openOrCreate(folder);
        final EchoEngine engine = new EchoEngine();
        final Gateway gateway = new Gateway(GatewayConfig.builder().networkThreads(args.length > 2 ? Integer.parseInt(args[2]) : 1)
            .host("127.0.0.1").port(0).adminPort(0).build(), new EngineLink(engine, engine, new VenueFold(0)),
            new TokenVerifier(keyFile), shard -> CompletableFuture.completedFuture(0L), new GatewayTelemetry()).start();
        AgentRunner.startOnThread(new AgentRunner(new BackoffIdleStrategy(1, 10, 1_000, 100_000), Throwable::printStackTrace, null,
            gateway.agents().getFirst()));
        while (!gateway.isReady()) {
            Thread.sleep(1);
        }
        final io.grpc.ManagedChannel channel = io.grpc.netty.NettyChannelBuilder.forAddress("127.0.0.1", gateway.port()).usePlaintext()
            .directExecutor().build();
        final AtomicLong applied = new AtomicLong();
        final CountDownLatch established = new CountDownLatch(1);
        final Thread sender = Thread.currentThread();
        final io.grpc.stub.StreamObserver<ClientFrame> requests = Venue.with(OrderEntryGrpc.newStub(channel),
            new TokenMinter(keyFile).mint("load", 1, EnumSet.of(Right.TRADE), new int[0], Duration.ofHours(1))).session(
                new io.grpc.stub.StreamObserver<ServerFrame>() {
                    @Override
                    public void onNext(final ServerFrame frame) {
                        if (frame.hasEstablishAck()) {
                            established.countDown();
                        }
                        applied.lazySet(frame.getAppliedClientSeq());
                        LockSupport.unpark(sender);
                    }

                    @Override
                    public void onError(final Throwable t) {
                        t.printStackTrace();
                        System.exit(1);
                    }

                    @Override
                    public void onCompleted() {
                    }
                });
        requests.onNext(ClientFrame.newBuilder().setEstablish(Establish.newBuilder().setSessionId(1)).build());
        established.await();
        final com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory
            .getThreadMXBean();
        long sent = 0;
        long last = 0;
        long next = System.nanoTime() + 1_000_000_000L;
        long allocated = 0;
        long cpu = 0;
        int second = 0;
        while (second < seconds) {
            while (sent - applied.get() >= Math.max(WINDOW, batchSize)) {
                LockSupport.parkNanos(50_000);
            }
            final Batch.Builder batch = Batch.newBuilder().setFirstClientSeq(sent + 1);
            for (int i = 0; i < batchSize; i++) {
                sent++;
                final long id = (sent + 1) / 2;
                batch.addCommands((sent & 1) == 1
                    ? Command.newBuilder().setNew(NewOrder.newBuilder().setClientOrderId(id).setInstrumentId(1).setSide(Side.SIDE_BUY)
                        .setPrice(10_000 + id % 100).setQuantity(10))
                    : Command.newBuilder().setCancel(bourse.order.v1.Cancel.newBuilder().setClientOrderId(id)));
            }
            requests.onNext(ClientFrame.newBuilder().setBatch(batch).build());
            if (System.nanoTime() >= next) {
                next += 1_000_000_000L;
                final long now = applied.get();
                long bytes = 0;
                long time = 0;
                for (final Thread thread : Thread.getAllStackTraces().keySet()) {
                    if (thread.getName().startsWith("gateway")) {
                        bytes += threads.getThreadAllocatedBytes(thread.threadId());
                        time += threads.getThreadCpuTime(thread.threadId());
                    }
                }
                System.out.printf(java.util.Locale.ROOT, "%,d orders/s, server %.1f B and %.0f ns an order%n", now - last,
                    (double) (bytes - allocated) / (now - last), (double) (time - cpu) / (now - last));
                allocated = bytes;
                cpu = time;
                last = now;
                second++;
            }
        }
        System.exit(0);
    }
}
