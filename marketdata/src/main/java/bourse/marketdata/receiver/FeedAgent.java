package bourse.marketdata.receiver;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.agrona.concurrent.Agent;

/** Runs a receiver on its sockets: {@code AgentRunner.startOnThread(new AgentRunner(idle, errors, null, FeedAgent.open(...)))}. */
public final class FeedAgent implements Agent {
    private static final long TIME_EVERY_NS = 200_000L;

    private final FeedSockets sockets;
    private final FeedReceiver receiver;
    private final FeedPacketHandler packets;
    private long lastTimeNs;

    /** Takes over the sockets: they are closed with the agent. */
    public FeedAgent(final FeedSockets sockets, final FeedReceiver receiver) {
        this(sockets, receiver, receiver);
    }

    /** The same with something between the sockets and the receiver: {@code packets} hands on to it what it wants to. */
    public FeedAgent(final FeedSockets sockets, final FeedReceiver receiver, final FeedPacketHandler packets) {
        this.sockets = sockets;
        this.receiver = receiver;
        this.packets = packets;
    }

    /** Joins the feed at {@code addresses}; throws when they cannot be used. */
    public static FeedAgent open(final FeedAddresses addresses, final ReceiverConfig config, final FeedListener listener) throws IOException {
        final FeedSockets sockets = new FeedSockets(addresses);
        return new FeedAgent(sockets, new FeedReceiver(config, listener, sockets));
    }

    /** The receiver; its books and callbacks belong to the agent's thread. */
    public FeedReceiver receiver() {
        return receiver;
    }

    @Override
    public int doWork() {
        final long nowNs = System.nanoTime();
        int work;
        try {
            work = sockets.poll(packets, nowNs);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        if (nowNs - lastTimeNs >= TIME_EVERY_NS) {
            lastTimeNs = nowNs;
            work += receiver.onTime(nowNs);
        }
        return work;
    }

    @Override
    public void onClose() {
        sockets.close();
    }

    @Override
    public String roleName() {
        return "feed-receiver";
    }
}
