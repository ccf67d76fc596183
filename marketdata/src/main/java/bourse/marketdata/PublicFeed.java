package bourse.marketdata;

import bourse.marketdata.publisher.EventTranslator;
import bourse.marketdata.publisher.FeedMessageHandler;
import bourse.marketdata.publisher.PacketPublisher;
import bourse.marketdata.receiver.MarketBooks;
import bourse.marketdata.receiver.MessageRing;
import bourse.marketdata.recovery.PublishedBooks;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.port.EventSource;
import org.agrona.DirectBuffer;

/**
 * The feed as this process knows it: translates events, keeps recent messages, folds the books, and packs what is to be sent.
 *
 * <p>Hot path: no allocation per message. Thread: the market-data agent's.
 */
final class PublicFeed implements PublishedBooks, FeedMessageHandler, EventSource.Handler {
    private final EventTranslator translator = new EventTranslator(this);
    private final MessageRing ring;
    private final MarketBooks books;
    private final PacketPublisher packets;
    private final FeedSeqIndex index;
    private long firstFeedSeq;
    /** First message of this life: older ones are in the recording only. */
    private long firstOwnFeedSeq;
    private volatile long lastFeedSeq;
    private long last;
    private long lastEventSeq;
    private boolean publishing;

    /**
     * @param fold    what is known before the first event; this feed's from now on
     * @param packets null = no multicast
     */
    PublicFeed(final int ringMessages, final FeedFold fold, final PacketPublisher packets) {
        this.ring = new MessageRing(ringMessages);
        this.books = fold.books();
        this.index = fold.index();
        fold.handOver(translator);
        last = fold.lastFeedSeq();
        lastFeedSeq = last;
        lastEventSeq = fold.lastFeedEventSeq();
        firstFeedSeq = index.firstFeedSeq();
        firstOwnFeedSeq = last + 1;
        this.packets = packets;
    }

    @Override
    public MarketBooks books() {
        return books;
    }

    @Override
    public MessageRing ring() {
        return ring;
    }

    @Override
    public long lastFeedSeq() {
        return last;
    }

    /** The same for other threads, as of the last duty cycle. */
    long lastFeedSeqVolatile() {
        return lastFeedSeq;
    }

    @Override
    public long firstFeedSeq() {
        return firstFeedSeq;
    }

    @Override
    public long firstAvailableFeedSeq() {
        return Math.max(firstOwnFeedSeq, last - ring.capacity() + 1);
    }

    @Override
    public int epoch() {
        return translator.epoch();
    }

    /** Log time of the newest event read. */
    long lastTimeNs() {
        return translator.lastTimeNs();
    }

    /** Newest event read, public or not. */
    long lastReadEventSeq() {
        return translator.lastEventSeq();
    }

    /** Event of the last message. */
    long lastEventSeq() {
        return lastEventSeq;
    }

    FeedSeqIndex index() {
        return index;
    }

    /** From now on messages are sent, not only folded. */
    void startPublishing() {
        publishing = packets != null;
    }

    @Override
    public void onEvents(final DirectBuffer buffer, final int offset, final int length) {
        translator.onEvents(buffer, offset, length);
    }

    /** Ends the duty cycle's reading; {@code idle} = the source had nothing. */
    void endOfPoll(final boolean idle) {
        if (idle && translator.hasPending()) {
            translator.flush();
        }
        if (publishing) {
            packets.flush();
        }
        if (lastFeedSeq != last) {
            lastFeedSeq = last;
        }
    }

    @Override
    public void onMessage(final long feedSeq, final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        if (feedSeq != last + 1 || last == 0) {
            onFirstOrHole(feedSeq);
        }
        last = feedSeq;
        lastEventSeq = FeedMessageLayout.eventSeq(buffer, offset);
        ring.put(feedSeq, buffer, offset, length);
        index.add(feedSeq, lastEventSeq);
        books.apply(feedSeq, buffer, offset);
        if (publishing) {
            packets.message(translator.epoch(), feedSeq, buffer, offset, length);
        }
    }

    private void onFirstOrHole(final long feedSeq) {
        if (last != 0) {
            throw new IllegalStateException("hole in the event stream, feedSeq=" + feedSeq + ", expected=" + (last + 1) + ", eventSeq="
                + translator.lastEventSeq());
        }
        firstFeedSeq = feedSeq;
        firstOwnFeedSeq = feedSeq;
    }
}
