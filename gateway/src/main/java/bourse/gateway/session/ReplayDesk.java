package bourse.gateway.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.agrona.DirectBuffer;

import bourse.gateway.egress.EventWriter;
import bourse.gateway.egress.Outlet;
import bourse.gateway.telemetry.GatewayTelemetry;
import bourse.order.v1.DropCopyFrame;
import bourse.order.v1.OpenOrders;
import bourse.order.v1.ServerFrame;
import bourse.order.v1.SnapshotRequired;
import bourse.sbe.port.EventSource;

/**
 * Brings a stream from where its client stopped to the present: by the recording, or, where that does not reach back, by the open orders
 * and then the recording. It reads only as fast as the client does, and hands over to live delivery between two polls of the event
 * stream, so that there is neither a hole nor a repeat. All streams together get so much of a duty cycle, in turns; who does not read has no cursor while another
 * waits for one. Thread: the agent.
 */
final class ReplayDesk implements EventWalk.Visitor {
    private static final int ORDERS_PER_FRAME = 200;
    private static final int FRAGMENTS_PER_TURN = 8;
    /** Of recorded events, for all streams: some 50 µs of reports. */
    private static final int BYTES_PER_CYCLE = 64 * 1024;
    /** Nearer to the account's newest event than this, what happens is kept for the stream. */
    private static final long NEAR_EVENTS = 8_192;
    /** Who takes no frame for so long does not read. */
    private static final long UNREAD_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final EventSource source;
    private final VenueState venue;
    private final StreamDelivery delivery;
    private final GatewayTelemetry telemetry;
    private final EventWriter writer = new EventWriter();
    private final List<ClientStream> replaying = new ArrayList<>();
    private final EventSource.Handler onFragment = this::onFragment;

    /** The stream whose cursor is being polled. */
    private ClientStream current;
    /** The recording begins above what the stream wants. */
    private boolean hole;
    private int bytesLeft;
    /** Whose turn is next. */
    private int turn;
    /** A stream found no cursor in this cycle, or the one before. */
    private boolean isShort;
    private boolean wasShort;

    ReplayDesk(final EventSource source, final VenueState venue, final StreamDelivery delivery, final GatewayTelemetry telemetry) {
        this.source = source;
        this.venue = venue;
        this.delivery = delivery;
        this.telemetry = telemetry;
    }

    /** The stream gets the account's events from {@code fromAccountSeq} on, at most one above the newest. */
    void start(final ClientStream stream, final long fromAccountSeq, final long nowNs) {
        final AccountState account = stream.accountState;
        stream.pauseAt = Long.MAX_VALUE;
        stream.resumeAt = 0;
        stream.kept = null;
        stream.nextAccountSeq = fromAccountSeq;
        if (fromAccountSeq > account.lastAccountSeq) {
            stream.phase = ClientStream.Phase.LIVE;
            return;
        }
        replay(stream, nowNs);
    }

    /** Repeats {@code count} events from {@code fromAccountSeq} (0 = all up to now), then goes on where the stream was. */
    void retransmit(final ClientStream stream, final long fromAccountSeq, final long count, final long nowNs) {
        final long resumeAt = stream.nextAccountSeq;
        if (stream.phase != ClientStream.Phase.LIVE || fromAccountSeq >= resumeAt) {
            return;
        }
        if (count != 0 && fromAccountSeq + count < resumeAt) {
            stream.pauseAt = fromAccountSeq + count;
            stream.resumeAt = resumeAt;
        }
        stream.nextAccountSeq = fromAccountSeq;
        replay(stream, nowNs);
    }

    private void replay(final ClientStream stream, final long nowNs) {
        final AccountState account = stream.accountState;
        telemetry.replays.increment();
        final long eventSeq = account.index.floorEventSeq(stream.nextAccountSeq);
        if (eventSeq == 0 || eventSeq < source.firstAvailableEventSeq()) {
            snapshot(stream, account.index.firstAccountSeqFrom(source.firstAvailableEventSeq()), nowNs);
        } else {
            stream.phase = ClientStream.Phase.REPLAYING;
        }
        replaying.add(stream);
    }

    /** @param firstAvailableSeq 0 = the next one to come */
    private void snapshot(final ClientStream stream, final long firstAvailableSeq, final long nowNs) {
        final AccountState account = stream.accountState;
        final SnapshotRequired required = SnapshotRequired.newBuilder()
            .setFirstAvailableSeq(firstAvailableSeq == 0 ? account.lastAccountSeq + 1 : firstAvailableSeq).build();
        stream.phase = ClientStream.Phase.SNAPSHOT;
        stream.kept = new KeptEvents(account.lastAccountSeq + 1);
        stream.nextAccountSeq = account.lastAccountSeq + 1;
        stream.pauseAt = Long.MAX_VALUE;
        stream.resumeAt = 0;
        if (!stream.isSession()) {
            delivery.send(stream, DropCopyFrame.newBuilder().setSnapshotRequired(required).build(), nowNs);
            return;
        }
        delivery.send(stream, ServerFrame.newBuilder().setSnapshotRequired(required).build(), nowNs);
        final OpenOrders.Builder page = OpenOrders.newBuilder().setAsOfSeq(account.lastAccountSeq);
        venue.orders().forEachAbove(account, 0, slot -> {
            if (page.getOrdersCount() == ORDERS_PER_FRAME) {
                stream.snapshot.add(page.setMore(true).build());
                page.clearOrders();
            }
            page.addOrders(venue.orders().toMessage(slot));
            return true;
        });
        stream.snapshot.add(page.setMore(false).build());
    }

    /** A step of the replays whose clients keep up; called right after the event stream was polled. */
    int pump(final long nowNs) {
        final int count = replaying.size();
        if (count == 0) {
            return 0;
        }
        wasShort = isShort;
        isShort = false;
        bytesLeft = BYTES_PER_CYCLE;
        int work = 0;
        turn = turn < count - 1 ? turn + 1 : 0;
        for (int i = 0; i < count; i++) {
            work += pump(replaying.get((turn + i) % count), nowNs);
        }
        replaying.removeIf(stream -> stream.phase == ClientStream.Phase.LIVE || stream.phase == ClientStream.Phase.ENDED);
        return work;
    }

    private int pump(final ClientStream stream, final long nowNs) {
        int work = 0;
        final Outlet outlet = stream.outlet;
        while (stream.phase == ClientStream.Phase.SNAPSHOT && outlet.hasRoomForReplay()) {
            final OpenOrders page = stream.snapshot.poll();
            if (page == null) {
                stream.phase = ClientStream.Phase.REPLAYING;
                goLiveAtTheEnd(stream);
            } else {
                delivery.send(stream, ServerFrame.newBuilder().setOpenOrders(page).build(), nowNs);
            }
            work++;
        }
        for (int i = 0; i < FRAGMENTS_PER_TURN && bytesLeft > 0 && stream.phase == ClientStream.Phase.REPLAYING; i++) {
            if (!outlet.hasRoomForReplay()) {
                if (wasShort && nowNs - outlet.progressNs() > UNREAD_NS) {
                    stream.closeCursor();
                }
                break;
            }
            final int polled = replayFragment(stream, nowNs);
            if (polled == 0) {
                break;
            }
            work += polled;
        }
        return work;
    }

    private int replayFragment(final ClientStream stream, final long nowNs) {
        final AccountState account = stream.accountState;
        if (stream.cursor == null) {
            if (!isShort) {
                stream.cursor = source.openCursor(account.index.floorEventSeq(stream.nextAccountSeq), new AccountFragments(stream.account));
            }
            if (stream.cursor == null) {
                isShort = true;
                return 0;
            }
        }
        keepWhatHappensNow(stream);
        current = stream;
        hole = false;
        final boolean isRetransmission = stream.pauseAt != Long.MAX_VALUE;
        final int polled = stream.cursor.poll(onFragment, 1);
        current = null;
        if (stream.phase != ClientStream.Phase.REPLAYING) {
            return polled;
        }
        if (isRetransmission && stream.pauseAt == Long.MAX_VALUE) {
            stream.closeCursor();
        }
        goLiveAtTheEnd(stream);
        // Caught up, and the account has more: it was pruned while the stream had no cursor.
        if (hole || polled == 0 && stream.cursor != null && (stream.cursor.isCut() || stream.cursor.isCaughtUp())) {
            stream.closeCursor();
            snapshot(stream, 0, nowNs);
            return 1;
        }
        return polled;
    }

    /** Near the end of the past; an account that trades all the time has no moment without an event that the cursor does not have yet. */
    private static void keepWhatHappensNow(final ClientStream stream) {
        if (stream.kept != null && stream.kept.overflowed()) {
            stream.kept = null;
        }
        final long last = stream.accountState.lastAccountSeq;
        if (stream.kept == null && stream.pauseAt == Long.MAX_VALUE && last - stream.nextAccountSeq < NEAR_EVENTS) {
            stream.kept = new KeptEvents(last + 1);
        }
    }

    /** The stream has all of the account's events that the primary reader has, or all up to those that were kept: what comes from now on it gets from there. */
    private void goLiveAtTheEnd(final ClientStream stream) {
        final KeptEvents kept = stream.kept;
        if (stream.phase == ClientStream.Phase.REPLAYING && kept != null && stream.nextAccountSeq == kept.firstAccountSeq()) {
            kept.deliver(stream, delivery);
        }
        if (stream.phase == ClientStream.Phase.REPLAYING && stream.nextAccountSeq > stream.accountState.lastAccountSeq) {
            stream.closeCursor();
            stream.kept = null;
            stream.phase = ClientStream.Phase.LIVE;
        }
    }

    private void onFragment(final DirectBuffer buffer, final int offset, final int length) {
        bytesLeft -= length;
        EventWalk.walk(buffer, offset, length, this);
    }

    @Override
    public void onAccountEvent(final int templateId, final DirectBuffer buffer, final int at, final boolean maker, final int account,
                               final long accountSeq, final long sessionId, final long clientSeq, final long eventSeq, final long timeNs) {
        final ClientStream stream = current;
        if (account != stream.account || accountSeq < stream.nextAccountSeq || isKept(stream, accountSeq) || hole || stream.phase != ClientStream.Phase.REPLAYING) {
            return;
        }
        if (accountSeq > stream.nextAccountSeq) {
            hole = true;
            return;
        }
        final int length = writer.write(templateId, buffer, at, maker, eventSeq, timeNs, sessionId, clientSeq);
        delivery.append(stream, accountSeq, writer.bytes(), length);
        if (stream.nextAccountSeq == stream.pauseAt) {
            stream.pauseAt = Long.MAX_VALUE;
            stream.nextAccountSeq = stream.resumeAt;
        }
    }

    private static boolean isKept(final ClientStream stream, final long accountSeq) {
        return stream.kept != null && accountSeq >= stream.kept.firstAccountSeq();
    }

    @Override
    public void onOtherEvent(final int templateId, final DirectBuffer buffer, final int at, final long eventSeq, final long timeNs) {
        // Not an account's: nothing to repeat.
    }
}
