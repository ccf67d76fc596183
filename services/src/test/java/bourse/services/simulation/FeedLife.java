package bourse.services.simulation;

import bourse.marketdata.FeedWithoutSockets;

import org.agrona.concurrent.UnsafeBuffer;

/** The real market data of one member: events in, packets out. */
final class FeedLife {
    private static final long TICK_NS = 40 * Timeline.MS;
    private static final int MAX_CYCLES = 64;

    private final SimulatedVenue venue;
    private final int member;
    private final EngineLife engine;
    private FeedWithoutSockets feed;
    private boolean isWoken;
    private int life;

    FeedLife(final SimulatedVenue venue, final int member, final EngineLife engine) {
        this.venue = venue;
        this.member = member;
        this.engine = engine;
    }

    boolean isUp() {
        return feed != null;
    }

    void start() {
        life++;
        final EngineLife.FeedStart start = engine.foldForFeed();
        feed = new FeedWithoutSockets(engine.events.source(start.lastEventSeq()), start.fold(),
            (line, packet) -> venue.feedNetwork.publish(member, line, packet), () -> venue.epochNs(member), venue.time::nowNs);
        tick(life);
    }

    void crash() {
        life++;
        feed = null;
    }

    void wake() {
        if (feed != null && !isWoken) {
            isWoken = true;
            venue.time.after(0, () -> {
                isWoken = false;
                work();
            });
        }
    }

    /** A re-request has come; answers go back to the receiver. */
    void onRequest(final byte[] request, final FeedReader from) {
        if (feed != null) {
            feed.onRequest(new UnsafeBuffer(request), 0, request.length, packet -> venue.feedNetwork.answer(from, packet), venue.time.nowNs());
        }
    }

    private void tick(final int ofLife) {
        if (ofLife == life) {
            work();
            venue.time.after(TICK_NS, () -> tick(ofLife));
        }
    }

    private void work() {
        for (int i = 0; feed != null && i < MAX_CYCLES && feed.doWork() > 0; i++) {
            Thread.onSpinWait();
        }
    }
}
