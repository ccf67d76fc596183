package bourse.services.hostile;

import java.util.concurrent.atomic.AtomicLong;

import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.SubscribeRequest;
import bourse.marketdata.v1.SubscribeResponse;
import bourse.services.client.VenueChannels;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;

/** Somebody who reads every order of the public feed. Threads: the channel's; counts from any. */
final class FeedReader implements AutoCloseable {
    private final ManagedChannel channel;
    private final AtomicLong messages = new AtomicLong();
    private volatile Throwable failure;

    FeedReader(final String marketData) {
        channel = VenueChannels.plaintextDirect(marketData);
        MarketDataGrpc.newStub(channel).subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_ORDERS).build(), new StreamObserver<>() {
            @Override
            public void onNext(final SubscribeResponse update) {
                messages.addAndGet(update.hasMessages() ? 1 : 0);
            }

            @Override
            public void onError(final Throwable thrown) {
                failure = thrown;
            }

            @Override
            public void onCompleted() {
                failure = new AssertionError("the subscription ended");
            }
        });
    }

    /** Groups of messages that came. */
    long messages() {
        return messages.get();
    }

    /** Null while all is well. */
    Throwable failure() {
        return failure;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
