package bourse.services.system;

import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.FeedMessage;
import bourse.marketdata.v1.MarketDataGrpc;
import bourse.marketdata.v1.SubscribeRequest;
import bourse.marketdata.v1.SubscribeResponse;
import bourse.services.client.VenueChannels;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** Someone who listens to the public feed through every fault and remembers each message by its number. Thread: its own. */
final class LiveFeed implements AutoCloseable {
    private static final long RETRY_MS = 20;

    private final ManagedChannel channel;
    private final Thread thread;
    private final Map<Long, String> messages = new HashMap<>();
    private volatile boolean isStopping;
    private long contradictions;

    /** @param address of the gRPC feed, the same after each restart */
    LiveFeed(final String address) {
        channel = VenueChannels.plaintext(address);
        thread = Thread.ofPlatform().name("live-feed").start(this::run);
    }

    private void run() {
        while (!isStopping) {
            try {
                final Iterator<SubscribeResponse> updates = MarketDataGrpc.newBlockingStub(channel)
                    .subscribe(SubscribeRequest.newBuilder().setDepth(Depth.DEPTH_ORDERS).build());
                while (updates.hasNext()) {
                    updates.next().getMessages().getMessagesList().forEach(this::onMessage);
                }
            } catch (final StatusRuntimeException goneOrNotYetThere) {
                channel.resetConnectBackoff();
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void onMessage(final FeedMessage message) {
        final String text = text(message);
        final String before = messages.putIfAbsent(message.getFeedSeq(), text);
        if (before != null && !before.equals(text)) {
            contradictions++;
        }
    }

    /** What the message says, in the words of {@link VenueChecker}. */
    private static String text(final FeedMessage m) {
        return m.getEventSeq() + " " + switch (m.getMessageCase()) {
            case ADD -> "add " + m.getAdd().getOrderId() + ' ' + m.getAdd().getPrice() + ' ' + m.getAdd().getQuantity();
            case DELETE -> "delete " + m.getDelete().getOrderId();
            case TRADE -> "trade " + m.getTrade().getTradeId() + ' ' + m.getTrade().getMakerOrderId() + ' ' + m.getTrade().getTakerOrderId() + ' '
                + m.getTrade().getPrice() + ' ' + m.getTrade().getQuantity();
            default -> "other";
        };
    }

    /** By their numbers. */
    synchronized Map<Long, String> messages() {
        return Map.copyOf(messages);
    }

    /** Numbers that were told twice, with different contents. */
    synchronized long contradictions() {
        return contradictions;
    }

    @Override
    public void close() throws InterruptedException {
        isStopping = true;
        channel.shutdownNow();
        thread.join();
    }
}
