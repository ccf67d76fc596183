package bourse.marketdata;

import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.ReplayRequest;
import bourse.marketdata.v1.ReplayResponse;
import bourse.marketdata.v1.SubscribeRequest;
import bourse.marketdata.v1.SubscribeResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/** Messages a second that one gRPC subscriber to every order, and one replay, take. For developers: {@code SubscribeRate [messages/s]}. */
public final class SubscribeRate {
    private SubscribeRate() {
    }

    public static void main(final String[] args) throws Exception {
        final int rate = args.length > 0 ? Integer.parseInt(args[0]) : 300_000;
        final RecordedEvents events = new RecordedEvents();
        final RandomFlow flow = new RandomFlow(3, 4, 1);
        events.add(flow.define());
        try (MarketDataServer server = new MarketDataServer(MarketDataConfig.defaults().withPorts("127.0.0.1", 0, -1)
            .withMulticast(MarketDataConfig.defaults().addresses(), false, 0), events, MarketDataTelemetry.NONE).start()) {
            final AgentRunner runner = new AgentRunner(new BackoffIdleStrategy(), Throwable::printStackTrace, null, server.agent());
            AgentRunner.startOnThread(runner);
            final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort()).usePlaintext().directExecutor()
                .maxInboundMessageSize(64 << 20).build();
            final Counter counter = new Counter();
            MarketDataGrpc.newStub(channel).subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_ORDERS).build(), counter);
            final long startNs = System.nanoTime();
            for (int second = 1; second <= 12; second++) {
                final long before = counter.messages.get();
                for (int i = 0; i < 100; i++) {
                    for (int sent = 0; sent < rate / 100; sent += 70) {
                        events.add(flow.next(64));
                    }
                    final long waitNs = startNs + ((second - 1) * 100L + i + 1) * 10_000_000L - System.nanoTime();
                    if (waitNs > 0) {
                        Thread.sleep(waitNs / 1_000_000, (int) (waitNs % 1_000_000));
                    }
                }
                System.out.println("second " + second + ": received " + (counter.messages.get() - before) + ", behind "
                    + (flow.feedSeq() - counter.last) + ", ended " + counter.ended);
            }
            final CountDownLatch done = new CountDownLatch(1);
            final AtomicLong replayed = new AtomicLong();
            final long replayNs = System.nanoTime();
            MarketDataGrpc.newStub(channel).replay(ReplayRequest.newBuilder().setFromFeedSeq(1).build(), new StreamObserver<ReplayResponse>() {
                @Override
                public void onNext(final ReplayResponse value) {
                    replayed.addAndGet(value.getMessages().getMessagesCount());
                }

                @Override
                public void onError(final Throwable t) {
                    t.printStackTrace();
                    done.countDown();
                }

                @Override
                public void onCompleted() {
                    done.countDown();
                }
            });
            done.await();
            System.out.printf("replay: %,d messages/s%n", (long) (replayed.get() * 1e9 / (System.nanoTime() - replayNs)));
            channel.shutdownNow();
            runner.close();
        }
    }

    private static final class Counter implements StreamObserver<SubscribeResponse> {
        private final AtomicLong messages = new AtomicLong();
        private volatile long last;
        private volatile Throwable ended;

        @Override
        public void onNext(final SubscribeResponse value) {
            final int count = value.getMessages().getMessagesCount();
            if (count > 0) {
                messages.addAndGet(count);
                last = value.getMessages().getMessages(count - 1).getFeedSeq();
            }
        }

        @Override
        public void onError(final Throwable t) {
            ended = t;
        }

        @Override
        public void onCompleted() {
        }
    }
}
