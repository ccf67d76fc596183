package bourse.services.simulation;

import bourse.sbe.engine.CommandBatchDecoder;
import bourse.sbe.port.CommandLog;

import org.agrona.DirectBuffer;

/**
 * A gateway's connection to the log's leader. Reliable while it stands; what was on its way when it broke is lost. In a wild plan batches
 * are lost, repeated and overtaken without that, too.
 */
final class LogLink implements CommandLog {
    private static final long NOTICE_NS = 60 * Timeline.MS;
    private static final long RECONNECT_NS = 80 * Timeline.MS;
    private static final double BACK_PRESSURE = 0.01;
    private static final double WILD = 0.03;
    private static final int TEMPLATE_OFFSET = 2;

    private final SimulatedVenue venue;
    private final int member;
    private LogNode leader;
    private long term;
    private long lastArrivalNs;
    private long brokenNs;
    private boolean isLost;
    private boolean isClosed;

    LogLink(final SimulatedVenue venue, final int member) {
        this.venue = venue;
        this.member = member;
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        if (leader == null) {
            return NOT_CONNECTED;
        }
        if (venue.random.nextDouble() < BACK_PRESSURE) {
            return BACK_PRESSURED;
        }
        final boolean isBatch = (buffer.getShort(offset + TEMPLATE_OFFSET) & 0xFFFF) == CommandBatchDecoder.TEMPLATE_ID;
        if (venue.has(Bug.CANCEL_ON_DISCONNECT_LOST) && (buffer.getShort(offset + TEMPLATE_OFFSET) & 0xFFFF) == CLOSE_TEMPLATE) {
            return 1;
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        if (venue.plan.isWild() && isBatch) {
            final double chance = venue.random.nextDouble();
            if (chance < WILD) {
                return 1;
            }
            if (chance < 2 * WILD) {
                send(bytes, venue.time.nowNs() + venue.network.delayNs() * 8);
            }
            if (chance > 1 - WILD) {
                send(bytes, venue.time.nowNs() + venue.network.delayNs() * 8);
                return 1;
            }
        }
        lastArrivalNs = Math.max(lastArrivalNs, venue.time.nowNs() + venue.network.delayNs());
        send(bytes, lastArrivalNs);
        return 1;
    }

    private static final int CLOSE_TEMPLATE = bourse.sbe.engine.SessionCloseDecoder.TEMPLATE_ID;

    private void send(final byte[] bytes, final long arrivalNs) {
        final LogNode to = leader;
        final long at = term;
        venue.time.at(arrivalNs, () -> {
            // What was sent arrives although the gateway has died since.
            if (!stands(to, at) || brokenNs != 0 && leader == to && term == at || !to.ingest(bytes)) {
                breaks(to, at);
            }
        });
    }

    private boolean stands(final LogNode to, final long at) {
        return to.isLeader() && to.term() == at && venue.network.isReachable(member, to.id);
    }

    private void breaks(final LogNode to, final long at) {
        if (leader == to && term == at && brokenNs == 0) {
            brokenNs = venue.time.nowNs();
        }
    }

    @Override
    public int poll() {
        final long nowNs = venue.time.nowNs();
        if (leader != null) {
            if (!stands(leader, term)) {
                breaks(leader, term);
            }
            if (brokenNs != 0 && nowNs - brokenNs > NOTICE_NS) {
                leader = null;
                isLost = true;
                brokenNs = nowNs;
            }
            return 0;
        }
        if (isLost && nowNs - brokenNs < RECONNECT_NS) {
            return 0;
        }
        for (final LogNode node : venue.nodes()) {
            if (node.isLeader() && venue.network.isReachable(member, node.id) && !isClosed) {
                leader = node;
                term = node.term();
                brokenNs = 0;
                isLost = false;
                return 1;
            }
        }
        return 0;
    }

    void close() {
        isClosed = true;
    }

    @Override
    public boolean isConnected() {
        return leader != null;
    }

    @Override
    public boolean isLost() {
        return isLost;
    }
}
